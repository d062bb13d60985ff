import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Edit, Taken, type Values } from './edit.ts'

interface Thing { version: number; title: string; note: string | null; of: number[] }
class Stale extends Error {
	current: Thing
	constructor(current: Thing) {
		super('stale')
		this.current = current
	}
}

/** A server with one record, which others may change at any time. */
function server() {
	const it = { record: { version: 1, title: 'a', note: null, of: [1] } as Thing, sent: [] as Values[] }
	const change = (by: Partial<Thing>) => (it.record = { ...it.record, ...by, version: it.record.version + 1 })
	const send = async (changed: Values, version: number) => {
		it.sent.push(changed)
		if (version !== it.record.version) throw new Stale(it.record)
		return change(changed as Partial<Thing>)
	}
	const edit = () => new Edit<Thing>(it.record, { read: ({ title, note, of }) => ({ title, note, of }), send, newer: (e) => (e instanceof Stale ? e.current : undefined) })
	return { it, change, edit }
}
const taken = async (saving: Promise<unknown>) => saving.then(() => assert.fail('nobody was asked'), (e) => (assert.ok(e instanceof Taken, String(e)), e as Taken<Thing>))

test('only what was changed is sent, and nothing when nothing was', async () => {
	const { it, edit } = server()
	const e = edit()
	await e.save({ title: 'a', note: null, of: [1] })
	assert.deepEqual(it.sent, [])
	assert.equal((await e.save({ title: 'b', note: null, of: [1] })).title, 'b')
	assert.deepEqual(it.sent, [{ title: 'b' }])
})

test('what others changed beside it stays, and nobody is asked', async () => {
	const { it, change, edit } = server()
	const e = edit()
	change({ note: 'theirs', of: [1, 2] })
	await e.save({ title: 'mine', note: null, of: [1] })
	assert.deepEqual(it.record, { version: 3, title: 'mine', note: 'theirs', of: [1, 2] })
})

test('where both changed the same one is asked, and saving again replaces it', async () => {
	const { it, change, edit } = server()
	const e = edit(), mine = { title: 'mine', note: 'mine', of: [1] }
	change({ title: 'theirs', of: [2] })
	const { names, record } = await taken(e.save(mine))
	assert.deepEqual([names, record.title], [['title'], 'theirs'])
	assert.equal(it.record.title, 'theirs')
	await e.save(mine)
	assert.deepEqual(it.record, { version: 3, title: 'mine', note: 'mine', of: [2] })
})

test('what was changed again since one was asked is asked about again', async () => {
	const { it, change, edit } = server()
	const e = edit(), mine = { title: 'mine', note: null, of: [1] }
	change({ title: 'theirs' })
	await taken(e.save(mine))
	change({ title: 'somebody else’s' })
	assert.equal((await taken(e.save(mine))).record.title, 'somebody else’s')
	await e.save(mine)
	assert.equal(it.record.title, 'mine')
})

test('a field that one turns to later is not replaced unseen', async () => {
	const { it, change, edit } = server()
	const e = edit()
	change({ title: 'theirs', note: 'theirs' })
	await taken(e.save({ title: 'mine', note: null, of: [1] }))
	assert.deepEqual((await taken(e.save({ title: 'mine', note: 'mine', of: [1] }))).names, ['note'])
	assert.equal(it.record.note, 'theirs')
})

test('who takes over what stands there, or wanted the same, is not asked', async () => {
	const { it, change, edit } = server()
	const e = edit()
	change({ title: 'theirs' })
	await taken(e.save({ title: 'mine', note: null, of: [1] }))
	await e.save({ title: 'theirs', note: null, of: [1] })
	assert.equal(it.record.version, 2)
	const same = edit()
	change({ note: 'both' })
	assert.equal((await same.save({ title: 'theirs', note: 'both', of: [1] })).note, 'both')
})

test('another refusal is told, and one that never ends ends', async () => {
	const refused = new Edit<Thing>({ version: 1, title: 'a', note: null, of: [] }, { read: ({ title }) => ({ title }), send: () => Promise.reject(new Error('no')), newer: () => undefined })
	await assert.rejects(refused.save({ title: 'b' }), /no/)
	const never = new Edit<Thing>({ version: 1, title: 'a', note: null, of: [] }, { read: ({ title }) => ({ title }), send: () => Promise.reject(new Error('stale')), newer: () => ({ version: 9, title: 'a', note: null, of: [] }) })
	await assert.rejects(never.save({ title: 'b' }), /stale/)
})
