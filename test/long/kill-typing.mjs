import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { CutWire, OneNode, TwoNodes, typing } from '../kill/typing.mjs'
import { Random, seed as newSeed } from '../lib/random.mjs'
import { keep, progress } from './result.mjs'

const stages = {
	'on SQLite': () => new OneNode(),
	'on SQLite with a power cut': () => new OneNode({ power: true }),
	'on PostgreSQL': () => new OneNode({ database: true }),
	'of one of two nodes': () => new TwoNodes(),
	'times no database': () => new CutWire(),
}
const count = Number(process.argv[2] ?? 2000), block = Math.min(25, Math.ceil(count / Object.keys(stages).length)), file = 'build/long-kill-typing.json'
const fresh = { count, seed: newSeed, found: [], done: 0, strikes: {}, lines: 0, acknowledged: 0 }
const kept = existsSync(file) ? JSON.parse(readFileSync(file)) : undefined
const state = kept?.count === count ? kept : fresh
mkdirSync('build', { recursive: true })

/** A block of strikes on servers and a document of its own. */
async function turn(name, n) {
	const stage = stages[name]()
	await stage.open()
	try {
		return await typing(stage, new Random((state.seed + state.done) >>> 0), n, i => { if (i % 5 === 0) progress(`${state.done + i} of ${count}, now ${name}`) })
	} finally {
		await stage.close()
	}
}

for (const names = Object.keys(stages); state.done < count;) {
	const n = Math.min(block, count - state.done), name = names[Math.floor(state.done / block) % names.length]
	const { found, strikes, ...counts } = await turn(name, n)
	if (found.length) console.error('\n', name, found.slice(0, 20))
	state.found.push(...found.slice(0, 20))
	state.strikes[name] = (state.strikes[name] ?? 0) + strikes
	state.done += n
	for (const [what, more] of Object.entries(counts)) state[what] += more
	writeFileSync(file, JSON.stringify(state))
}
const kinds = Object.entries(state.strikes).map(([name, n]) => `${n} ${name}`).join(', ')
keep('kill-typing', state.seed, state.found.length === 0, `${kinds}; ${state.lines} lines by five people, ${state.found.length} lost, doubled or reloaded`)
rmSync(file)
process.exitCode = state.found.length ? 1 : 0
