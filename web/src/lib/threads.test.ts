import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findQuote, inOrder, inserted, lineAt, plain, stack } from './threads.ts'
import type { Comment } from './types.ts'

test('cards stand beside their words and never overlap', () => {
	assert.deepEqual(stack([10, 20, 400], [50, 50, 50], -1), [10, 68, 400])
	assert.deepEqual(stack([10, 20, 30], [50, 50, 50], 2), [0, 58, 116])
	for (let n = 0; n < 200; n++) {
		const wanted = Array.from({ length: 6 }, () => Math.random() * 300).sort((a, b) => a - b)
		const heights = wanted.map(() => 20 + Math.random() * 80)
		const tops = stack(wanted, heights, n % 7 === 6 ? -1 : n % 7)
		assert.ok((tops[0] as number) >= 0)
		for (let i = 1; i < tops.length; i++) assert.ok((tops[i] as number) >= (tops[i - 1] as number) + (heights[i - 1] as number) + 7.999)
	}
})

test('what was read is found in its source', () => {
	const source = '# Impact\n\nThe **gateway** answered [slowly](https://x.example) for `38` minutes.\n\nThe gateway again.\n'
	const at = (quote: string, line: number) => { const f = findQuote(source, quote, line); return f && source.slice(f.from, f.to) }
	assert.equal(at('gateway answered slowly for', 3), 'gateway** answered [slowly](https://x.example) for')
	assert.equal(findQuote(source, 'gateway', 5)?.from, source.lastIndexOf('gateway'))
	assert.equal(at('Impact', 5), 'Impact')
	assert.equal(at('not there', 1), null)
	assert.equal(plain('**gateway** answered [slowly](https://x.example) for `38`'), 'gateway answered slowly for 38')
	assert.equal(lineAt(source, source.indexOf('again')), 5)
	assert.equal(findQuote('걸린 **시간**을', '걸린 시간을', 1)?.to, '걸린 **시간**을'.length)
})

test('open ones come first, by their place; what is gone and what is settled stand apart', () => {
	const c = (id: number, from: number | null, more: Partial<Comment> = {}) => ({ id, from, gone: false, resolution: null, ...more }) as Comment
	const { open, gone, settled } = inOrder([c(1, 50), c(2, 10), c(3, null), c(4, 7, { gone: true }), c(5, 3, { resolution: 'done' })])
	assert.deepEqual([open, gone, settled].map((l) => l.map((x) => x.id)), [[3, 2, 1], [4], [5]])
	assert.equal(inserted([3, [2, 'a', 'b'], [0, 'c'], [4]]), 'a\nb … c')
})

test('a resolved comment stays where it is while somebody is answering it', () => {
	const c = (id: number, from: number) => ({ id, from, gone: false, resolution: 'done' }) as Comment
	const { open, settled } = inOrder([c(1, 50), c(2, 10)], (id) => id === 1)
	assert.deepEqual([open, settled].map((l) => l.map((x) => x.id)), [[1], [2]])
})
