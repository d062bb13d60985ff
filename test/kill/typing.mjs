// Five people type into one document, with the browser's own code, while the servers behind it are struck again and again. Nobody reloads. In the end everybody has the text
// that the server has, and every line that anybody typed is in it once.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newDocument } from '../collab/history.mjs'
import { Line, noTrouble } from '../collab/line.mjs'
import { Typist } from '../collab/typist.mjs'
import { newDatabase } from '../lib/postgres.mjs'
import { serve, serveWithAdmin, sleep, until } from '../lib/server.mjs'
import { Wire } from '../lib/wire.mjs'
import { Power } from './power.mjs'
import { author, compare } from './house.mjs'

const PEOPLE = 5

/** What is struck. nodes: the servers of now; a typist has one of them. */
class Stage {
	nodes = []
	strikes = 0
	async node(options) {
		const server = await (this.token ? serve : serveWithAdmin)(options)
		this.token ??= server.token
		return Object.assign(server, { token: this.token })
	}

	/** kill -9 of a node and another process in its place; those who were there come back to it, or go to another. */
	async kill(i, random, typists) {
		const its = typists.filter(t => t.line.node === i)
		for (const t of its) t.line.up = false
		const was = this.nodes[i]
		this.nodes[i] = undefined
		await was.kill()
		await this.dead?.()
		const moved = this.nodes.length > 1 ? its.filter(() => random.chance(0.5)) : []
		await this.back(moved, 1 - i)
		this.nodes[i] = await this.again(i)
		await this.back(its.filter(t => !moved.includes(t)), i)
	}

	/** As a browser does it when its stream has ended. */
	async back(typists, node) {
		for (const t of typists) {
			t.line.node = node
			t.line.up = true
			await t.listen()
			t.wake()
		}
	}

	async close() {
		for (const node of this.nodes) await node?.stop()
		this.database?.drop()
	}
}

/** One server on SQLite (power: the disk forgets what was not safe) or on PostgreSQL. */
export class OneNode extends Stage {
	constructor({ database = false, power = false } = {}) { super(); Object.assign(this, { withDatabase: database, withPower: power }) }

	async open() {
		this.folder = await mkdtemp(join(tmpdir(), 'bokgi-typing-'))
		this.data = join(this.folder, 'data')
		if (this.withDatabase) this.database = newDatabase()
		if (this.withPower) this.power = new Power(this.folder, this.data)
		this.nodes = [await this.again()]
	}
	again() { return this.node({ data: this.data, database: this.database?.url, env: this.power?.env }) }
	dead() { this.power?.cut() }
	strike(random, typists) { return this.kill(0, random, typists) }
	async close() {
		await super.close()
		await rm(this.folder, { recursive: true, force: true })
	}
}

/** Two servers on one PostgreSQL, one of which is killed. */
export class TwoNodes extends Stage {
	async open() {
		this.database = newDatabase()
		this.nodes = [await this.again(), await this.again()]
	}
	again() { return this.node({ database: this.database.url }) }
	strike(random, typists) { return this.kill(random.below(2), random, typists) }
}

/** Two servers on one PostgreSQL; the wire between the database and the first is cut, in one of three ways. */
export class CutWire extends Stage {
	async open() {
		this.database = newDatabase()
		const far = new URL(this.database.url), near = new URL(this.database.url)
		this.wire = await Wire.to(Number(far.port), far.hostname)
		near.port = this.wire.port
		this.nodes = [await this.node({ database: near.href }), await this.node({ database: far.href })]
		this.ways = { closed: 0, hole: 0, deaf: 0 }
	}

	async strike(random, typists) {
		const way = random.pick(Object.keys(this.ways)), silence = random.next() * random.pick([30, 300, 800])
		this.ways[way]++
		this.wire.mode = way
		if (way !== 'closed') await sleep(silence)
		this.wire.mode = 'closed'
		this.wire.cut()
		await sleep(random.next() * 300)
		this.wire.mode = 'open'
		await until(async () => (await this.nodes[0].ask('GET', '/readyz')).status === 200, 'the first node has its database again')
		// A browser asks again by itself, the sooner the less often it has failed; here nobody waits for that.
		for (const t of typists) t.wake()
	}

	async close() {
		for (const node of this.nodes) await node.stop()
		this.nodes = []
		this.wire.close()
		await super.close()
	}
}

async function settled(stage, typists) {
	let newest
	await until(async () => {
		for (const t of typists) t.wake()
		newest = await stage.nodes[0].get(`/api/v1/documents/${typists[0].line.document}`)
		return typists.every(t => t.troubles.length || (!t.pending && t.version === newest.text_version))
	}, 'everybody has what the server has', 30_000).catch(() => {})
	return newest
}

function findings(typists, { text, text_version: version }, lines) {
	const found = typists.flatMap(t => t.troubles.map(x => `${t.name} ${x}`))
	for (const t of typists) if (t.text !== text || t.version !== version || t.pending) found.push(`${t.name} is at version ${t.version} with ${t.pending} pending, the server at ${version}`)
	return [...found, ...compare('line', text.split('\n').filter(Boolean).map(line => ({ text: line })), lines)]
}

async function striker(stage, house, random, count, typists, onStrike) {
	for (let i = 0; i < count && !typists.some(t => t.troubles.length); i++) {
		const before = house.acknowledged
		if (random.chance(0.85)) await until(() => house.acknowledged > before, 'an acknowledgement', 30_000)
		await sleep(random.next() * random.pick([10, 60, 250]))
		await stage.strike(random, typists)
		stage.strikes++
		onStrike?.(i + 1)
	}
	await sleep(100)
	house.over = true
}

/** So many strikes; {found, strikes, lines, acknowledged}. */
export async function typing(stage, random, count, onStrike) {
	const document = await newDocument(stage.nodes[0], 'Typing', '', random), lines = [], house = { over: false, acknowledged: 0 }
	const typists = Array.from({ length: PEOPLE }, (_, i) => {
		const line = new Line(() => stage.nodes[line.node], document.id, random.fork(i), noTrouble)
		line.node = i % stage.nodes.length
		return new Typist(line, random, random.name(22))
	})
	try {
		for (const t of typists) { t.begin(document); await t.listen() }
		const authors = typists.map((t, i) => author(house, `line-${i}`, random.fork(30 + i), t, lines))
		await striker(stage, house, random.fork(40), count, typists, onStrike).finally(() => { house.over = true })
		await Promise.all(authors)
		const newest = await settled(stage, typists)
		return { found: findings(typists, newest, lines), strikes: stage.strikes, lines: lines.length, acknowledged: house.acknowledged }
	} finally {
		house.over = true
		for (const t of typists) t.close()
	}
}
