import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, bulkBody, bulkUndo } from './bulk.ts'
import type { Action } from './types.ts'

const nothing = { owner: '', due: '', priority: '', horizon: '', team: '', state: '', words: '', agreed_by: 0 } as const
const action = (id: number, more: Partial<Action> = {}) => ({ id, state: 'open', owner: null, team: null, due: null, priority: 'P2', horizon: 'short', started_at: null, ...more }) as Action

test('bulk: only what was chosen is sent, and words only with the step that asks for them', () => {
	assert.deepEqual(bulkBody({ ...nothing }), {})
	assert.deepEqual(bulkBody({ ...nothing, owner: null, due: null, team: 3, words: 'x', agreed_by: 4 }), { owner: null, due: null, team: 3 })
	assert.deepEqual(bulkBody({ ...nothing, state: 'done', words: 'seen', agreed_by: 4 }), { state: 'done', evidence: 'seen' })
	assert.deepEqual(bulkBody({ ...nothing, state: 'dropped', words: 'why', agreed_by: 4 }), { state: 'dropped', reason: 'why', agreed_by: 4 })
	assert.deepEqual(bulkBody({ ...nothing, state: 'doing', words: '' }), { state: 'doing' })
})

test('bulk: taken back as it was, alike ones together; what was refused is left alone', () => {
	const before = [action(1, { priority: 'P0' }), action(2), action(3), action(4, { priority: 'P0' })]
	assert.deepEqual(bulkUndo(before, before.slice(0, 3), { priority: 'P3' }, 'r'), [{ ids: [1], priority: 'P0' }, { ids: [2, 3], priority: 'P2' }])
})

test('bulk: what was open is opened again with a reason, what was closed is not closed anew', () => {
	const before = [action(1, { started_at: '2026-11-22T05:00:00Z' }), action(2), action(3, { state: 'done' })]
	assert.deepEqual(bulkUndo(before, before.map((a) => ({ ...a, state: 'dropped' })), { state: 'dropped', reason: 'x' }, 'r'), [{ ids: [1], state: 'doing', reason: 'r' }, { ids: [2], state: 'todo', reason: 'r' }])
	assert.deepEqual(bulkUndo(before.slice(1, 2), [action(2, { started_at: '2026-11-22T05:00:00Z' })], { state: 'doing' }, 'r'), [{ ids: [2], state: 'todo' }])
})

test('bulk: a range in either direction; without an anchor one row', () => {
	assert.deepEqual(between([5, 3, 9, 7], 3, 7), [3, 9, 7])
	assert.deepEqual(between([5, 3, 9, 7], 7, 5), [5, 3, 9, 7])
	assert.deepEqual(between([5, 3], 4, 3), [3])
})
