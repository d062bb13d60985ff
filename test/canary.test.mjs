// Nothing leaks: a word that stands nowhere else is written into every text field of a restricted incident and of all that belongs to it; then somebody without access looks everywhere. Which fields there
// are and what can be asked is read from the operations, so that a new one is in it without being told.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { attackWith, operations, textFields } from './hostile/fields.mjs'
import { Mailbox } from './lib/mailbox.mjs'
import { serveWithAdmin, sleep, until } from './lib/server.mjs'

/* What is asked for is the beginning of a word; what must not be found is its end, which no answer repeats because it was asked. */
const CANARY = 'zanzibarquux 비밀창고앵무새', ASKED = ['zanzibar', 'zanzibarqu', '비밀창', '비밀', 'ㅂㅁㅊㄱ', 'INC-1'], found = text => /quux|창고앵무|앵무새/.test(text)

/* What everybody may see, by the noun it is about: people, teams, services, what the organisation has set up, and one's own account. */
const OPEN = ['user', 'team', 'service', 'token', 'hook', 'rule', 'template', 'factor', 'creed', 'me', 'setup', 'session', 'mail', 'delivery', 'notice', 'stream', 'when', 'search']
/* Those that lead away from what is being filled, or end it. */
const LATER = ['document.archive', 'incident.restrict', 'document.import', 'document.push', 'document.presence', 'document.unlink', 'incident.close', 'document.audience', 'document.consent', 'document.withdraw']

let s, post, refused, outsider, member, made = { people: { id: 1 } }, planted = []
const described = JSON.parse(readFileSync('api/openapi.json', 'utf8'))
const reads = Object.entries(described.paths).flatMap(([path, { get }]) => get && !path.endsWith('/stream') && get['x-own-secret'] === undefined ? [{ path, op: get }] : [])

async function plant() {
	made.incidents = await s.post('/api/v1/incidents', { title: CANARY, severity: 'SEV2', summary: CANARY, restricted: true, members: [member.person.id] }, { cookie: member.cookie })
	member.heard = await hear(member, 'incident:1')
	made.documents = await s.post('/api/v1/documents', { title: CANARY, kind: 'incident', incident: made.incidents.id, text: `## 요약\n\n${CANARY}\n\nTBD ${CANARY}\n`, lang: 'ko' }, { cookie: member.cookie })
	made.images = (await s.ask('POST', `/api/v1/documents/${made.documents.id}/images?name=${CANARY}.png`, undefined, { raw: readFileSync('test/image/plain.png'), cookie: member.cookie, token: null })).body
	made.actions = await s.post('/api/v1/actions', { title: CANARY, type: 'prevent', incident: made.incidents.id, document: made.documents.id, due: '2030-01-31' }, { cookie: member.cookie })
	made.timeline = await s.post(`/api/v1/incidents/${made.incidents.id}/timeline`, { text: CANARY }, { cookie: member.cookie })
	made.mitigations = await s.post(`/api/v1/incidents/${made.incidents.id}/mitigations`, { kind: 'rollback', words: CANARY }, { cookie: member.cookie }).catch(() => ({ id: 1 }))
	for (const [name, { input }] of Object.entries(operations)) {
		if (OPEN.includes(name.split('.')[0]) || LATER.includes(name) || /\.(declare|create)$/.test(name) || !textFields(input).length) continue
		const { taken } = await attackWith(s, name, CANARY, { cookie: member.cookie, more: name === 'incident.change' ? { severity: 'SEV2' } : {} }, made)
		planted.push(...taken ?? [])
	}
	await say()
}

/** What people say to the text: to words, to a record, an answer that names the outsider, a suggestion. */
async function say() {
	const at = `/api/v1/documents/${made.documents.id}/comments`, send = (address, body) => s.post(address, body, { cookie: member.cookie })
	const { text, text_version: version } = await s.get(`/api/v1/documents/${made.documents.id}`, { cookie: member.cookie })
	const from = text.indexOf(CANARY), to = from + CANARY.length
	const comment = await send(at, { from, to, version, text: `${CANARY} @outsider` })
	await send(`${at}/${comment.id}/replies`, { text: `@outsider ${CANARY}` })
	await send(at, { entry: made.timeline.id, text: `${CANARY} @outsider` })
	await send(at, { version, changes: [to, [0, CANARY], text.length - to], text: '' })
}

