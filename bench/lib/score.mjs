// How well was lifted what a reader would lift? Precision and recall for each field, against files made by reading.
// Blanks are collapsed and marks dropped before texts are compared; a longer text that begins with the reader's is the same.

export function plain(text) {
	return text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[*_`[\]~\\]/g, '').replace(/[‘’]/g, "'").replace(/[“”]/g, '"').replace(/\s+/g, ' ').trim().toLowerCase()
}
export const begins = (ours, gold) => typeof ours === 'string' && plain(ours).startsWith(plain(gold).replace(/[.,:;]+$/, ''))

/** Each item of gold takes at most one of ours. */
export function match(ours, gold, same) {
	const left = [...ours]
	let hits = 0
	const missed = []
	for (const item of gold) {
		const at = left.findIndex(one => same(one, item))
		if (at < 0) missed.push(item)
		else {
			left.splice(at, 1)
			hits++
		}
	}
	return { hits, ours: ours.length, gold: gold.length, missed, extra: left }
}

const one = value => value == null || value === '' ? [] : [value]
const list = pick => ({ of: pick, same: begins })

export const fields = {
	title: { of: l => one(l.title), same: begins },
	date: { of: l => one(l.date), same: (a, b) => a === b },
	timezone: { of: l => one(l.timezone), same: (a, b) => a === b },
	severity: list(l => one(l.severity)),
	status: list(l => one(l.status)),
	authors: list(l => l.authors),
	attendees: list(l => l.attendees),
	summary: list(l => one(l.summary)),
	impact: list(l => one(l.impact)),
	root_causes: list(l => l.root_causes),
	contributing_factors: list(l => l.contributing_factors),
	trigger: list(l => one(l.trigger)),
	detection: list(l => one(l.detection)),
	resolution: list(l => one(l.resolution)),
	'lessons.went_well': list(l => l.lessons.went_well),
	'lessons.went_wrong': list(l => l.lessons.went_wrong),
	'lessons.lucky': list(l => l.lessons.lucky),
	'lessons.other': list(l => l.lessons.other),
	timeline: {
		of: l => l.timeline,
		same: (a, b) => begins(a.text, b.text) && (plain(a.timestamp_text) === plain(b.timestamp_text) || (b.utc && a.utc && Date.parse(a.utc) === Date.parse(b.utc))),
	},
	action_items: { of: l => l.action_items, same: (a, b) => begins(a.text, b.text) },
}
export const sections = ['summary', 'impact', 'root_causes', 'trigger', 'detection', 'resolution', 'lessons.went_well', 'lessons.went_wrong', 'lessons.lucky', 'lessons.other']

export function score(pairs) {
	const table = {}
	for (const [name, field] of Object.entries(fields)) {
		const sum = { hits: 0, ours: 0, gold: 0, missed: [], extra: [] }
		for (const { id, ours, gold } of pairs) {
			const m = match(field.of(ours), field.of(gold), field.same)
			sum.hits += m.hits
			sum.ours += m.ours
			sum.gold += m.gold
			sum.missed.push(...m.missed.map(item => [id, item]))
			sum.extra.push(...m.extra.map(item => [id, item]))
		}
		table[name] = sum
	}
	return table
}
export const add = parts => parts.reduce((a, b) => ({ hits: a.hits + b.hits, ours: a.ours + b.ours, gold: a.gold + b.gold }), { hits: 0, ours: 0, gold: 0 })
export const f1 = m => m.ours + m.gold === 0 ? 1 : 2 * m.hits / (m.ours + m.gold)
