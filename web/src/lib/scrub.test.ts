// What was removed does not come back with what was typed and not sent.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChangeSet, Text } from '@codemirror/state'
import { removed, withoutWords } from './scrub.ts'

test('the words are what differs', () => {
	assert.deepEqual(removed('the hunter2 is hunter2, x', 'the ███████ is ███████, x'), ['hunter2'])
	assert.deepEqual(removed('a one\ntwo b', 'a ███\n███ b'), ['one\ntwo'])
	assert.deepEqual(removed('a 😀비밀', 'a ████'), ['😀비밀'])
	assert.deepEqual(removed('same', 'same'), [])
})

const set = (length: number, ...changes: { from: number; to?: number; insert?: string }[]) => ChangeSet.of(changes, length)
const after = (text: string, updates: readonly ChangeSet[]) => updates.reduce((doc, u) => u.apply(doc), Text.of(text.split('\n'))).toString()
const cases: [string, string, ChangeSet[], string[], string][] = [
	['pasted', 'ab', [set(2, { from: 1, insert: ' hunter2 ' })], ['hunter2'], 'a ███████ b'],
	['typed letter by letter', 'ab', [...'hunter2'].map((ch, i) => set(2 + i, { from: 1 + i, insert: ch })), ['hunter2'], 'ahunter█b'],
	['made whole', 'a hunt b', [set(8, { from: 6, insert: 'er2' })], ['hunter2'], 'a hunt███ b'],
	['over two lines', 'x', [set(1, { from: 1, insert: 'one\ntwo!' })], ['one\ntwo'], 'x███\n███!'],
	['moved', '███████ a', [set(9, { from: 0, to: 7 }, { from: 9, insert: 'hunter2' })], ['hunter2'], ' a███████'],
	['innocent', 'ab', [set(2, { from: 1, insert: 'x' })], ['hunter2'], 'axb'],
]
for (const [what, text, updates, words, want] of cases)
	test(`words that are ${what} are covered, and every update fits`, () => {
		const safe = withoutWords(text, updates, words)
		assert.deepEqual(safe.map((u) => [u.length, u.newLength]), updates.map((u) => [u.length, u.newLength]))
		const got = after(text, safe)
		assert.equal(got.length, want.length)
		assert.equal(got, want)
	})
