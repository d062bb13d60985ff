// One change of many actions: which rows are chosen, what is sent, and what takes it back.
import type { Action } from './types.ts'

/** Empty: stays as it is; null: none. */
export interface BulkFields {
	owner: number | null | ''; due: string | null; priority: 'P0' | 'P1' | 'P2' | 'P3' | ''; horizon: 'short' | 'long' | ''; team: number | null | ''
	state: 'todo' | 'doing' | 'done' | 'dropped' | ''; words: string; agreed_by: number
}

export function bulkBody({ words, agreed_by, ...fields }: BulkFields): Record<string, unknown> {
	const body: Record<string, unknown> = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
	if (fields.state === 'done') body.evidence = words
	else if (fields.state && words) body.reason = words
	if (fields.state === 'dropped' && agreed_by) body.agreed_by = agreed_by
	return body
}

const was = (a: Action): Record<string, unknown> => ({ owner: a.owner?.id ?? null, team: a.team?.id ?? null, due: a.due, priority: a.priority, horizon: a.horizon })

/** The requests that make the changed ones what they were, as few as their old values allow. What was closed before is not closed again: its evidence would be made up. */
export function bulkUndo(before: Action[], changed: Action[], body: Record<string, unknown>, reason: string): Record<string, unknown>[] {
	const groups = new Map<string, { ids: number[]; values: Record<string, unknown> }>()
	const now = new Map(changed.map((a) => [a.id, a]))
	for (const a of before) {
		const after = now.get(a.id)
		if (!after) continue
		const old = was(a)
		const values: Record<string, unknown> = {}
		for (const name of Object.keys(old)) if (name in body && !(name === 'priority' && old[name] === null)) values[name] = old[name]
		if ('state' in body && a.state === 'open') Object.assign(values, { state: a.started_at ? 'doing' : 'todo' }, after.state !== 'open' && { reason })
		if (!Object.keys(values).length) continue
		const key = JSON.stringify(values)
		const group = groups.get(key) ?? { ids: [], values }
		group.ids.push(a.id)
		groups.set(key, group)
	}
	return [...groups.values()].map(({ ids, values }) => ({ ids, ...values }))
}

/** The rows between two of a list, both among them, in either direction. */
export function between(ids: number[], from: number, to: number): number[] {
	const [a, b] = [ids.indexOf(from), ids.indexOf(to)]
	return a < 0 || b < 0 ? [to] : ids.slice(Math.min(a, b), Math.max(a, b) + 1)
}
