// Compares the English half of natural time with chrono-node. Argument: the path of when_cli (build/when_cli). Inputs: the ASCII rows of cases.tsv and the grid below.
// Counted are inputs that both understand as a time at the same end of the text. Differences that we want are listed in `onPurpose`, each with its reason; exit 1 when fewer
// than 99 % of the others agree.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

process.env.TZ = 'Asia/Seoul'
const zone = 'Asia/Seoul'
const chrono = createRequire(new URL('../../web/package.json', import.meta.url))('chrono-node')
const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR

const onPurpose = [
	['a time of day alone is the nearest past one; chrono stays on the day of reference', d => !d.known('day') && !d.known('weekday') && d.by(-DAY, DAY, -2 * DAY) && d.nearest(DAY)],
	['1:00 to 9:59 and "3 o\'clock" without am or pm is the half of the day that is nearer in the past', d => !d.known('meridiem') && /\b\d(:\d\d)?(?!\d|:)/.test(d.input) && d.by(-12 * HOUR, 12 * HOUR, -DAY) && d.nearest(DAY * 8)],
	['a weekday is the nearest past one; chrono takes the nearest', d => d.known('weekday') && !d.known('day') && d.by(-7 * DAY) && d.nearest(7 * DAY)],
	['a date without year is the nearest past one; chrono takes the nearest', d => d.known('month') && !d.known('year') && d.sameInYear(-1) && d.nearest(365 * DAY)],
	['a day alone is its middle, or now when that is to come; chrono keeps the time of the reference', d => !d.known('hour') && d.sameDay()],
	['the midnight of a named day is its last, the nearest past one; asked about', d => /midnight/.test(d.input) && d.by(DAY, -DAY)],
	['now-10m is a duration before now; chrono reads the word "now" alone', d => /^.*\bnow ?-/i.test(d.input) && d.text.toLowerCase() === 'now'],
	['"last night 1am" is after midnight', d => /last night/.test(d.input) && d.by(DAY)],
]

function grid() {
	const times = ['00:00', '00:05', '01:30', '09:00', '10:15', '12:00', '12:30', '14:51', '14:51:03', '15:59', '2pm', '2 pm', '2:51pm', '2:51 PM', '12am', '12pm', '12:30am', '11am', '9:05am', '11:59 pm', 'noon']
	const days = ['yesterday', 'today', 'last monday', 'last friday', 'last sunday', 'Nov 20', 'November 20', 'Nov 20th', 'Nov 3 2026', 'Nov 20, 2026', '20 Nov', '20 November 2026', '1st of November', '2026-11-20', '2026-01-05', '2025-12-31', '2026/11/20', '11/20/2026', 'friday', 'Wednesday', 'Fri', 'Jan 5', 'Aug 31', '28 Feb']
	const amounts = ['1 minute', '5 minutes', '10 min', '10 mins', '15m', '30 minutes', '45 min', '90 minutes', '1 hour', '2 hours', '3 hr', '2h', '24 hours', '36 hours', '30 seconds', '90 sec', '1 day', '2 days', '3 days', '10 days', '1 week', '2 weeks', 'an hour', 'a minute', 'half an hour', 'two hours', 'five minutes', 'ten minutes', 'a day', 'a week', '1 hour 30 minutes', '1h 30m', '2 days 3 hours', '1.5 hours', '1 month', '3 months', '1 year']
	const inputs = ['now', 'just now', 'yesterday', 'last friday', 'last monday', '2026-11-20', 'Nov 20', 'this morning', 'yesterday evening', 'yesterday afternoon', 'last night', '2026-11-22T14:51:00+09:00', '2026-11-22T05:51:00Z', '2026-11-22T14:51:00']
	inputs.push(...times, ...amounts.map(a => `${a} ago`), ...times.map(t => `at ${t}`))
	for (const day of days) inputs.push(...times.flatMap(t => [`${day} ${t}`, `${day} at ${t}`, `${day}, ${t}`]))
	for (const t of times) inputs.push(`${t} yesterday`, `${t} on Nov 20`, `${t} today`, `${t} UTC`, `${t} GMT`)
	const texts = ['rolled back', 'pager fired', 'errors rise', 'db failover done']
	return inputs.flatMap((input, i) => [input, `${input} ${texts[i % 4]}`, `${texts[(i + 1) % 4]} ${input}`])
}

function rows() {
	const table = readFileSync(new URL('cases.tsv', import.meta.url), 'utf8').split('\n').filter(line => line && !line.startsWith('#'))
	const own = table.map(line => line.split('\t')).filter(([input, , z]) => z === zone && /^[\x20-\x7e]+$/.test(input)).map(([input, now]) => ({ input, now }))
	const nows = ['2026-11-22T16:00:00+09:00', '2026-11-18T09:30:00+09:00']
	return [...own, ...nows.flatMap(now => grid().map(input => ({ input, now })))]
}

function ours(list) {
	const run = spawnSync(process.argv[2], { input: list.map(r => `${r.now}\t${zone}\t${r.input}\n`).join(''), encoding: 'utf8', maxBuffer: 1 << 26 })
	if (run.status !== 0) throw new Error(run.stderr || `${process.argv[2]} does not run`)
	return run.stdout.trimEnd().split('\n').map(line => line.split('\t'))
}

function difference(row, at, result) {
	const his = result.start.date()
	const civil = date => new Date(date.getTime() + 9 * HOUR).toISOString()
	return {
		...row,
		text: result.text,
		known: part => result.start.isCertain(part),
		by: (...steps) => steps.includes(at - his),
		nearest: step => at - new Date(row.now) <= 10 * MINUTE && at - new Date(row.now) + step > 10 * MINUTE,
		sameDay: () => civil(at).slice(0, 10) === civil(his).slice(0, 10),
		sameInYear: years => civil(at).slice(4) === civil(his).slice(4) && at.getUTCFullYear() === his.getUTCFullYear() + years,
	}
}

const list = rows(), answers = ours(list)
const counts = { both: 0, same: 0, onlyOurs: 0, onlyChrono: 0, purpose: new Map() }
const open = []
list.forEach((row, i) => {
	const [at] = answers[i]
	const now = new Date(row.now)
	const found = chrono.parse(row.input, now).filter(r => r.index === 0 || r.index + r.text.length === row.input.length)
	if (at === '-' || !found.length) {
		if (at !== '-') counts.onlyOurs++
		if (found.length) counts.onlyChrono++
		return
	}
	counts.both++
	const instant = new Date(at), result = found[0]
	if (Math.abs(instant - result.start.date()) < 1000) return void counts.same++
	const d = difference(row, instant, result)
	const reason = onPurpose.find(([, applies]) => applies(d))?.[0]
	if (reason) counts.purpose.set(reason, (counts.purpose.get(reason) ?? 0) + 1)
	else open.push(`${row.input}  (now ${row.now}): ours ${at}, chrono ${result.start.date().toISOString()} from "${result.text}"`)
})
for (const line of open) console.log(line)
for (const [reason, n] of counts.purpose) console.log(`on purpose, ${n}: ${reason}`)
const share = counts.same / (counts.same + open.length)
console.log(`${list.length} inputs, ${counts.both} understood by both (${counts.onlyOurs} by us alone, ${counts.onlyChrono} by chrono alone): ${counts.same} same, ${open.length} differ, agreement ${(100 * share).toFixed(2)} %`)
process.exit(share >= 0.99 && counts.both >= 500 ? 0 : 1)
