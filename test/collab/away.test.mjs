// Somebody types without a line while the others write on for long: what was typed is merged, however much was missed.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Random } from '../lib/random.mjs'
import { serveWithAdmin, until } from '../lib/server.mjs'
import { Line, noTrouble } from './line.mjs'
import { Typist } from './typist.mjs'

const MISSED = 9000, AT_ONCE = 500 // of the server: whoever misses 2,000 and has nothing to send is given the text

let s
before(async () => { s = await serveWithAdmin() })
after(async () => { assert.equal((await s.stop()).code, 0, s.log) })

async function someone(document, seed) {
	const random = new Random(seed), typist = new Typist(new Line(() => s, document.id, random, noTrouble), random, random.name(22))
	typist.begin(document)
	await typist.listen()
	return typist
}

/** Others type so much, one letter after the other at the end of the text. */
async function othersType(document, length) {
	for (let n = 0; n < MISSED; n += AT_ONCE)
		await s.post(`/api/v1/documents/${document.id}/updates`, { client: 'o'.repeat(22), version: n, updates: Array.from({ length: AT_ONCE }, (_, i) => ({ seq: n + i + 1, changes: [length + n + i, [0, '글']] })) })
}

test('what was typed without a line is merged with thousands of updates', async () => {
	const document = await s.post('/api/v1/documents', { title: 'Away', kind: 'project', template: 'none', text: 'begin ', lang: 'en' })
	const away = await someone(document, 1), idle = await someone(document, 2)
	try {
		for (const one of [away, idle]) one.line.up = false, one.line.close()
		for (const word of '기차에서 쓴 것') away.type({ changes: { from: away.state.doc.length, insert: word } })
		await othersType(document, 6)
		for (const one of [away, idle]) {
			one.line.up = true
			await one.listen()
			one.wake()
		}
		const newest = () => s.get(`/api/v1/documents/${document.id}`)
		await until(async () => !away.pending && away.version === (await newest()).text_version && idle.version === away.version, 'both have everything')
		const { text } = await newest()
		assert.deepEqual([away.troubles, away.text, idle.text], [[], text, text])
		assert.equal(text.length, 6 + MISSED + 8)
		assert.ok(text.includes('기차에서 쓴 것'), text.slice(0, 40))
	} finally { for (const one of [away, idle]) one.close() }
})
