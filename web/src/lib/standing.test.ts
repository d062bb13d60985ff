import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChangeSet, Text } from '@codemirror/state'
import { standing } from './standing.ts'

const text = 'The gateway answered slowly for 38 minutes.'
const said = { from: 21, to: 27, gone: false, conflict: false, changes: null, quote: 'slowly' }
/** One after the other, each by the text that it replaces. */
function steps(...edits: [string, string][]): ChangeSet[] {
	let now = Text.of([text])
	return edits.map(([old, insert]) => {
		const from = now.toString().indexOf(old)
		assert.ok(from >= 0, old)
		const set = ChangeSet.of({ from, to: from + old.length, insert }, now.length)
		now = set.apply(now)
		return set
	})
}
const at = (...edits: [string, string][]) => { const { from, to, gone } = standing(said, steps(...edits)); return [from, to, gone] }

test('words are where their characters are, or gone', () => {
	assert.deepEqual(at(), [21, 27, false])
	assert.deepEqual(at(['The', 'On Monday the']), [31, 37, false])
	assert.deepEqual(at(['slowly', '']), [21, 21, true])
	assert.deepEqual(at(['slowly', 'late']), [21, 21, true])
	// What was typed in their midst is not of them, once they are gone.
	assert.deepEqual(at(['owly', 'o, wly'], ['sl', ''], ['o, wly', 'x']), [21, 21, true])
})

test('words that are put back where they went are its words again', () => {
	assert.deepEqual(at(['slowly', ''], ['The', 'On Monday the'], ['answered ', 'answered slowly']), [31, 37, false])
	assert.deepEqual(at([' answered slowly', ''], ['gateway', 'gateway answered slowly']), [21, 27, false])
	assert.deepEqual(at(['slowly', ''], ['answered ', 'answered slowly, slowly'])[2], true)
	assert.deepEqual(at(['slowly', ''], ['for', 'slowly for'])[2], true)
})

test('a suggestion whose words are gone is in conflict, and stays so', () => {
	const changes = [21, [6, 'in 8 s'], 16]
	const conflict = (...edits: [string, string][]) => standing({ ...said, changes }, steps(...edits)).conflict
	assert.equal(conflict(['The', 'Our']), false)
	assert.equal(conflict(['slow', '']), true)
	assert.equal(conflict(['slowly', ''], ['answered ', 'answered slowly']), true)
})
