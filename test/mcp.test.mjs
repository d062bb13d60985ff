// Models, as their official client talks to us, over both transports: tools from the operation table, a token of their own, nothing that is restricted.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { program, serveWithAdmin } from './lib/server.mjs'

const hidden = 'zanzibarquux 비밀창고'
let server, restricted, open
const clients = []

async function token(use, role = 'editor') { return (await server.post('/api/v1/tokens', { name: use, role, use })).token }

before(async () => {
	server = await serveWithAdmin()
	open = await server.post('/api/v1/incidents', { title: '결제가 <느려요> & 멈췄어요', severity: 'SEV2' })
	restricted = await server.post('/api/v1/incidents', { title: hidden, severity: 'SEV2' })
	await server.post(`/api/v1/incidents/${restricted.id}/restrict`, { restricted: true, members: [] })
})
after(async () => {
	for (const client of clients) await client.close()
	await server.stop()
})

const transports = {
	'streamable HTTP': async secret => new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit: { headers: { authorization: `Bearer ${secret}` } } }),
	'standard input and output': async secret => {
		const file = join(server.data, `mcp-${Math.random()}.token`)
		await writeFile(file, secret, { mode: 0o600 })
		return new StdioClientTransport({ command: program, args: ['mcp', '--data', server.data, '--token-file', file], stderr: 'pipe' })
	},
}

async function connected(transport, secret) {
	const client = new Client({ name: 'test', version: '1' })
	await client.connect(await transports[transport](secret))
	clients.push(client)
	return client
}

async function called(client, name, args) {
	const result = await client.callTool({ name, arguments: args })
	return { failed: result.isError ?? false, text: result.content[0].text, body: JSON.parse(result.content[0].text) }
}

async function every(client, visit) {
	const { tools } = await client.listTools()
	for (const tool of tools) await visit(tool)
	return tools
}

for (const transport of Object.keys(transports)) {
	test(`${transport}: says who it is and lists tools that read`, async () => {
		const client = await connected(transport, await token('mcp'))
		assert.equal(client.getServerVersion().name, 'bokgi')
		assert.match(client.getInstructions(), /blameless/)
		await client.ping()
		const tools = await every(client, tool => {
			assert.equal(tool.annotations.readOnlyHint, true, tool.name)
			assert.equal(tool.inputSchema.type, 'object')
			assert.ok(tool.description && /^[a-z_]{1,64}$/.test(tool.name))
		})
		assert.ok(tools.length > 15, String(tools.length))
	})

	test(`${transport}: reads Korean as it was written`, async () => {
		const client = await connected(transport, await token('mcp'))
		const list = await called(client, 'incident_list', {})
		assert.ok(list.body.items.some(i => i.title === '결제가 <느려요> & 멈췄어요'))
		assert.equal((await called(client, 'incident_get', { id: `INC-${open.id}` })).body.title, open.title)
		const none = await called(client, 'incident_get', { id: 99999 })
		assert.deepEqual([none.failed, none.body.status], [true, 404])
		const wrong = await called(client, 'incident_list', { nonsense: 1 })
		assert.deepEqual([wrong.failed, wrong.body.code], [true, 'field.unknown'])
		await assert.rejects(client.callTool({ name: 'token_create', arguments: { name: 'x', role: 'viewer' } }), /there is no tool/)
	})

	test(`${transport}: changes nothing unless its token says so`, async () => {
		const reads = await connected(transport, await token('mcp')), writes = await connected(transport, await token('mcp_write'))
		const refused = await called(reads, 'action_create', { title: '알림을 나눠요', type: 'prevent', incident: open.id })
		assert.deepEqual([refused.failed, refused.body.code], [true, 'token.read_only'])
		const tools = await every(writes, () => {})
		assert.equal(tools.find(tool => tool.name === 'timeline_add').annotations.readOnlyHint, false)
		const change = tools.find(tool => tool.name === 'incident_change')
		assert.ok(change.inputSchema.required.includes('version'))
		const now = (await called(writes, 'incident_get', { id: open.id })).body
		const changed = await called(writes, 'incident_change', { id: open.id, version: now.version, summary: `한글 요약: ${transport}` })
		assert.equal(changed.failed, false, changed.text)
		const late = await called(writes, 'incident_change', { id: open.id, version: now.version, summary: '늦었어요' })
		assert.deepEqual([late.failed, late.body.code], [true, 'version.stale'])
		assert.equal((await server.get(`/api/v1/incidents/${open.id}`)).summary, `한글 요약: ${transport}`)
	})

	test(`${transport}: shows nothing of a restricted incident`, async () => {
		const client = await connected(transport, await token('mcp'))
		const seen = await called(client, 'incident_get', { id: restricted.id })
		assert.deepEqual([seen.failed, seen.body.status], [true, 404])
		for (const [tool, args] of [['incident_list', {}], ['search_find', { q: 'zanzibarquux' }], ['search_find', { q: '비밀창고' }], ['timeline_list', { id: restricted.id }]])
			assert.ok(!/zanzibar|비밀창/.test((await called(client, tool, args)).text.replaceAll('"query":"zanzibarquux"', '')), tool)
	})
}

