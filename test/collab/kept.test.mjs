// What a closed tab leaves behind is what the next one begins with, update by update.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendableUpdates } from '@codemirror/collab'
import { EditorState } from '@codemirror/state'
import { Collab, restore } from '../../web/src/lib/collab.ts'

const never = () => new Promise(() => {})
const watcher = { status() {}, lost() {}, kept() {} }
const open = (kept, server = { push: never, pull: never }) => new Collab(1, kept.client, kept.text, kept.seq, server, watcher)
const changes = state => sendableUpdates(state).map(u => u.changes.toJSON())

test('an update that others have emptied keeps its number', () => {
	const kept = { client: 'c'.repeat(22), version: 4, text: '복기', seq: 7, updates: [[2], [2, [0, '!']], [3], [[3, '각']]] }
	const its = open(kept)
	let state = restore(kept, its.extension(kept.version))
	its.attach({ state: () => state, dispatch: tr => { state = tr.state }, composing: () => false, endComposition() {}, replace: assert.fail })
	assert.deepEqual(changes(state), kept.updates)
	assert.deepEqual(its.record(), kept)
	its.receive({ document: 1, version: 5, updates: [{ client: 'o'.repeat(22), seq: 1, changes: [[0, '장애'], 2] }] })
	assert.equal(its.pending, 4)
	assert.equal(its.version, 5)
	its.close()
})
