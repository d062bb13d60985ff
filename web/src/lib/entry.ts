// What the fields of a timeline entry send: empty ones are left out, so that nothing is recorded as known that nobody said.
import type { Evidence } from './types.ts'

export interface EntryDraft { knew: string; decided: string; because: string; evidence: Evidence[] }

export const emptyDraft = (): EntryDraft => ({ knew: '', decided: '', because: '', evidence: [] })

export function extras(d: EntryDraft, keepEmpty = false): Record<string, unknown> {
	const out: Record<string, unknown> = {}
	for (const name of ['knew', 'decided', 'because'] as const) {
		const text = d[name].trim()
		if (text || keepEmpty) out[name] = text || null
	}
	const links = d.evidence.filter((e) => e.url.trim()).map((e) => ({ url: e.url.trim(), title: e.title?.trim() || e.url.trim() }))
	if (links.length || keepEmpty) out.evidence = links
	return out
}
