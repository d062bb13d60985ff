// Two servers on one PostgreSQL: people type on both, and whoever listens on either hears every version once and in order.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { Random, seed } from '../lib/random.mjs'
import { program, serve, serveWithAdmin, sleep } from '../lib/server.mjs'
import { listen } from '../lib/stream.mjs'
import { histories, newDocument, wordsOf } from './history.mjs'

const postgres = process.env.BOKGI_TEST_POSTGRES
const options = { skip: !postgres && 'BOKGI_TEST_POSTGRES is not set' }
const schema = `nodes_${process.pid}`
const database = `${postgres}${postgres?.includes('?') ? '&' : '?'}options=-csearch_path%3D${schema}`
const psql = sql => execFileSync('psql', ['--quiet', '--no-psqlrc', '--command', sql, postgres])
let one, two

before(async () => {
	if (!postgres) return
	psql(`CREATE SCHEMA ${schema}`)
	execFileSync(program, ['migrate', '--database', database], { stdio: 'ignore' })
	one = await serveWithAdmin({ database })
	two = await serve({ database })
	two.token = one.token
})
after(async () => {
	if (!postgres) return
	await one?.stop()
	await two?.stop()
	psql(`DROP SCHEMA ${schema} CASCADE`)
})

test('histories over both nodes end with one text', options, async t => {
	const found = []
	const total = await histories([one, two], seed, 12, { atOnce: 3, onEach: r => { if (r.different.length) found.push(r); return !found.length } })
	t.diagnostic(`seed ${seed}: ${wordsOf(total)}`)
	assert.deepEqual(found, [])
})

test('each node tells every version once and in order', options, async () => {
	const random = new Random(seed), count = 60
	const { id, text_version: first } = await newDocument(one, 'Order', 'x', random)
	const heard = [[], []]
	const streams = await Promise.all([one, two].map((s, i) => listen(s, [`document:${id}`], (name, e) => { if (name === 'updates') heard[i].push([e.version - e.updates.length, e.version]) })))
	let version = first
	const length = 1
	const names = [random.name(22), random.name(22)], seqs = [0, 0]
	for (let i = 0; i < count; i++) {
		const at = i % 7 < 3 ? 0 : 1
		const changes = i ? [length + i, [0, 'y']] : [length, [0, 'y']]
		const reply = await [one, two][at].post(`/api/v1/documents/${id}/updates`, { client: names[at], version, updates: [{ seq: ++seqs[at], changes }] }, { key: null })
		version = reply.version
	}
	assert.equal(version, first + count)
	for (let i = 0; i < 100 && heard.some(h => h.at(-1)?.[1] !== version); i++) await sleep(20)
	for (const h of heard) {
		assert.equal(h[0][0], first)
		h.forEach(([from, to], i) => { assert.ok(to > from); if (i) assert.equal(from, h[i - 1][1]) })
		assert.equal(h.at(-1)[1], version)
	}
	for (const s of streams) s.close()
})

test('presence crosses nodes', options, async () => {
	const { id } = await newDocument(one, 'Presence', '', new Random(seed))
	const client = 'p'.repeat(22), heard = []
	const stream = await listen(two, [`document:${id}`], (name, e) => { if (name === 'presence') heard.push(e) })
	await one.post(`/api/v1/documents/${id}/presence`, { client, from: 3, to: 5 })
	await one.post(`/api/v1/documents/${id}/presence`, { client, gone: true })
	for (let i = 0; i < 100 && heard.length < 2; i++) await sleep(20)
	assert.equal(heard[0].client, client)
	assert.deepEqual([heard[0].from, heard[0].to], [3, 5])
	assert.deepEqual(heard[1], { document: id, client, gone: true })
	stream.close()
})
