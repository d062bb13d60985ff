// Two processes over one PostgreSQL: one order of events for everybody, no deadlocks, and one of them is enough to go on.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { histories, newDocument, wordsOf } from './collab/history.mjs'
import { Line, noTrouble } from './collab/line.mjs'
import { Typist } from './collab/typist.mjs'
import { author, compare } from './kill/house.mjs'
import { newDatabase, postgres } from './lib/postgres.mjs'
import { Random, seed } from './lib/random.mjs'
import { serve, serveWithAdmin, sleep, until } from './lib/server.mjs'
import { listen } from './lib/stream.mjs'

const skip = postgres ? false : 'BOKGI_TEST_POSTGRES is not set'
let database, nodes
const second = async () => Object.assign(await serve({ database: database.url }), { token: nodes[0].token })
before(async () => {
	if (skip) return
	database = newDatabase()
	nodes = [await serveWithAdmin({ database: database.url })]
	nodes.push(await second())
})
after(async () => {
	if (skip) return
	for (const node of nodes) assert.equal((await node.stop()).code, 0, node.log)
	database.drop()
})

const at = new Date(Date.now() - 60000).toISOString().replace(/\.\d+/, '')
const incidents = n => Promise.all(Array.from({ length: n }, (_, i) => nodes[i % 2].post('/api/v1/incidents', { title: `Shared ${i}` })))
const position = async node => Number((await node.ask('GET', '/api/v1/me')).headers.get('bokgi-position'))

/** The events that a stream tells, in its order. */
async function hear(node, topics, since) {
	const heard = []
	const stream = await listen(node, topics, (name, data) => heard.push(name === 'event' ? data : { id: name }), { since })
	return { heard, ids: () => heard.map(e => e.id), close: stream.close }
}

test('every stream of every node tells the same events in one order, none twice, none skipped', { skip }, async t => {
	const own = await incidents(4), topics = own.map(x => `incident:${x.id}`), writes = 240
	await until(async () => await position(nodes[0]) === await position(nodes[1]), 'both nodes know the same')
	const start = await position(nodes[0])
	const streams = [await hear(nodes[0], topics, start), await hear(nodes[1], topics, start)]
	await Promise.all(Array.from({ length: 8 }, async (_, w) => {
		for (let i = 0; i < writes / 8; i++)
			await nodes[(w + i) % 2].post(`/api/v1/incidents/${own[(w + i) % 4].id}/timeline`, { at, text: `order ${w} ${i}` })
	}))
	const late = await hear(nodes[1], topics, start)
	streams.push(late)
	const entries = s => s.heard.filter(e => e.name === 'timeline.added' || /^timeline\./.test(e.name ?? ''))
	await until(() => streams.every(s => entries(s).length >= writes), 'all streams have all events')
	await sleep(200)
	for (const s of streams) {
		const ids = s.ids()
		assert.deepEqual(ids, [...ids].sort((a, b) => a - b), 'out of order')
		assert.equal(new Set(ids).size, ids.length, 'twice')
		assert.deepEqual(ids, streams[0].ids(), 'another story')
		assert.equal(entries(s).length, writes)
		s.close()
	}
	t.diagnostic(`${writes} writes on two nodes, ${streams[0].heard.length} events on each of ${streams.length} streams`)
})

test('two nodes that write the same 20 records keep up', { skip }, async t => {
	const own = await incidents(20), random = new Random(seed), turns = 40
	let done = 0, failed = 0, stale = 0
	const changed = new Map(own.map(x => [x.id, 0])), told = []
	const began = Date.now()
	const rename = async (node, id, title) => {
		for (let tries = 0; tries < 200; tries++) {
			const { version } = await node.get(`/api/v1/incidents/${id}`)
			const reply = await node.ask('PATCH', `/api/v1/incidents/${id}`, { title }, { headers: { 'if-match': `"${version}"` } })
			if (reply.status === 412) { stale++; continue }
			if (reply.status < 300) changed.set(id, changed.get(id) + 1)
			return reply
		}
		throw new Error(`stale for ever: ${title}`)
	}
	await Promise.all(Array.from({ length: 16 }, async (_, w) => {
		const its = random.fork(w), node = nodes[w % 2]
		for (let i = 0; i < turns; i++) {
			const { id } = its.pick(own), text = `both ${w} ${i}`
			const reply = i % 3 === 0 ? await rename(node, id, text)
				: i % 3 === 1 ? await node.ask('POST', `/api/v1/incidents/${id}/timeline`, { at, text })
				: await node.ask('POST', '/api/v1/actions', { title: text, type: 'repair', incident: id })
			if (reply.status >= 300) { failed++; t.diagnostic(`${reply.status} ${JSON.stringify(reply.body)}`) }
			else { done++; if (i % 3 === 1) told.push({ text, id: reply.body.id }) }
		}
	}))
	t.diagnostic(`${done} writes by 16 writers on 2 nodes, ${failed} failed, ${stale} stale and tried again; ${Math.round(done / (Date.now() - began) * 1000)}/s`)
	assert.equal(failed, 0)
	assert.equal(done, 16 * turns)
	const there = []
	for (const { id } of own) {
		const { items, next } = await nodes[0].get(`/api/v1/incidents/${id}/timeline?limit=200`)
		assert.equal(next, null)
		there.push(...items.filter(x => x.kind === 'note'))
	}
	assert.deepEqual(compare('entry', there, told), [])
})

