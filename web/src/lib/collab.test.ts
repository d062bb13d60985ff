// Several editors against a server that answers late, twice, in pieces, or not at all: in the end all hold the same text, and nothing typed is lost or doubled.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChangeSet, EditorState, Text, type Transaction } from '@codemirror/state'
import { Collab, restore, wellFormed, type Holder, type Kept, type Pushed, type Status, type UpdatesEvent, type WireUpdate } from './collab.ts'
import { hashLines } from './fnv.ts'

const random = (seed: number) => () => {
	seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
	return seed / 2 ** 32
}
const settle = () => new Promise((done) => setImmediate(done))

/** The server: one log, one rebase rule, as src/text/changeset does it. */
class Authority {
	text: Text
	log: WireUpdate[] = []
	listeners: ((e: UpdatesEvent) => void)[] = []

	constructor(text: string) {
		this.text = Text.of(text.split('\n'))
	}

	push(client: string, version: number, updates: WireUpdate[]): Pushed {
		let pending = updates.map((u) => ({ seq: u.seq, changes: ChangeSet.fromJSON(u.changes) }))
		for (const o of this.log.slice(version)) {
			if (o.client === client && pending.length) {
				assert.equal(o.seq, pending[0]?.seq, 'an update of ours is confirmed by its own number')
				pending.shift()
				continue
			}
			let over = ChangeSet.fromJSON(o.changes)
			pending = pending.map((u) => {
				const changes = u.changes.map(over)
				over = over.map(u.changes, true)
				return { seq: u.seq, changes }
			})
		}
		for (const u of pending) this.text = u.changes.apply(this.text)
		const accepted = pending.map((u) => ({ client, seq: u.seq, changes: u.changes.toJSON() }))
		this.log.push(...accepted)
		const event: UpdatesEvent = { document: 3, version: this.log.length, updates: accepted, hash: hashLines([this.text.toString()]), length: this.text.length }
		if (accepted.length) for (const l of this.listeners) l(event)
		return { version: this.log.length, accepted: accepted.length }
	}
}

class Editor implements Holder {
	current: EditorState
	collab: Collab
	events: UpdatesEvent[] = []
	waiting: (() => void)[] = []
	broken = false
	composes = false
	status: Status = 'saved'
	record: Kept | null = null
	lost = ''

	constructor(authority: Authority, name: string, kept?: Kept) {
		const late = <T>(f: () => T) =>
			new Promise<T>((done, fail) =>
				this.waiting.push(() => {
					if (this.broken) return fail(new Error('no line'))
					const answer = f()
					// The server has done it, the answer is lost on the way.
					if (answer && Math.floor(authority.log.length * 7919) % 11 === 0) return fail(new Error('lost answer'))
					done(answer)
				}),
			)
		const server = {
			push: (b: { client: string; version: number; updates: WireUpdate[] }) => late(() => authority.push(b.client, b.version, b.updates)),
			pull: (since: number) => late(() => (since < 0 ? { version: authority.log.length, text: authority.text.toString(), reset: true } : { version: authority.log.length, updates: authority.log.slice(since) })),
		}
		const base = kept?.text ?? authority.text.toString()
		this.collab = new Collab(3, kept?.client ?? name, base, kept?.seq ?? 0, server, { status: (s) => (this.status = s), lost: (mine) => (this.lost = mine), kept: (k) => (this.record = k) })
		const version = kept?.version ?? authority.log.length
		this.current = kept ? restore(kept, this.collab.extension(version)) : EditorState.create({ doc: base, extensions: this.collab.extension(version) })
		authority.listeners.push((e) => this.events.push(e))
		this.collab.attach(this)
	}
	state() {
		return this.current
	}
	dispatch(tr: Transaction) {
		this.current = tr.state
	}
	composing() {
		return this.composes
	}
	endComposition() {
		this.composes = false
	}
	replace(text: string, version: number) {
		this.current = EditorState.create({ doc: text, extensions: this.collab.extension(version) })
	}
	type(from: number, to: number, insert: string) {
		this.current = this.current.update({ changes: { from, to, insert }, selection: { anchor: from + insert.length } }).state
		this.collab.changed()
	}
	get text() {
		return this.current.doc.toString()
	}
}

