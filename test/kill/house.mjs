// A server that is killed and started again on the same folder, and people who go on writing to whichever process is there.
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newDocument } from '../collab/history.mjs'
import { Line, noTrouble } from '../collab/line.mjs'
import { Typist } from '../collab/typist.mjs'
import { serve, serveWithAdmin, sleep, until } from '../lib/server.mjs'

export class House {
	constructor(database) { Object.assign(this, { database, acknowledged: 0, failures: 0, kills: 0, over: false }) }

	async open() {
		this.data = await mkdtemp(join(tmpdir(), 'bokgi-kill-'))
		this.server = await serveWithAdmin({ data: this.data, database: this.database })
		this.token = this.server.token
	}

	async kill() {
		const was = this.server
		this.server = undefined
		await was.kill()
		this.kills++
	}

	async start() {
		const server = await serve({ data: this.data, database: this.database })
		server.token = this.token
		this.server = server
	}

	/** The same request, with the same key, until somebody says that it was done. */
	async insist(method, path, body) {
		for (const key = randomUUID(); ;) {
			const server = this.server
			let reply
			try { reply = await server?.ask(method, path, body, { key }) } catch { /* its answer may have been lost */ }
			if (reply?.status < 300) {
				this.acknowledged++
				return reply.body
			}
			if (reply && reply.status !== 503) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
			if (this.closed) throw new Error(`${method} ${path}: the house is closed`)
			this.failures++
			await sleep(5)
		}
	}

	async close() {
		this.over = this.closed = true
		const how = await this.server?.stop()
		await rm(this.data, { recursive: true, force: true })
		return how
	}
}

/** Posts records, each with a text of its own, and keeps what was acknowledged. */
async function clerk(house, name, random, path, record, book) {
	for (let n = 0; !house.over; n++) {
		const text = `${name}-${n}`
		const { id } = await house.insist('POST', path, record(text))
		book.push({ text, id })
		await sleep(random.next() * 4)
	}
}

/** Types lines of its own before lines of others, and keeps what it typed; also while nothing can be saved. */
export async function author(house, name, random, typist, book) {
	for (let n = 0; !house.over; n++) {
		const line = typist.state.doc.line(random.between(1, typist.state.doc.lines)), text = `${name}-${n}`
		const before = typist.version
		typist.type({ changes: { from: line.from, insert: `${text}\n` } })
		book.push({ text })
		await sleep(random.next() * 12)
		if (typist.version > before) house.acknowledged++
	}
}

/** While somebody kills: after the first acknowledgement of a process, or right at its start. */
async function killer(house, random, cycles, typists, onCycle) {
	for (let cycle = 0; cycle < cycles; cycle++) {
		const before = house.acknowledged
		if (random.chance(0.85)) await until(() => house.acknowledged > before, 'an acknowledgement')
		await sleep(random.next() * random.pick([20, 100, 400]))
		for (const t of typists) t.line.up = false
		await house.kill()
		await house.start()
		for (const t of typists) {
			t.line.up = true
			await t.listen()
			t.wake()
		}
		onCycle?.(cycle + 1)
	}
	await sleep(100)
	house.over = true
}

export async function all(server, path) {
	const items = []
	for (let after = ''; after !== null;) {
		const page = await server.get(`${path}${path.includes('?') ? '&' : '?'}limit=200${after && `&after=${encodeURIComponent(after)}`}`)
		items.push(...page.items)
		after = page.next
	}
	return items
}

/** What differs between what people were told ({text, id?}) and what is there. */
export function compare(what, there, book) {
	const found = [], count = new Map()
	for (const x of there) count.set(x.text, [...(count.get(x.text) ?? []), x.id])
	for (const { text, id } of book) {
		const ids = count.get(text) ?? []
		if (ids.length !== 1) found.push(`${what} ${text} is there ${ids.length} times`)
		else if (id !== undefined && ids[0] !== id) found.push(`${what} ${text} is ${ids[0]}, its writer was told ${id}`)
		count.delete(text)
	}
	for (const text of count.keys()) found.push(`${what} ${text} was never written`)
	return found
}

async function findings(house, typists, documents, incident, books) {
	const { server } = house
	const found = typists.flatMap(t => t.troubles.map(x => `${t.name} ${x}`))
	found.push(...compare('entry', (await all(server, `/api/v1/incidents/${incident}/timeline`)).filter(x => x.kind === 'note'), books.entries))
	found.push(...compare('action', (await all(server, '/api/v1/actions?state=all')).map(x => ({ text: x.title, id: x.id })), books.actions))
	const lines = []
	for (const { id } of documents) {
		const { text, text_version: version } = await server.get(`/api/v1/documents/${id}`)
		lines.push(...text.split('\n').filter(Boolean).map(line => ({ text: line })))
		for (const t of typists.filter(x => x.line.document === id))
			if (t.text !== text || t.version !== version || t.pending) found.push(`${t.name} has another text of document ${id} than the server`)
	}
	return [...found, ...compare('line', lines, books.lines)]
}

const at = new Date(Date.now() - 60000).toISOString().replace(/\.\d+/, '')

function everybody(house, random, count, typists, incident, books, onCycle) {
	return Promise.all([
		...[1, 2, 3].map(n => clerk(house, `entry-${n}`, random.fork(10 + n), `/api/v1/incidents/${incident}/timeline`, text => ({ at, text }), books.entries)),
		...[1, 2].map(n => clerk(house, `action-${n}`, random.fork(20 + n), '/api/v1/actions', title => ({ title, type: 'repair', incident }), books.actions)),
		...typists.map((t, n) => author(house, `line-${n}`, random.fork(30 + n), t, books.lines)),
		killer(house, random.fork(40), count, typists, onCycle),
	])
}

async function seesEverything(house, typists) {
	for (const t of typists) t.wake()
	for (const t of typists) {
		const { version } = await house.server.get(`/api/v1/documents/${t.line.document}/updates?since=${t.version}`)
		if (t.pending || t.version !== version) return false
	}
	return true
}

/** Eight writers, so many kills; {found, …counts}. */
export async function cycles(house, random, count, onCycle) {
	const { server } = house
	const incident = (await server.post('/api/v1/incidents', { title: 'Kill' })).id
	const documents = [await newDocument(server, 'One', '', random), await newDocument(server, 'Two', '', random)]
	const books = { entries: [], actions: [], lines: [] }
	const typists = [0, 0, 1].map((d, i) => new Typist(new Line(() => house.server, documents[d].id, random.fork(i), noTrouble), random, random.name(22)))
	try {
		for (const t of typists) {
			t.begin(await server.get(`/api/v1/documents/${t.line.document}`))
			await t.listen()
		}
		await everybody(house, random, count, typists, incident, books, onCycle)
		await until(() => seesEverything(house, typists), 'everybody sees everything').catch(() => {})
		const found = await findings(house, typists, documents, incident, books)
		return { found, kills: house.kills, failures: house.failures, entries: books.entries.length, actions: books.actions.length, lines: books.lines.length }
	} finally {
		house.over = true
		for (const t of typists) t.close()
	}
}