test('every stream of every node tells the updates of a text in order, from the first one on', { skip }, async () => {
	const random = new Random(seed)
	for (let i = 0; i < 40; i++) {
		const { id } = await nodes[i % 2].post('/api/v1/documents', { title: `Text ${i}`, kind: 'project', template: 'none' })
		const heard = [[], []]
		const streams = await Promise.all(nodes.map((node, n) => listen(node, [`document:${id}`],
			(name, data) => { if (name === 'updates') data.updates.forEach((_, k) => heard[n].push(data.version - data.updates.length + 1 + k)) })))
		const push = async (node, text) => {
			await sleep(random.next() * 8)
			const body = { client: random.name(22), version: 0, updates: [{ seq: 1, changes: [[0, text]] }] }
			return (await node.ask('POST', `/api/v1/documents/${id}/updates`, body, { key: null })).status
		}
		assert.deepEqual(await Promise.all([push(nodes[0], 'a'), push(nodes[1], 'b'), push(nodes[0], 'c')]), [200, 200, 200])
		await until(() => heard.every(h => h.includes(3)), 'both streams tell the last update')
		for (const stream of streams) stream.close()
		assert.deepEqual(heard, [[1, 2, 3], [1, 2, 3]])
	}
})

test('documents converge when half of the people type at another node', { skip }, async t => {
	const found = []
	const total = await histories(nodes, seed, 30, { atOnce: 4, onEach: r => { if (r.different.length) found.push(r); return found.length < 5 } })
	t.diagnostic(`seed ${seed}: ${wordsOf(total)}`)
	assert.deepEqual(found, [])
})

test('one node is killed while six people type: the other goes on with everything', { skip }, async t => {
	const random = new Random(seed), [first, other] = nodes
	const document = await newDocument(other, 'Failover', '', random)
	const house = { over: false, acknowledged: 0 }, lines = []
	const typists = Array.from({ length: 6 }, (_, i) => {
		const line = new Line(() => line.node, document.id, random.fork(i), noTrouble)
		line.node = nodes[i % 2]
		return new Typist(line, random, random.name(22))
	})
	try {
		for (const typist of typists) { typist.begin(document); await typist.listen() }
		const typing = typists.map((typist, i) => author(house, `line-${i}`, random.fork(10 + i), typist, lines))
		await until(() => typists.every(x => x.version > 50), 'everybody has seen fifty updates')
		await first.kill()
		const before = lines.length
		for (const typist of typists.filter((_, i) => i % 2 === 0)) { typist.line.node = other; await typist.listen(); typist.wake() }
		await sleep(500)
		house.over = true
		await Promise.all(typing)
		let newest
		await until(async () => {
			for (const typist of typists) typist.wake()
			newest = await other.get(`/api/v1/documents/${document.id}`)
			return typists.every(x => !x.pending && x.version === newest.text_version)
		}, 'everybody sees everything')
		assert.deepEqual(typists.flatMap(x => x.troubles), [])
		for (const x of typists) assert.equal(x.text, newest.text)
		assert.deepEqual(compare('line', newest.text.split('\n').filter(Boolean).map(text => ({ text })), lines), [])
		t.diagnostic(`${before} lines before the kill, ${lines.length - before} after it, all there once`)
	} finally {
		house.over = true
		for (const x of typists) x.close()
		await first.kill()
		nodes[0] = await second()
	}
})
