import { histories, wordsOf } from '../collab/history.mjs'
import { seed } from '../lib/random.mjs'
import { serveWithAdmin } from '../lib/server.mjs'
import { keep, progress } from './result.mjs'

const count = Number(process.argv[2] ?? 10000), perServer = 500
const server = () => serveWithAdmin()
let total = {}

/** A server of its own for some hundred histories: its log stays short. */
async function turn(from, n, stock) {
	const s = await server()
	const onEach = r => { if (r.different.length && !stock) console.error('\n', r); return !stock || !r.different.length }
	const part = await histories([s], (seed + from) >>> 0, n, { atOnce: 8, stock, onEach })
	await s.stop()
	return part
}

for (let from = 0; from < count; from += perServer) {
	const part = await turn(from, Math.min(perServer, count - from), false)
	total = Object.fromEntries(Object.entries(part).map(([name, n]) => [name, n + (total[name] ?? 0)]))
	progress(`${total.histories} of ${count} histories, ${total.different} different`)
}
const stock = await turn(0, 300, true)
const ok = total.different === 0 && stock.different > 0
keep('converge', seed, ok, `${wordsOf(total)}; the stock client differed after ${stock.histories}`)
process.exitCode = ok ? 0 : 1
