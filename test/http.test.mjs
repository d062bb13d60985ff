// What every request meets before it is an operation: refusals, limits, media types, the same-origin proof, headers.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { serveWithAdmin } from './lib/server.mjs'

let s, openapi
before(async () => { s = await serveWithAdmin(); openapi = await s.get('/api/v1/openapi.json') })
after(async () => { const { code } = await s.stop(); assert.equal(code, 0, s.log) })

const data = process.env.BOKGI_TEST_DATA ?? '../shared/data'
const lines = file => { try { return readFileSync(`${data}/${file}`, 'utf8').trim().split('\n').map(JSON.parse) } catch { return null } }

/** Raw bytes in, raw bytes out. */
const raw = bytes => new Promise((resolve, reject) => {
	const { hostname, port } = new URL(s.url)
	const socket = connect(+port, hostname, () => socket.write(bytes))
	let answer = ''
	socket.setTimeout(5000, () => socket.destroy())
	socket.on('data', part => { answer += part })
	socket.on('close', () => resolve(answer))
	socket.on('error', reject)
})

const mutations = () => Object.entries(openapi.paths).flatMap(([path, methods]) => Object.keys(methods)
	.filter(method => method !== 'get').map(method => ({ method: method.toUpperCase(), path, op: methods[method] })))
const filled = path => path.replaceAll('{section}', 'summary').replaceAll('{question}', 'impact').replaceAll(/\{(\w+)\}/g, '1')

