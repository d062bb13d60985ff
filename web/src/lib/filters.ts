// Filters of a search stand in its text (service:pay kind:near_miss). Choosing a facet writes them there, so that the address, the box and the list say the same.
import type { Facet } from './types.ts'

/** As the server reads them, in both languages. */
const names: Record<string, string> = { kind: '종류', service: '서비스', severity: '심각도', state: '상태', mechanism: '유형', factor: '요인', when: '언제' }

const filter = /(?<=^|\s)([^\s:"]+):("[^"]*"|[^\s"]+)/g

/** The text without the filters of one facet. */
export function without(text: string, facet: string): string {
	return text.replace(filter, (all, name: string) => (name.toLowerCase() === facet || name === names[facet] ? '' : all)).replace(/\s+/g, ' ').trim()
}

const quoted = (value: string) => (/\s/.test(value) ? `"${value}"` : value)
/** Services are called by their name, everything else by its value. */
const said = (facet: string, v: Facet['values'][number]) => `${facet}:${quoted(facet === 'service' ? v.label.replaceAll('"', '') : v.value)}`

/** The text after a value was chosen, or was chosen no more. */
export function toggled(text: string, facet: Facet, value: string): string {
	const chosen = facet.values.filter((v) => (v.value === value ? !v.chosen : v.chosen))
	return [without(text, facet.name), ...chosen.map((v) => said(facet.name, v))].filter(Boolean).join(' ')
}
