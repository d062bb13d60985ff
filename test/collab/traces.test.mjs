// What people really typed, keystroke by keystroke, ends with the text that they had. BOKGI_TRACES=all sends every keystroke as an update of its own;
// otherwise that is so for the first thousands, and each of the later updates carries many.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { ChangeSet } from '@codemirror/state'
import { Random, seed } from '../lib/random.mjs'
import { serveWithAdmin } from '../lib/server.mjs'

const folder = `${process.env.BOKGI_TEST_DATA ?? '../shared/data'}/traces/sequential_traces`
const files = existsSync(folder) ? readdirSync(folder).filter(name => name.endsWith('.json.gz')) : []
const single = process.env.BOKGI_TRACES === 'all' ? Infinity : 2000, joined = 500, atOnce = 500, random = new Random(seed)
let s
before(async () => { if (files.length) s = await serveWithAdmin() })
after(async () => { if (s) assert.equal((await s.stop()).code, 0, s.log) })

/** Positions count characters, of which some are two units; change sets count units. */
const units = (text, at) => { let to = 0; for (let i = 0; i < at; i++) to += text.codePointAt(to) > 0xffff ? 2 : 1; return to }
const wide = text => /[\ud800-\udbff]/.test(text)

/** The changes of each transaction as one change set. */
function* sets({ startContent, endContent, txns }) {
	const exact = wide(startContent + endContent) || txns.some(x => x.patches.some(p => wide(p[2])))
	let text = exact ? startContent : undefined, length = startContent.length
	for (const { patches } of txns) {
		let set = ChangeSet.empty(length)
		for (const [at, cut, insert] of patches) {
			const from = exact ? units(text, at) : at, to = exact ? units(text, at + cut) : at + cut
			const one = ChangeSet.of({ from, to, insert }, length, '\n')
			set = set.compose(one)
			length = one.newLength
			if (exact) text = text.slice(0, from) + insert + text.slice(to)
		}
		yield set
	}
}

function* updates(trace) {
	let n = 0, open
	for (const set of sets(trace)) {
		if (n++ < single) { yield set; continue }
		open = open ? open.compose(set) : set
		if (n % joined === 0) { yield open; open = undefined }
	}
	if (open) yield open
}

test('sequential traces', { skip: files.length ? false : `there is no ${folder}` }, async t => {
	for (const name of files) await t.test(name, async t => {
		const trace = JSON.parse(gunzipSync(readFileSync(`${folder}/${name}`)))
		const { id } = await s.post('/api/v1/documents', { title: name, kind: 'project', template: 'none' })
		const client = random.name(22)
		let version = 0, waiting = []
		const send = async () => {
			const body = { client, version, updates: waiting }
			const { body: reply, status } = await s.ask('POST', `/api/v1/documents/${id}/updates`, body, { key: null })
			assert.equal(status, 200, JSON.stringify(reply))
			version += waiting.length
			assert.deepEqual(reply, { version, accepted: waiting.length })
			waiting = []
		}
		const add = async set => {
			waiting.push({ seq: version + waiting.length + 1, changes: set.toJSON() })
			if (waiting.length === atOnce) await send()
		}
		if (trace.startContent) await add(ChangeSet.of({ from: 0, insert: trace.startContent }, 0, '\n'))
		for (const set of updates(trace)) await add(set)
		if (waiting.length) await send()
		const { text, text_version } = await s.get(`/api/v1/documents/${id}`)
		assert.equal(text_version, version)
		assert.ok(text === trace.endContent, 'another text than they had')
		t.diagnostic(`${trace.txns.length} transactions in ${version} updates`)
	})
})