async function finish(editors: Editor[], tick: (ms: number) => void) {
	for (let i = 0; i < 400; i++) {
		for (const e of editors) {
			e.broken = e.composes = false
			for (const event of e.events.splice(0)) e.collab.receive(event)
			for (const f of e.waiting.splice(0)) f()
		}
		await settle()
		tick(1000)
		await settle()
		if (editors.every((e) => !e.events.length && !e.waiting.length && e.collab.pending === 0 && e.status === 'saved')) return
	}
	assert.fail(`never at rest: ${editors.map((e) => `${e.status} ${e.collab.pending}`).join(', ')}`)
}

test('collab: what was typed for long without a line goes out in pushes that the server takes', async (t) => {
	t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
	const authority = new Authority('')
	const push = authority.push.bind(authority), sizes: number[] = []
	authority.push = (client, version, updates) => (sizes.push(updates.length), push(client, version, updates))
	const [a, b] = [0, 1].map((i) => new Editor(authority, `long-${i}`)) as [Editor, Editor]
	a.broken = true
	for (let i = 0; i < 1300; i++) a.type(a.text.length, a.text.length, 'a')
	for (let i = 0; i < 3; i++) b.type(0, 0, 'b')
	await finish([a, b], (ms) => t.mock.timers.tick(ms))
	assert.equal(a.text, b.text)
	assert.equal(a.text.length, 1303)
	assert.ok(Math.max(...sizes) <= 500, `a push of ${Math.max(...sizes)}`)
	assert.equal(a.lost, '')
})

test('collab: random histories end alike', async (t) => {
	t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
	for (let seed = 1; seed <= Number(process.env.HISTORIES ?? 300); seed++) {
		const r = random(seed)
		const pick = (n: number) => Math.floor(r() * n)
		const authority = new Authority('가나다 abc\n둘째 줄')
		const editors = [0, 1, 2].map((i) => new Editor(authority, `client-${seed}-${i}`))
		const typed: string[] = []
		for (let step = 0; step < 60; step++) {
			const e = editors[pick(editors.length)] as Editor
			const what = pick(9)
			if (what < 3) {
				const from = pick(e.text.length + 1)
				const to = Math.min(e.text.length, from + (pick(3) ? 0 : pick(4)))
				const mark = `<${seed}.${step}>`
				typed.push(mark)
				e.type(from, to, pick(4) ? mark : `${mark}\n`)
			} else if (what < 5) {
				// What arrives comes in pieces, sometimes twice, sometimes in another order.
				const some = e.events.splice(pick(2), 1 + pick(3))
				if (!pick(4)) some.reverse()
				for (const event of some) e.collab.receive(event)
				if (!pick(5) && some[0]) e.collab.receive(some[0])
			} else if (what < 7) e.waiting.splice(0, 1 + pick(2)).forEach((f) => f())
			else if (what === 7) e.broken = !pick(3)
			else if (e.composes) (e.composes = false), e.collab.compositionEnd()
			else e.composes = true
			await settle()
			if (!pick(6)) t.mock.timers.tick(pick(800))
		}
		await finish(editors, (ms) => t.mock.timers.tick(ms))
		for (const e of editors) assert.equal(e.text, authority.text.toString(), `history ${seed}`)
		assert.ok(editors.every((e) => !e.lost), `history ${seed}: nothing put aside`)
		for (const mark of typed) assert.ok(authority.text.toString().split(mark).length <= 2, `history ${seed}: ${mark} once`)
		for (const e of editors) e.collab.close()
	}
})

test('collab: what a closed tab left behind is sent by the next, once', async (t) => {
	t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
	const authority = new Authority('one\ntwo')
	const first = new Editor(authority, 'first')
	const other = new Editor(authority, 'other')
	first.type(3, 3, ' A')
	first.waiting.splice(0).forEach((f) => f()) // it arrives, but the tab closes before it hears so
	first.type(0, 0, 'B ')
	other.type(7, 7, ' C')
	other.waiting.splice(0).forEach((f) => f())
	const kept = first.collab.record() as Kept
	first.collab.close()
	const again = new Editor(authority, 'unused', JSON.parse(JSON.stringify(kept)))
	assert.equal(again.text, 'B one A\ntwo')
	await finish([again, other], (ms) => t.mock.timers.tick(ms))
	assert.equal(authority.text.toString(), 'B one A\ntwo C')
	assert.equal(again.text, other.text)
})