test('requests that two servers could read differently are refused', async () => {
	const head = 'POST /api/v1/logout HTTP/1.1\r\nHost: x\r\n'
	for (const bytes of [
		`${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
		`${head}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`,
		`${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
		`${head}Transfer-Encoding: gzip\r\n\r\n`,
		'GET /api/v1/me HTTP/1.1\r\n\r\n',
		'GET /api/v1/me HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
		'GET /api/v1/%00me HTTP/1.1\r\nHost: x\r\n\r\n',
		'GET /api/v1/%ff HTTP/1.1\r\nHost: x\r\n\r\n',
	]) assert.match(await raw(bytes), /^HTTP\/1\.1 400 /, JSON.stringify(bytes))
	assert.match(await raw('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 200 /)
})

test('an encoded slash does not become a path', async () => {
	assert.equal((await s.ask('GET', '/api%2Fv1%2Fme')).status, 404)
	assert.equal((await s.ask('GET', '/api/v1/me/')).status, 404)
})

test('a wrong method says which are right', async () => {
	const { status, headers, body } = await s.ask('DELETE', '/api/v1/me')
	assert.equal(status, 405)
	assert.deepEqual(headers.get('allow').split(', ').sort(), ['GET', 'PATCH'])
	assert.equal(body.code, 'method.not_allowed')
})

test('a body that is too big, of another type or not an object is refused by name', async () => {
	const big = await raw('POST /api/v1/teams HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2000000\r\n\r\n{"name":"x')
	assert.match(big, /^HTTP\/1\.1 413 /) // answered before the body was sent
	assert.match(big, /Content-Type: application\/problem\+json/)
	const long = await s.ask('POST', '/api/v1/teams', { name: 'x'.repeat(101), handle: 'x' })
	assert.equal(long.status, 422)
	assert.equal(long.body.field, 'name')
	assert.equal((await s.ask('POST', '/api/v1/teams', undefined, { raw: 'name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status, 415)
	assert.equal((await s.ask('POST', '/api/v1/teams', undefined, { raw: '[]' })).body.code, 'body.object')
	const malformed = await s.ask('POST', '/api/v1/teams', undefined, { raw: '{"name":' })
	assert.equal(malformed.status, 400)
	assert.equal(malformed.body.code, 'json.malformed')
})

test('JSON is read as the standard has it', async t => {
	const cases = lines('hostile/json-parsing.jsonl')
	if (!cases) return t.skip('no test data')
	for (const { name, expect, base64 } of cases) {
		const { status, body } = await s.ask('POST', '/api/v1/teams', undefined, { raw: Buffer.from(base64, 'base64') })
		if (expect === 'accept') assert.notEqual(body.code, 'json.malformed', name)
		if (expect === 'reject') assert.ok(status === 400 && body.code === 'json.malformed' || base64 === '', `${name}: ${status} ${body.code}`)
		assert.ok(status >= 400 && status < 500, `${name}: ${status}`)
	}
})

test('errors speak the language of who asks', async () => {
	const { body, headers } = await s.ask('POST', '/api/v1/teams', {}, { headers: { 'accept-language': 'ko-KR,ko;q=0.9,en;q=0.5' } })
	assert.equal(headers.get('content-language'), 'ko')
	assert.match(body.detail, /[가-힣]/)
	assert.match(body.title, /[가-힣]/)
})

test('every change needs a proof that it comes from our own page', async () => {
	const { cookie } = await s.person('administrator')
	const elsewhere = [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'none' }, { origin: 'https://evil.example' },
		{ origin: 'null' }, { origin: `${s.url}.evil.example` }, {}]
	const checked = mutations().filter(({ op }) => op['x-permission'] !== 'public' || op.operationId === 'session.logout')
	assert.ok(checked.length > 20)
	for (const { method, path, op } of checked) {
		if (op['x-own-secret']) continue
		for (const headers of elsewhere) {
			const { status, body } = await s.ask(method, filled(path), {}, { token: null, headers: { cookie, ...headers } })
			assert.equal(body.code, 'auth.cross_origin', `${op.operationId} ${JSON.stringify(headers)}`)
			assert.equal(status, 403)
		}
		if (op.operationId === 'session.logout') continue
		for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { origin: s.url }]) {
			const { body } = await s.ask(method, filled(path).replaceAll('1', '999999').replace('v999999', 'v1'), {}, { token: null, headers: { cookie, ...headers } })
			assert.notEqual(body.code, 'auth.cross_origin', `${op.operationId} ${JSON.stringify(headers)}`)
		}
	}
})

test('nobody without a login reads or changes anything', async () => {
	for (const [path, methods] of Object.entries(openapi.paths)) for (const [method, op] of Object.entries(methods)) {
		if (op['x-permission'] === 'public' || op['x-own-secret']) continue
		const { status } = await s.ask(method.toUpperCase(), filled(path), method === 'get' ? undefined : {}, { token: null })
		assert.ok(status === 401 || status === 422, `${op.operationId}: ${status}`)
	}
	assert.equal((await s.ask('GET', '/api/v1/me', undefined, { token: 'bokgi_nonsense' })).status, 401)
})

test('every answer carries the headers that keep a browser safe', async () => {
	for (const path of ['/login', '/api/v1/me', '/nothing', '/livez']) {
		const { headers } = await s.ask('GET', path, undefined, { headers: { accept: 'text/html' } })
		const policy = headers.get('content-security-policy')
		assert.match(policy, /default-src 'none'/, path)
		assert.match(policy, /script-src 'self';/, path)
		assert.match(policy, /require-trusted-types-for 'script'/, path)
		assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
	}
})

test('a page carries the answer of its operation, ready for the first paint', async () => {
	const { cookie } = await s.person('editor')
	const { id } = await s.post('/api/v1/incidents', { title: '</script><b>결제' })
	const inert = async path => {
		const { status, body } = await s.ask('GET', path, undefined, { cookie, headers: { accept: 'text/html' } })
		return { status, ...JSON.parse(/<script type="application\/json" id="page">(.*?)<\/script>/s.exec(body)[1]) }
	}
	assert.equal((await inert(`/incidents/${id}`)).data.title, '</script><b>결제')
	assert.deepEqual((await inert('/incidents')).data.items.map(row => row.id), [id])
	assert.deepEqual((await inert('/incidents?state=closed')).data.items, [])
	assert.ok(Array.isArray((await inert('/search')).data.items))
	assert.equal((await inert('/search?q=결제')).page, 'search')
	assert.equal((await inert('/incidents/999')).status, 404)
	assert.equal((await inert('/')).me.account.role, 'editor')
	const stranger = await s.ask('GET', '/incidents', undefined, { token: null, headers: { accept: 'text/html' } })
	assert.equal(stranger.status, 303)
	assert.equal(stranger.headers.get('location'), '/login?next=/incidents')
})
