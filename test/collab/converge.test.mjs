// Several people type into one document over bad lines, with the browser's own code against the real server: all end with the text that the server has.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { seed } from '../lib/random.mjs'
import { serveWithAdmin } from '../lib/server.mjs'
import { histories, wordsOf } from './history.mjs'

const count = Number(process.env.BOKGI_HISTORIES ?? 300)
let s
before(async () => { s = await serveWithAdmin() })
after(async () => { const { code } = await s.stop(); assert.equal(code, 0, s.log) })

test(`${count} histories end with one text (seed ${seed})`, async t => {
	const found = []
	const total = await histories([s], seed, count, { onEach: r => { if (r.different.length) found.push(r); return found.length < 5 } })
	t.diagnostic(`seed ${seed}: ${wordsOf(total)}`)
	assert.deepEqual(found, [])
	for (const what of ['lost', 'twice', 'dropped', 'split']) assert.ok(total[what] > 0, `nothing was ${what}: the lines were too good`)
})

// The test above is believed because this one finds what it looks for.
test('the stock client, which takes batches over what is unconfirmed, drifts apart in the same histories', async t => {
	const total = await histories([s], seed, count, { stock: true, onEach: r => r.different.length === 0 })
	t.diagnostic(`seed ${seed}: the stock client differed after ${total.histories} histories`)
	assert.ok(total.different > 0, 'it never differed: these histories prove nothing')
})