const everyone = []
before(async () => {
	post = await new Mailbox().open()
	s = await serveWithAdmin({ args: ['--smtp', `smtp://127.0.0.1:${post.port}`, '--smtp-plain', '--mail-from', 'bokgi@example.org', '--public-url', 'https://b.example', '--log-level', 'debug'] })
	outsider = await s.person('editor', 'outsider', { email: 'outsider@example.org' })
	member = await s.person('editor', 'member', { email: 'member@example.org' })
	outsider.heard = await hear(outsider)
	for (const who of [outsider, member]) who.feed = (await s.ask('POST', '/api/v1/tokens', { name: 'f', role: 'viewer', use: 'feed' }, { cookie: who.cookie })).body.token
	await plant()
	await s.post(`/api/v1/documents/${made.documents.id}/mails`, { people: [member.person.id], note: CANARY }, { cookie: member.cookie })
	refused = await s.ask('POST', `/api/v1/documents/${made.documents.id}/mails`, { people: [outsider.person.id], note: CANARY }, { cookie: member.cookie })
	await until(async () => (await inMails('member@')).length, 'a letter to the member')
	await sleep(1500) // the index, mails and the stream come after
})
after(async () => {
	for (const one of everyone) await one()
	await s?.stop()
	await post?.close()
})

/** What comes over the live stream to whoever subscribes to everything that lists, and to these records. */
async function hear({ cookie }, ...records) {
	const abort = new AbortController(), heard = { text: '' }
	const topics = ['incidents', 'documents', 'actions', 'alerts', 'org', ...records].join(',')
	const reply = await fetch(`${s.url}/api/v1/stream?topics=${encodeURIComponent(topics)}`, { headers: { cookie }, signal: abort.signal })
	everyone.push(() => abort.abort())
	heard.status = reply.status
	if (reply.status !== 200) return heard
	const read = async () => { for await (const part of reply.body.pipeThrough(new TextDecoderStream())) heard.text += part }
	read().catch(() => {})
	return heard
}

/** Every way of asking for the address: with the numbers of what was made, and with each of the words where it searches. */
function addresses({ path, op }) {
	const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => ({ noun: 'incident', name: 'default', secret: 'none' })[name] ?? 1)
	const query = (op.parameters ?? []).filter(p => p.in === 'query').map(p => p.name)
	const words = query.includes('q') ? ASKED.map(q => `${filled}?q=${encodeURIComponent(q)}`) : []
	const about = ['incident', 'document', 'noun'].filter(name => query.includes(name)).map(name => `${filled}?${name}=1`)
	const all = query.includes('state') ? ['all', 'open', 'draft'].map(state => `${filled}?state=${state}`) : []
	return [filled, ...words, ...about, ...all]
}

/** Where this person finds the canary: addresses of the API. */
async function inApi(who) {
	const where = []
	for (const read of reads)
		for (const address of addresses(read)) {
			const { status, body } = await s.ask('GET', address, undefined, who)
			assert.ok(status < 500, `${address}: ${status}`)
			if (found(typeof body === 'string' ? body : JSON.stringify(body))) where.push(`${read.op.operationId} ${address}`)
		}
	return where
}

const pages = () => ['/', '/incidents', '/incidents?state=all', '/documents', '/actions', '/actions?view=done', '/policy', '/search', ...ASKED.map(q => `/search?q=${encodeURIComponent(q)}`), '/settings', '/reviews', '/inbox', '/notices',
	...['incidents', 'documents', 'actions'].flatMap(kind => [`/${kind}/1`, `/${kind}/${made[kind].ref}`]), `/documents/${made.documents.ref}/edit`, `/documents/${made.documents.ref}/review`, '/incidents/1/present']

async function inPages({ cookie }) {
	const where = []
	for (const path of pages()) {
		const { status, body } = await s.ask('GET', path, undefined, { cookie, headers: { accept: 'text/html' } })
		assert.ok(status < 500, path)
		if (found(String(body))) where.push(path)
	}
	return where
}

async function inFeeds({ feed }) {
	const where = []
	for (const path of [`/feeds/${feed}/published.atom`, `/feeds/${feed}/due.ics`]) {
		const { status, body } = await s.ask('GET', path, undefined, { token: null })
		assert.equal(status, 200)
		if (found(body.replaceAll('\r\n ', ''))) where.push(path)
	}
	return where
}