test('collab: a composed line waits, five seconds at most', async (t) => {
	t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
	const authority = new Authority('각\n둘째')
	const mine = new Editor(authority, 'mine')
	const other = new Editor(authority, 'other')
	mine.composes = true
	other.type(4, 4, '!')
	other.waiting.splice(0).forEach((f) => f())
	await settle()
	mine.events.splice(0).forEach((e) => mine.collab.receive(e))
	assert.equal(mine.text, '각\n둘째!', 'another line is not touched by the composition')
	other.type(0, 0, '가')
	other.waiting.splice(0).forEach((f) => f())
	await settle()
	other.events.splice(0).forEach((e) => other.collab.receive(e))
	mine.events.splice(0).forEach((e) => mine.collab.receive(e))
	assert.equal(mine.text, '각\n둘째!', 'held')
	t.mock.timers.tick(4900)
	assert.equal(mine.composes, true)
	t.mock.timers.tick(200)
	assert.equal(mine.composes, false, 'ended after five seconds')
	assert.equal(mine.text, '가각\n둘째!')
})

test('collab: the clock of one hold does not end a later syllable', async (t) => {
	t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
	const authority = new Authority('각')
	const mine = new Editor(authority, 'mine')
	const other = new Editor(authority, 'other')
	const beside = async (text: string) => {
		other.type(0, 0, text)
		other.waiting.splice(0).forEach((f) => f())
		await settle()
		for (const e of [other, mine]) e.events.splice(0).forEach((event) => e.collab.receive(event))
	}
	mine.composes = true
	await beside('가')
	t.mock.timers.tick(3000)
	mine.composes = false
	mine.collab.compositionEnd()
	t.mock.timers.tick(0)
	assert.equal(mine.text, '가각')
	mine.composes = true
	await beside('나')
	t.mock.timers.tick(3000)
	assert.deepEqual([mine.composes, mine.text], [true, '가각'], 'still open, still held')
	t.mock.timers.tick(2000)
	assert.deepEqual([mine.composes, mine.text], [false, '나가각'])
})

test('collab: another hash takes the server’s text and puts ours aside', async (t) => {
	t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
	const authority = new Authority('same')
	const mine = new Editor(authority, 'mine')
	mine.broken = true
	mine.type(4, 4, ' mine')
	mine.waiting.splice(0).forEach((f) => f())
	await settle()
	authority.push('x', 0, [{ client: 'x', seq: 1, changes: [[0, 'the '], 4] }])
	mine.collab.receive({ ...(mine.events.pop() as UpdatesEvent), hash: 1 })
	await settle()
	await finish([mine], (ms) => t.mock.timers.tick(ms))
	assert.equal(mine.text, 'the same')
	assert.equal(mine.lost, 'the same mine')
})

test('collab: a lone half of a pair never leaves', () => {
	const authority = new Authority('a')
	const mine = new Editor(authority, 'mine')
	mine.type(1, 1, '\ud83d')
	assert.equal(mine.text, 'a\ufffd')
})

test('fnv: the hash both sides compute', () => {
	assert.equal(hashLines([]), 0x811c9dc5)
	assert.equal(hashLines(['가', '\n', 'a']), hashLines(['가\na']))
})

test('what comes in from elsewhere is text as the server takes it, and the cursor stands behind it', () => {
	let state = EditorState.create({ doc: 'ab', selection: { anchor: 1 }, extensions: [wellFormed, EditorState.lineSeparator.of('\n')] })
	state = state.update({ ...state.replaceSelection('one\r\ntwo\rthree\0\ud800'), userEvent: 'input.paste' }).state
	assert.equal(state.doc.toString(), 'aone\ntwo\nthree\ufffdb')
	assert.equal(state.selection.main.head, state.doc.length - 1)
	state = state.update({ changes: { from: 0, to: 4, insert: 'x\r\ny' }, selection: { anchor: 4 } }).state
	assert.equal(state.doc.toString(), 'x\ny\ntwo\nthree\ufffdb')
	assert.equal(state.selection.main.head, 3)
})
