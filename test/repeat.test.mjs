// A reply that is sent again says what the first one said, to whoever may have it, and no longer than it is true.
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { serveWithAdmin } from './lib/server.mjs'

let server, path
before(async () => {
	server = await serveWithAdmin()
	const incident = await server.post('/api/v1/incidents', { title: 'Checkout fails', summary: 'one in ten, '.repeat(200) })
	path = `/api/v1/incidents/${incident.id}`
})
after(() => server.stop())

/** Headers and bytes as they came, without node's help. */
const raw = (headers = {}, method = 'GET', address = path) => new Promise((resolve, reject) => {
	const r = request(server.url + address, { method, headers: { authorization: `Bearer ${server.token}`, ...headers } }, reply => {
		const parts = []
		reply.on('data', part => parts.push(part))
		reply.on('end', () => resolve({ status: reply.statusCode, headers: { ...reply.headers, date: '' }, bytes: Buffer.concat(parts) }))
	})
	r.on('error', reject).end()
})
/** Something may be committed at any time, and the next reply is then made anew: what is compared is what the bytes say. */
const often = async (headers, n = 6) => { const all = []; for (let i = 0; i < n; i++) all.push(await raw(headers)); return all }

test('six times the same: status, headers and bytes', async () => {
	const all = await often()
	for (const one of all) {
		const { 'bokgi-position': at, ...headers } = one.headers
		const { 'bokgi-position': firstAt, ...first } = all[0].headers
		assert.equal(one.status, 200)
		assert.deepEqual(headers, first)
		assert.ok(Number(at) >= Number(firstAt))
		assert.ok(one.bytes.equals(all[0].bytes))
	}
	assert.equal(JSON.parse(all[5].bytes).title, 'Checkout fails')
	assert.ok(all[0].headers.etag && all[0].headers['content-security-policy'] && all[0].headers.vary === 'Accept-Encoding')
})

test('packed only for those who take it', async () => {
	const plain = (await often())[5]
	for (const one of await often({ 'accept-encoding': 'gzip' })) {
		assert.equal(one.headers['content-encoding'], 'gzip')
		assert.ok(gunzipSync(one.bytes).equals(plain.bytes))
	}
	for (const one of await often()) assert.ok(!one.headers['content-encoding'] && one.bytes.equals(plain.bytes))
})

test('another language, another method, nobody', async () => {
	await often()
	const korean = await often({ 'accept-language': 'ko' }, 3)
	assert.equal(korean[2].headers['content-language'], 'ko')
	assert.equal((await raw()).headers['content-language'], 'en')
	const head = await raw({}, 'HEAD')
	assert.deepEqual([head.status, head.bytes.length, head.headers['content-length']], [200, 0, (await raw()).headers['content-length']])
	assert.equal((await raw({ authorization: 'Bearer nobody' })).status, 401)
	assert.equal((await raw({ authorization: '' })).status, 401)
})

test('what has changed is seen at once, in every form', async () => {
	for (let i = 0; i < 20; i++) {
		await often({}, 3)
		await often({ 'accept-encoding': 'gzip' }, 3)
		const { version } = await server.get(path)
		const { status } = await server.ask('PATCH', path, { title: `Checkout fails, ${i}` }, { headers: { 'if-match': `"${version}"` } })
		assert.equal(status, 200)
		assert.equal(JSON.parse((await raw()).bytes).title, `Checkout fails, ${i}`)
		assert.equal(JSON.parse(gunzipSync((await raw({ 'accept-encoding': 'gzip' })).bytes)).title, `Checkout fails, ${i}`)
	}
})

test('many at once get whole replies while it changes', async () => {
	let done = false
	const change = (async () => { for (let i = 0; i < 60; i++) await server.post(`${path}/timeline`, { text: `step ${i}` }); done = true })()
	const read = async headers => { while (!done) { const { bytes } = await raw(headers); assert.match(JSON.parse(headers['accept-encoding'] ? gunzipSync(bytes) : bytes).title, /^Checkout fails/) } }
	await Promise.all([change, read({}), read({}), read({ 'accept-encoding': 'gzip' }), read({ 'accept-language': 'ko' })])
})

test('a page is read again as it was, and after a word typed as it is', async () => {
	const d = await server.post('/api/v1/documents', { title: 'Checkout', kind: 'incident', text: 'one\n' }), page = `/documents/${d.id}`
	const look = async headers => {
		const { status, headers: h, bytes } = await raw(headers, 'GET', page), html = String(headers['accept-encoding'] ? gunzipSync(bytes) : bytes)
		assert.equal(status, 200)
		const nonce = /'nonce-([^']+)'/.exec(h['content-security-policy'])[1]
		assert.ok(html.includes(`"nonce":"${nonce}"`)) // the page's own, also when it is sent again
		return html
	}
	for (let i = 0, text = 'one\n'; i < 20; i++) {
		for (const headers of [{}, { 'accept-encoding': 'gzip' }]) for (let n = 0; n < 3; n++) assert.ok((await look(headers)).includes(text.trim()))
		const update = { client: 'a-client-of-the-tests1', version: i, updates: [{ seq: i + 1, changes: [text.length - 1, [0, `-${i}`], 1] }] }
		assert.equal((await server.ask('POST', `/api/v1${page}/updates`, update)).status, 200)
		text = `${text.trim()}-${i}\n`
		for (const headers of [{}, { 'accept-encoding': 'gzip' }]) assert.ok((await look(headers)).includes(text.trim()))
	}
})

test('a page that was kept for one is nobody else\'s', async () => {
	const viewer = await server.person('viewer')
	const d = await server.post('/api/v1/incidents', { title: 'A secret canary', restricted: true }), page = `/incidents/${d.id}`
	for (let n = 0; n < 3; n++) assert.equal((await raw({}, 'GET', page)).status, 200)
	for (let n = 0; n < 3; n++) {
		const theirs = await raw({ authorization: '', cookie: viewer.cookie }, 'GET', page)
		assert.equal(theirs.status, 404)
		assert.ok(!theirs.bytes.includes('secret'))
		assert.equal((await raw({ authorization: '' }, 'GET', page)).status, 303)
	}
})

test('a script is the same, packed or not, at the first time and later', async () => {
	const page = await (await fetch(server.url, { headers: { cookie: server.cookie } })).text()
	const scripts = [...page.matchAll(/(?:modulepreload" href|module" src)="([^"]+)"/g)].map(m => m[1])
	assert.ok(scripts.length >= 3)
	const ask = (address, headers) => new Promise((resolve, reject) => request(server.url + address, { headers }, reply => {
		const parts = []
		reply.on('data', part => parts.push(part)).on('end', () => resolve({ status: reply.statusCode, headers: { ...reply.headers, date: '' }, bytes: Buffer.concat(parts) }))
	}).on('error', reject).end())
	for (const address of scripts) {
		const plain = await ask(address), all = [await ask(address, { 'accept-encoding': 'gzip' }), await ask(address, { 'accept-encoding': 'gzip' })]
		assert.equal(plain.status, 200)
		assert.match(plain.headers['cache-control'], /immutable/)
		if (plain.bytes.length < 1024) continue // not worth packing
		for (const one of all) {
			assert.deepEqual([one.headers['content-encoding'], one.headers['content-type'], one.headers.vary], ['gzip', plain.headers['content-type'], 'Accept-Encoding'])
			assert.ok(gunzipSync(one.bytes).equals(plain.bytes))
		}
	}
})