async function inTools() {
	const { token } = await s.post('/api/v1/tokens', { name: 'model', role: 'editor', use: 'mcp' })
	const client = new Client({ name: 'canary', version: '1' }), where = []
	await client.connect(new StreamableHTTPClientTransport(new URL(`${s.url}/mcp`), { requestInit: { headers: { authorization: `Bearer ${token}` } } }))
	for (const { name, inputSchema } of (await client.listTools()).tools) {
		const needed = Object.fromEntries(inputSchema.required.map(field => [field, field === 'noun' ? 'incident' : 1]))
		for (const q of inputSchema.properties.q ? ASKED : [undefined]) {
			const result = await client.callTool({ name, arguments: { ...needed, ...q && { q } } })
			if (found(JSON.stringify(result))) where.push(name)
		}
	}
	await client.close()
	return where
}

const inMails = async address => (await post.read()).filter(letter => JSON.stringify(letter.to ?? letter).includes(address) && found(JSON.stringify(letter)))

test('the canary is in what the member sees, so there is something to be hidden', async t => {
	t.diagnostic(`${planted.length} fields besides the first ones took it: ${planted.join(' ')}`)
	const api = await inApi(member), shown = await inPages(member), feeds = await inFeeds(member)
	t.diagnostic(`seen by the member at ${api.length} addresses and on ${shown.length} pages`)
	assert.ok(planted.length >= 15, String(planted.length))
	assert.ok(new Set(api.map(x => x.split(' ')[0])).size >= 12, api.join('\n'))
	assert.ok(shown.length >= 4 && feeds.length === 1, `${shown} ${feeds}`)
	assert.ok(api.some(x => x.startsWith('comment.list ')), api.join('\n'))
	assert.match(member.heard.text, /timeline\.added/, 'the member hears of it')
})

test('whoever has no access finds it in no answer of the API', async t => {
	t.diagnostic(`${reads.length} operations that read`)
	assert.ok(reads.length > 50)
	assert.deepEqual(await inApi(outsider), [])
})

test('… on no page', async () => assert.deepEqual(await inPages(outsider), []))
test('… in no feed', async () => assert.deepEqual(await inFeeds(outsider), []))
test('… through no tool of a model', async () => assert.deepEqual(await inTools(), []))
test('… in no letter, also when one is asked for', async t => {
	t.diagnostic(`a letter to the outsider: ${refused.status}`)
	assert.ok((await inMails('member@')).length > 0)
	assert.deepEqual(await inMails('outsider@'), [])
})

test('… in nothing that the live stream says, and cannot ask for it there', async () => {
	assert.equal(outsider.heard.status, 200)
	assert.ok(!found(outsider.heard.text) && !/timeline\.|incident\.|document\.|action\./.test(outsider.heard.text), outsider.heard.text)
	for (const record of ['incident:1', 'document:1', 'action:1']) assert.equal((await hear(outsider, record)).status, 404, record)
})

test('nobody finds it in metrics or in the log', async () => {
	assert.ok(!found((await s.ask('GET', '/metrics', undefined, { token: null })).body))
	assert.ok(!found(s.log), s.log.split('\n').find(found))
})

test('the same look finds a leak: once the incident is open to everybody', async () => {
	await s.post(`/api/v1/incidents/${made.incidents.id}/restrict`, { restricted: false, members: [] }, { cookie: member.cookie })
	await s.post(`/api/v1/incidents/${made.incidents.id}/timeline`, { text: CANARY }, { cookie: member.cookie })
	await sleep(1500)
	const api = await inApi(outsider), tools = await inTools()
	for (const name of ['incident.get', 'incident.list', 'timeline.list', 'search.find', 'document.get', 'action.list']) assert.ok(api.some(x => x.startsWith(`${name} `)), `${name} in ${api}`)
	for (const name of ['incident_get', 'search_find', 'action_list']) assert.ok(tools.includes(name), tools.join())
	assert.ok((await inPages(outsider)).length >= 4 && (await inFeeds(outsider)).length === 1)
	assert.match(outsider.heard.text, /incident\./, 'the stream')
})
