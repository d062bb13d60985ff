// The hub tells the server what its tabs want: never two wishes at once, and nothing counts as heard before the server has said so.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreamHub, type FromHub } from './stream-hub.ts'

type Reply = { ok: boolean }
const asked: { topics: string[]; answer: (r: Reply) => void }[] = []
let source: FakeSource
class FakeSource {
	listeners = new Map<string, (e: { data: string }) => void>()
	url: string
	constructor(url: string) { this.url = url; source = this }
	addEventListener(name: string, run: (e: { data: string }) => void) { this.listeners.set(name, run) }
	close() {}
}
Object.assign(globalThis, {
	EventSource: FakeSource,
	fetch: (_: string, { body }: { body: string }) => new Promise<Reply>((answer) => asked.push({ topics: JSON.parse(body).topics, answer })),
	setInterval: () => 0,
})
const turn = () => new Promise((r) => setImmediate(r))

function open(): { hub: StreamHub; ready: string[] } {
	const ready: string[] = []
	asked.length = 0
	const hub = new StreamHub((m: FromHub) => { if (m.say === 'ready') ready.push(m.topics.join()) })
	hub.hear({ do: 'want', tab: 'one', topics: ['a'], since: 5 })
	source.listeners.get('hello')!({ data: '{"stream":"s1"}' })
	ready.length = 0
	return { hub, ready }
}

test('wishes go out one after the other, and the last one stands', async () => {
	const { hub, ready } = open()
	hub.hear({ do: 'want', tab: 'one', topics: ['a', 'b'], since: 5 })
	hub.hear({ do: 'want', tab: 'one', topics: ['c'], since: 5 })
	hub.hear({ do: 'want', tab: 'two', topics: ['d'], since: 5 })
	assert.deepEqual(asked.map((x) => x.topics), [['a', 'b']])
	asked[0]!.answer({ ok: true })
	await turn()
	assert.deepEqual(asked.map((x) => x.topics), [['a', 'b'], ['c', 'd']])
	asked[1]!.answer({ ok: true })
	await turn()
	assert.deepEqual(ready, ['a,b', 'c,d'])
	assert.equal(asked.length, 2)
})

test('the same wish again is not heard before the server has answered', async () => {
	const { hub, ready } = open()
	hub.hear({ do: 'want', tab: 'one', topics: ['a', 'b'], since: 5 })
	hub.hear({ do: 'want', tab: 'two', topics: ['b'], since: 5 })
	assert.deepEqual(ready, [])
	asked[0]!.answer({ ok: true })
	await turn()
	assert.deepEqual(ready, ['a,b'])
	hub.hear({ do: 'want', tab: 'two', topics: ['b'], since: 5 })
	assert.deepEqual(ready, ['a,b', 'a,b'])
})

test('a refusal begins the stream anew', async () => {
	const { hub, ready } = open(), before = source
	hub.hear({ do: 'want', tab: 'one', topics: ['x'], since: 5 })
	asked[0]!.answer({ ok: false })
	await turn()
	assert.deepEqual(ready, [])
	hub.hear({ do: 'want', tab: 'one', topics: ['x'], since: 5 })
	assert.notEqual(source, before)
	assert.match(source.url, /topics=x$/)
	hub.close()
})