test('a schema that names others holds them', async () => {
	const client = await connected('streamable HTTP', await token('mcp_write'))
	await every(client, tool => {
		for (const [, name] of JSON.stringify(tool.inputSchema).matchAll(/"\$ref":"#\/\$defs\/(\w+)"/g)) assert.ok(tool.inputSchema.$defs[name], `${tool.name}: ${name}`)
		assert.ok(!JSON.stringify(tool).includes('#/components'), tool.name)
	})
})

test('only a token made for models is let in, and it gets nowhere else', async () => {
	const hello = { jsonrpc: '2.0', id: 1, method: 'ping' }
	const ask = (options, body = hello) => server.ask('POST', '/mcp', body, { key: null, ...options })
	assert.equal((await ask({ token: null })).status, 401)
	assert.equal((await ask({})).body.code, 'mcp.token') // the administrator's
	assert.equal((await ask({ token: 'bokgi-mcp_AAAAAAAAAAAAAAAAAAAAAA' })).status, 401)
	const { cookie } = await server.person('editor')
	assert.equal((await ask({ cookie })).status, 401)
	const administrator = await server.ask('POST', '/api/v1/tokens', { name: 'x', role: 'administrator', use: 'mcp' })
	assert.deepEqual([administrator.status, administrator.body.code], [403, 'token.administrator'])
	const secret = await token('mcp_write')
	assert.equal((await ask({ token: secret })).status, 200)
	assert.equal((await ask({ token: secret, headers: { origin: 'https://elsewhere.example' } })).body.code, 'auth.cross_origin')
	assert.equal((await ask({ token: secret, headers: { 'mcp-protocol-version': '1999-01-01' } })).status, 400)
	assert.equal((await server.ask('GET', '/mcp', undefined, { token: secret })).status, 405)
	for (const path of ['/api/v1/tokens', '/api/v1/stream?topics=incidents', `/documents/1.md`])
		assert.equal((await server.ask('GET', path, undefined, { token: secret })).body.code, 'token.reach', path)
	assert.equal((await server.ask('POST', '/api/v1/tokens', { name: 'more', role: 'viewer' }, { token: secret })).body.code, 'token.reach')
	assert.equal((await server.ask('GET', '/api/v1/incidents', undefined, { token: secret.replace('mcpw', 'mcp') })).status, 401)
})

test('what is no request is told so', async () => {
	const secret = await token('mcp')
	const ask = raw => server.ask('POST', '/mcp', undefined, { token: secret, raw, key: null })
	const cases = [['{', 400, -32700], ['[]', 400, -32600], ['{"jsonrpc":"2.0","id":{},"method":"ping"}', 400, -32600], ['{"jsonrpc":"2.0","id":1,"method":"nothing"}', 200, -32601],
		['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}', 200, -32602], ['{"jsonrpc":"2.0","id":1,"method":"tools/call"}', 200, -32602]]
	for (const [raw, status, code] of cases) {
		const reply = await ask(raw)
		assert.deepEqual([reply.status, reply.body.error.code], [status, code], raw)
	}
	const cancelled = await ask('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}')
	assert.deepEqual([cancelled.status, cancelled.body], [202, ''])
})
