import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { House, cycles } from '../kill/house.mjs'
import { newDatabase } from '../lib/postgres.mjs'
import { Random, seed as newSeed } from '../lib/random.mjs'
import { keep, progress } from './result.mjs'

const count = Number(process.argv[2] ?? 2000), block = 50, file = 'build/long-kill.json'
const fresh = { count, seed: newSeed, found: [], done: 0, sqlite: 0, postgres: 0, failures: 0, entries: 0, actions: 0, lines: 0 }
const kept = existsSync(file) ? JSON.parse(readFileSync(file)) : undefined
const state = kept?.count === count ? kept : fresh
mkdirSync('build', { recursive: true })

/** A block of kills on a folder and database of its own. */
async function turn(kind, n) {
	const database = kind === 'postgres' ? newDatabase() : undefined
	const house = new House(database?.url)
	await house.open()
	try {
		return await cycles(house, new Random((state.seed + state.done) >>> 0), n, cycle => { if (cycle % 10 === 0) progress(`${state.done + cycle} of ${count} kills, now on ${kind}`) })
	} finally {
		await house.close()
		database?.drop()
	}
}

while (state.done < count) {
	const n = Math.min(block, count - state.done), kind = (state.done / block) % 2 ? 'postgres' : 'sqlite'
	const { found, kills, ...counts } = await turn(kind, n)
	if (found.length) console.error('\n', found.slice(0, 20))
	state.found.push(...found.slice(0, 20))
	state[kind] += kills
	state.done += n
	for (const [name, more] of Object.entries(counts)) state[name] += more
	writeFileSync(file, JSON.stringify(state))
}
keep('kill', state.seed, state.found.length === 0,
	`${state.sqlite} kills on SQLite, ${state.postgres} on PostgreSQL; ${state.entries} entries, ${state.actions} actions, ${state.lines} lines acknowledged, ${state.found.length} findings`)
rmSync(file)
process.exitCode = state.found.length ? 1 : 0
