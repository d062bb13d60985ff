// Undo is one's own: whatever others typed in between stays, wherever it stands.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { history, redo, redoDepth, undo, undoDepth } from '@codemirror/commands'
import { ChangeSet, EditorState, type Transaction, type TransactionSpec } from '@codemirror/state'
import { Collab, type Holder, type Pushed, type WireUpdate } from './collab.ts'

const random = (seed: number) => (n: number) => {
	seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
	return Math.floor((seed / 2 ** 32) * n)
}

/** One who writes: the extensions of the editor that matter here, and a server that accepts everything at once. */
class Writer {
	state: EditorState
	collab: Collab
	private version = 0
	constructor(text: string) {
		const server = {
			push: async (body: { version: number; updates: WireUpdate[] }): Promise<Pushed> => ({ version: (this.version += body.updates.length), accepted: body.updates.length }),
			pull: async () => ({ version: this.version, updates: [] }),
		}
		this.collab = new Collab(1, 'me--------------------', text, 0, server, { status() {}, lost() {}, kept() {} })
		this.state = EditorState.create({ doc: text, extensions: [this.collab.extension(0), history()] })
		const holder: Holder = { state: () => this.state, dispatch: (tr) => this.dispatch(tr), composing: () => false, endComposition() {}, replace() {} }
		this.collab.attach(holder)
	}
	dispatch = (tr: Transaction) => {
		this.state = tr.state
		if (tr.docChanged) this.collab.changed()
	}
	async type(spec: TransactionSpec) {
		this.dispatch(this.state.update({ userEvent: 'input.type', ...spec }))
		await this.sent()
	}
	private async sent() {
		for (let i = 0; i < 20 && this.collab.pending; i++) await new Promise((done) => setImmediate(done))
		assert.equal(this.collab.pending, 0)
	}
	/** A colleague's update. */
	hear(from: number, to: number, insert: string) {
		const changes = ChangeSet.of({ from, to, insert }, this.state.doc.length)
		this.collab.receive({ document: 1, version: ++this.version, updates: [{ client: 'other-----------------', seq: this.version, changes: changes.toJSON() }] })
	}
	async do(command: typeof undo): Promise<boolean> {
		const done = command({ state: this.state, dispatch: this.dispatch })
		await this.sent()
		return done
	}
	get text() {
		return this.state.doc.toString()
	}
	close() {
		this.collab.close()
	}
}

test('a colleague’s words are no step back', async () => {
	const w = new Writer('begun.')
	w.hear(6, 6, ' Theirs.')
	assert.equal(undoDepth(w.state), 0)
	assert.equal(await w.do(undo), false)
	assert.equal(w.text, 'begun. Theirs.')
	await w.type({ changes: { from: 0, insert: 'Mine ' } })
	w.hear(5, 5, 'and theirs ')
	w.hear(0, 0, '> ')
	assert.equal(await w.do(undo), true)
	assert.equal(w.text, '> and theirs begun. Theirs.')
	assert.equal(await w.do(undo), false)
	w.hear(w.text.length, w.text.length, ' More.')
	assert.equal(redoDepth(w.state), 1)
	assert.equal(await w.do(redo), true)
	assert.equal(w.text.replace('Mine ', ''), '> and theirs begun. Theirs. More.')
	w.close()
})

test('whatever was typed in which order: undone to the end, exactly what others typed is left', async () => {
	for (let seed = 1; seed <= 60; seed++) {
		const dice = random(seed)
		const w = new Writer('...')
		// Mine are small letters, theirs capitals; nobody deletes, so that it is plain what must be left.
		for (let i = 0; i < 30; i++) {
			const at = dice(w.text.length + 1)
			if (dice(2)) await w.type({ changes: { from: at, insert: String.fromCharCode(97 + dice(26)) } })
			else w.hear(at, at, String.fromCharCode(65 + dice(26)))
			if (dice(6) === 0) await w.do(undo)
			if (dice(9) === 0) await w.do(redo)
		}
		const theirs = w.text.replace(/[a-z]/g, '')
		for (let i = 0; i < 100 && (await w.do(undo)); i++);
		assert.equal(w.text, theirs, `seed ${seed}`)
		w.close()
	}
})

test('what is looked for is noticed: a remote edit that goes the ordinary way is undone', async () => {
	const w = new Writer('begun.')
	w.dispatch(w.state.update({ changes: { from: 6, insert: ' Theirs.' } }))
	assert.equal(await w.do(undo), true)
	assert.equal(w.text, 'begun.')
	w.close()
})
