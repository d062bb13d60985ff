// A disk that is full, a disk that fails: nothing that was acknowledged is lost, and nobody is told what is not true.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { openSync, writeSync, closeSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { newDocument } from './collab/history.mjs'
import { all, compare } from './kill/house.mjs'
import { Random, seed } from './lib/random.mjs'
import { serve, serveWithAdmin, until } from './lib/server.mjs'

const folder = await mkdtemp(join(tmpdir(), 'bokgi-fault-'))
after(() => rm(folder, { recursive: true, force: true }))
const at = new Date(Date.now() - 60000).toISOString().replace(/\.\d+/, '')

/** Entries of one incident: post() keeps what was acknowledged. */
class Book {
	told = []
	async open(server) { this.path = `/api/v1/incidents/${(await server.post('/api/v1/incidents', { title: 'Fault' })).id}/timeline` }
	async post(server, text, key = randomUUID()) {
		const reply = await server.ask('POST', this.path, { at, text, because: text.includes('long') ? '복'.repeat(4000) : undefined }, { key })
		if (reply.status < 300 && !this.told.some(x => x.id === reply.body.id)) this.told.push({ text, id: reply.body.id })
		return reply
	}
	async differences(server) { return compare('entry', (await all(server, this.path)).filter(x => x.kind === 'note'), this.told) }
}

const ready = async server => (await server.ask('GET', '/readyz')).status

/** Every byte that is left. */
function fill(path) {
	const file = openSync(path, 'w')
	try { for (const block = Buffer.alloc(65536); ;) writeSync(file, block) } catch (error) { if (error.code !== 'ENOSPC') throw error } finally { closeSync(file) }
}

const mounted = join(folder, 'disk')
function mount() {
	execFileSync('mkdir', [mounted])
	try { execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'bokgi-test', mounted], { stdio: 'ignore' }) } catch { return false }
	after(() => execFileSync('umount', ['-l', mounted]))
	return true
}

test('a full disk: writes are refused in words, reads go on, and it heals without a restart', async t => {
	if (!mount()) return t.skip('a small disk can only be mounted by root')
	let s = await serveWithAdmin({ data: mounted })
	after(() => s.kill()) // also when it fails
	const book = new Book(), random = new Random(seed)
	await book.open(s)
	for (let i = 0; i < 20; i++) assert.equal((await book.post(s, `before ${i}`)).status, 201)
	const document = await newDocument(s, 'Fault', 'before\n', random)
	const ballast = join(mounted, 'ballast')
	fill(ballast)

	// Room may come back once more when the log is written into the database; what is acknowledged from it counts, until there is none.
	const key = randomUUID()
	let refused, row = 0
	for (let i = 0; i < 1000 && row < 10; i++) {
		const reply = await book.post(s, `long ${i}`)
		assert.ok([201, 503].includes(reply.status), `${reply.status}`)
		row = reply.status === 503 ? row + 1 : 0
		refused = reply
	}
	assert.equal(row, 10)
	assert.match(refused.headers.get('content-type'), /^application\/problem\+json/)
	assert.equal(refused.body.code, 'db.unavailable')
	assert.match(refused.body.detail, /disk is full/)
	const replies = await Promise.all(Array.from({ length: 10 }, (_, i) => book.post(s, `full long ${i}`, `${key}-${i}`)))
	assert.ok(replies.every(r => [201, 503].includes(r.status)), `${replies.map(r => r.status)}`)
	const typed = { client: random.name(22), version: document.text_version, updates: [{ seq: 1, changes: [[0, '꽉 찬 '.repeat(20000)], document.text.length] }] }
	const push = () => s.ask('POST', `/api/v1/documents/${document.id}/updates`, typed, { key: null })
	const pushed = await push()
	assert.ok([200, 503].includes(pushed.status), `${pushed.status}`)
	await until(async () => (await book.post(s, 'long again')).status === 503 && await ready(s) === 503, 'it says that it is not ready')
	assert.equal((await s.ask('GET', '/livez')).status, 200)
	assert.deepEqual(await book.differences(s), [])
	if (pushed.status === 503) assert.equal((await s.get(`/api/v1/documents/${document.id}`)).text, 'before\n')

	await rm(ballast)
	await until(async () => await ready(s) === 200, 'ready again')
	for (let i = 0; i < 10; i++) assert.equal((await book.post(s, `full long ${i}`, `${key}-${i}`)).status, 201)
	assert.equal((await push()).status, 200)
	await s.kill()
	s = Object.assign(await serve({ data: mounted }), { token: s.token })
	assert.deepEqual(await book.differences(s), [])
	assert.match((await s.get(`/api/v1/documents/${document.id}`)).text, /^(꽉 찬 ){20000}before\n$/)
	assert.equal((await s.stop()).code, 0)
})

test('a failed fsync: nothing is acknowledged any more, the process ends, the restart has everything', async t => {
	const shim = join(folder, 'fsync.so'), sign = join(folder, 'fails'), data = await mkdtemp(join(folder, 'data-'))
	try { execFileSync('cc', ['-shared', '-fPIC', '-o', shim, 'test/fault_fsync.c', '-ldl']) } catch (error) { if (error.code === 'ENOENT') return t.skip('no C compiler'); throw error }
	let s = await serveWithAdmin({ data, env: { LD_PRELOAD: shim, FSYNC_FAILS: sign, FSYNC_FAILS_UNDER: data } })
	after(() => s.kill())
	const book = new Book()
	await book.open(s)
	for (let i = 0; i < 20; i++) assert.equal((await book.post(s, `before ${i}`)).status, 201)

	await writeFile(sign, '')
	const key = randomUUID(), told = book.told.length
	const replies = await Promise.all(Array.from({ length: 5 }, (_, i) => book.post(s, `failed ${i}`, `${key}-${i}`).catch(() => null)))
	assert.equal(book.told.length, told, 'a write was acknowledged that no disk has')
	for (const reply of replies) assert.ok(!reply || reply.status === 503, `status ${reply?.status}`)
	const { code } = await s.ended
	assert.ok(code > 0, `ended with ${code}`)
	assert.match(s.log, /whether the last writes are on the disk is unknown/)

	await rm(sign)
	s = Object.assign(await serve({ data }), { token: s.token })
	for (let i = 0; i < 5; i++) assert.equal((await book.post(s, `failed ${i}`, `${key}-${i}`)).status, 201)
	assert.deepEqual(await book.differences(s), [])
	assert.equal((await s.stop()).code, 0)
})
