import { all, east, run, Stage } from '../ime/matrix.mjs'
import { launch, person } from '../lib/browser.mjs'
import { serveWithAdmin } from '../lib/server.mjs'
import { keep, progress } from './result.mjs'

const wanted = (process.argv[2] ?? '').split(/\s*×\s*/).filter(Boolean)
const chosen = list => list.filter(c => wanted.every(word => Object.values(c).includes(word)))

const server = await serveWithAdmin(), browser = await launch()
const stage = await new Stage().open(server, browser, person)
const counts = []
let wrong = 0
for (const cases of [all, east].map(chosen)) {
	for (const [turn, one] of cases.entries()) {
		const what = await run(stage, one, turn)
		if (what) console.log(`wrong (turn ${turn}): ${what}`)
		if (what) wrong++
		if (turn % 20 === 19) progress(`${turn + 1} of ${cases.length}, ${wrong} wrong`)
	}
	counts.push(cases.length)
}

let words = `${counts[0]} Korean cases, ${counts[1]} Japanese and Chinese, ${wrong} wrong texts`
let ok = wrong === 0
if (!wanted.length) {
	// The counter-proof: a browser that holds nothing back must be found out.
	const planted = await new Stage().open(server, browser, person, { defect: true })
	let found = 0
	const beside = all.filter(c => c.field === 'editor' && ['before', 'adjacent'].includes(c.remote))
	for (const [turn, one] of beside.entries()) found += await run(planted, one, turn) ? 1 : 0
	words += `; without holding back ${found} of ${beside.length} beside the syllable are wrong`
	ok &&= found > 0
	await planted.close()
}
for (const trouble of new Set(stage.who.troubles)) if (!/ERR_|Failed to fetch|Failed to load/.test(trouble)) { console.log(trouble); ok = false }
await stage.close()
await browser.close()
await server.stop()
if (wanted.length) console.log(words)
else keep('ime', '', ok, words)
process.exitCode = ok ? 0 : 1
