import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChangeSet, Text } from '@codemirror/state'
import { linked, quote, table } from './paste.ts'
import { addColumn, addRow, align, cellAt, dropColumn, dropRow, neighbour, tableAt, width, write, type Table } from './table.ts'

const doc = (text: string) => Text.of(text.split('\n'))
const at = (text: string, pos = 0) => tableAt(doc(text), pos) as Table
const apply = (text: string, changes: Parameters<typeof ChangeSet.of>[0]) => ChangeSet.of(changes, text.length).apply(doc(text)).toString()

test('table: Hangul is twice as wide', () => {
	for (const [text, want] of [['abc', 3], ['한글', 4], ['a가', 3], ['가'.normalize('NFD'), 2], ['👨‍👩‍👧', 2], ['é', 1], ['', 0]] as const) assert.equal(width(text), want, text)
})

test('table: it is known by its ruler', () => {
	assert.ok(at('| a | b |\n| --- | --- |\n| 1 | 2 |', 15))
	for (const none of ['| a | b |', '| a |\n| b |', 'text\n| a | b |', '| a | b |\n\n| --- | --- |']) assert.equal(tableAt(doc(none), 0), null, none)
	assert.deepEqual(at('| a\\|b | c |\n|---|---|').rows[0]?.cells.map((c) => c.text), ['a\\|b', 'c'])
})

test('table: aligning touches blanks alone', () => {
	const text = '|이름|n|\n|---|--:|\n| 서버 |   12|\n|long name here|3|'
	const t = at(text)
	const set = ChangeSet.of(align(t), text.length)
	assert.equal(set.apply(doc(text)).toString(), '| 이름           |   n |\n| -------------- | --: |\n| 서버           |  12 |\n| long name here |   3 |')
	for (const row of t.rows.filter((_, i) => i !== 1)) for (const c of row.cells) assert.equal(set.touchesRange(c.from + 1, c.to - 1) && c.to - c.from > 2, false, c.text)
	const done = set.apply(doc(text)).toString()
	assert.ok(ChangeSet.of(align(at(done)), done.length).empty, 'what is aligned stays as it is')
})

test('table: missing cells and bars are put in', () => {
	const text = '| a | b |\n| --- | --- |\n| 1'
	assert.equal(apply(text, align(at(text))), '| a   | b   |\n| --- | --- |\n| 1   |     |')
})

test('table: somebody else types in a cell meanwhile', () => {
	const text = '| a | b |\n| --- | --- |\n| one | two |'
	const theirs = ChangeSet.of([{ from: text.indexOf('two') + 1, insert: 'XX' }], text.length)
	const mine = ChangeSet.of(align(at(text)), text.length)
	assert.match(theirs.compose(mine.map(theirs)).apply(doc(text)).toString(), /\| tXXwo \|$/)
})

test('table: cells follow each other', () => {
	const text = '| a | b |\n| --- | --- |\n| c | d |'
	const t = at(text)
	const walk: string[] = []
	for (let pos: number | undefined = text.indexOf('a'); pos !== undefined; ) {
		const next = neighbour(t, pos, 1)
		if (next) walk.push(next.text)
		pos = next?.from
	}
	assert.deepEqual(walk, ['b', 'c', 'd'])
	assert.equal(neighbour(t, text.indexOf('c'), -1)?.text, 'b')
	assert.equal(neighbour(t, text.indexOf('a'), -1), null)
	assert.deepEqual(cellAt(t, text.indexOf('d')), { row: 2, column: 1 })
})

test('table: rows and columns come and go', () => {
	const text = '| a | b |\n| --- | --- |\n| c | d |'
	const t = at(text)
	assert.equal(apply(text, addRow(t, 2).changes), `${text}\n|     |     |`)
	assert.equal(apply(text, addRow(t, 0).changes), '| a | b |\n| --- | --- |\n|     |     |\n| c | d |')
	assert.equal(apply(text, addColumn(t, 0)), '| a |     | b |\n| --- | --- | --- |\n| c |     | d |')
	assert.equal(apply(text, addColumn(t, 1)), '| a | b |     |\n| --- | --- | --- |\n| c | d |     |')
	assert.equal(apply(text, dropColumn(t, 0) ?? []), '| b |\n| --- |\n| d |')
	assert.equal(apply(text, dropColumn(t, 1) ?? []), '| a |\n| --- |\n| c |')
	assert.equal(apply(text, dropRow(doc(text), t, 2) ?? []), '| a | b |\n| --- | --- |')
	assert.equal(dropRow(doc(text), t, 0), null)
})

test('paste: an address over words is a link', () => {
	for (const [words, url, want] of [
		['graph', 'https://x.example/a', '[graph](https://x.example/a)'], [' 그래프 ', ' https://x.example/a\n', ' [그래프](https://x.example/a) '],
		['a [b]', 'https://x.example/(c)', '[a \\[b\\]](https://x.example/%28c%29)'], ['', 'https://x.example', null], ['two\nlines', 'https://x.example', null],
		['https://y.example', 'https://x.example', null], ['words', 'https://x.example and more', null], ['words', 'javascript:alert(1)', null],
	] as const)
		assert.equal(linked(words, url), want)
})

test('paste: cells of a spreadsheet are a table', () => {
	assert.equal(table('서비스\t건수\r\n결제\t12\r\n"두\n줄"\t3|4\r\n'), '| 서비스 | 건수 |\n| ------ | ---- |\n| 결제   | 12   |\n| 두 줄  | 3\\|4 |')
	assert.equal(table('a\tn\nx\t1\ny\t20'), '| a   |   n |\n| --- | --: |\n| x   |   1 |\n| y   |  20 |')
	for (const none of ['one\ttwo', 'no tabs\nat all', '\tif (x)\n\t\treturn', 'a\tb\nc', '\ta\n\tb', '5" disk\nx']) assert.equal(table(none), null, none)
	assert.equal(write([['a'], ['b']]), '| a   |\n| --- |\n| b   |')
})

test('paste: talk of a chat is a quote', () => {
	assert.equal(quote('[김하나] [오후 2:51] 결제가 느립니다\n[이두리] [오후 2:52] 되돌릴게요\n바로요'), '> **김하나** 오후 2:51\n> 결제가 느립니다\n>\n> **이두리** 오후 2:52\n> 되돌릴게요\\\n> 바로요')
	assert.equal(quote('Kim Hana  [2:51 PM]\ncheckout is slow\nLee  [2:52 PM]\nrolling back'), '> **Kim Hana** 2:51 PM\n> checkout is slow\n>\n> **Lee** 2:52 PM\n> rolling back')
	assert.equal(quote('Kim 오후 2:51\n느려요', '<span data-stringify-type="paragraph-break">'), '> **Kim** 오후 2:51\n> 느려요')
	for (const none of ['14:51 rolled back\n14:52 all is well', '배포 14:51\n되돌림', 'one line', 'Meeting at 10:30\nagenda', '## Impact\n\n14:51']) assert.equal(quote(none), null, none)
})
