// What a version of the policy says, line by line, so that two can be laid beside each other.
import type { Named, Policy } from './types.ts'

export const policyFields = ['down_minutes', 'slow_minutes', 'data_loss', 'intervention', 'monitoring', 'sev1_days', 'sev2_days', 'sev3_days', 'sev4_days', 'p0_days', 'p1_days', 'p2_days', 'p3_days', 'owner'] as const
export type PolicyField = (typeof policyFields)[number]
type Value = number | boolean | string | null
export interface PolicyLine { key: string; field: PolicyField; team: Named | null; value: Value }
export interface PolicyChange { key: string; field: PolicyField; team: Named | null; before: Value | undefined; after: Value | undefined }

/** Of a team only what it asks for. */
export function policyLines(p: Policy): PolicyLine[] {
	const own = policyFields.flatMap((field) => (p[field] === undefined ? [] : [{ key: field, field, team: null, value: p[field] }]))
	const theirs = p.teams.flatMap(({ team, ...asks }) =>
		(['down_minutes', 'slow_minutes'] as const).filter((field) => asks[field] !== null).map((field) => ({ key: `${team.id} ${field}`, field, team, value: asks[field] })),
	)
	return [...own, ...theirs]
}

/** What the second says otherwise than the first; undefined: that one has no such line. */
export function policyChanges(first: Policy, second: Policy): PolicyChange[] {
	const before = new Map(policyLines(first).map((line) => [line.key, line]))
	const after = new Map(policyLines(second).map((line) => [line.key, line]))
	return [...new Map([...before, ...after]).values()]
		.map(({ key, field, team }) => ({ key, field, team, before: before.get(key)?.value, after: after.get(key)?.value }))
		.filter((change) => change.before !== change.after)
}
