import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matches } from './hangul.ts'
import { josa } from './josa.ts'
import { pieces } from './snippet.ts'

test('josa: the particle fits the word before it', () => {
	for (const [given, want] of [
		['장애을(를) 선언', '장애를 선언'], ['하람이(가) 맡음', '하람이 맡음'], ['Mina이(가)', 'Mina가'], ['INC-7을(를)', 'INC-7을'], ['PM-3은(는)', 'PM-3은'], ['ACT-2은(는)', 'ACT-2는'],
		['서울으로(로)', '서울로'], ['부산으로(로)', '부산으로'], ['“팀”과(와)', '“팀”과'], ['없음', '없음'],
	] as const)
		assert.equal(josa(given), want)
})

test('hangul: initials find words', () => {
	assert.ok(matches('카드 결제 장애', 'ㅈㅇ'))
	assert.ok(matches('한서윤', 'ㅎㅅㅇ'))
	assert.ok(matches('한서윤', '서윤'))
	assert.ok(matches('Tomas Lindqvist', 'lind'))
	assert.ok(matches('한서윤'.normalize('NFD'), '서윤'))
	assert.ok(!matches('한서윤', 'ㅂ'))
})

test('snippet: marks become pieces, nothing else becomes markup', () => {
	assert.deepEqual(pieces('a &lt;b&gt; <mark>정산</mark> c'), [{ text: 'a <b> ', found: false }, { text: '정산', found: true }, { text: ' c', found: false }])
	assert.deepEqual(pieces('<img src=x><mark>y</mark>'), [{ text: '', found: false }, { text: 'y', found: true }])
})
