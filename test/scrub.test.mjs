// What was removed for good is gone: words that stand nowhere else are written into every text field of an incident, its document and all that belongs to them, typed, deleted, commented, published and
// mailed; then removed once. Whoever looks finds them nowhere, and once it says "purged", no byte of them is in any file.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Line, noTrouble } from './collab/line.mjs'
import { Typist } from './collab/typist.mjs'
import { attackWith, operations, textFields } from './hostile/fields.mjs'
import { answer, bokgi } from './lib/command.mjs'
import { Mailbox } from './lib/mailbox.mjs'
import { ask, newDatabase, postgres } from './lib/postgres.mjs'
import { serve, serveWithAdmin, sleep, until } from './lib/server.mjs'
import { Random, seed } from './lib/random.mjs'
import { listen } from './lib/stream.mjs'

const WORDS = 'vulpinequux 900101-1234567 비밀창고앵무새'
/* The words, their parts as the index keeps them (folded, in pairs of syllables), and what a title's consonants would be. */
const TRACES = ['vulpinequux', '900101-1234567', '1234567', '창고앵', '고앵', '앵무', '무새', 'ㅂㅁㅊㄱㅇㅁㅅ']
const has = text => TRACES.find(trace => text.includes(trace))

/* Nouns that are not of a document or incident: accounts, the house's own texts. And what leads away, or ends what is being filled. */
const HOUSE = ['user', 'team', 'service', 'token', 'hook', 'rule', 'template', 'factor', 'creed', 'me', 'setup', 'session', 'mail', 'delivery', 'notice', 'stream', 'when', 'search', 'policy', 'scrub']
const LATER = ['document.archive', 'incident.restrict', 'document.import', 'document.push', 'document.presence', 'document.unlink', 'incident.close', 'document.audience', 'document.consent', 'document.withdraw', 'comment.remove']

const type = async (s, made, words) => {
	const { text_version: version, text } = await s.get(`/api/v1/documents/${made.documents.id}`)
	const length = text.length, client = 'typist-typist-typist-1'
	const updates = [...words].map((ch, i) => ({ seq: i + 1, changes: length + i ? [length + i, [0, ch]] : [[0, ch]] }))
	updates.push({ seq: updates.length + 1, changes: [length, [words.length]] })
	await s.post(`/api/v1/documents/${made.documents.id}/updates`, { client, version, updates })
}

/** Everything that can be said of an incident and its document, with the words in it. */
async function sayEverywhere(s, person) {
	const made = {}
	made.incidents = await s.post('/api/v1/incidents', { title: `장애 ${WORDS}`, severity: 'SEV2', summary: WORDS }, { cookie: person.cookie })
	made.documents = await s.post('/api/v1/documents', { title: WORDS, kind: 'incident', incident: made.incidents.id, text: `## ${WORDS}\n\n**${WORDS}** and *other*\n\nTBD ${WORDS}\n`, lang: 'ko' }, { cookie: person.cookie })
	made.actions = await s.post('/api/v1/actions', { title: WORDS, type: 'prevent', incident: made.incidents.id, document: made.documents.id, due: '2030-01-31' }, { cookie: person.cookie })
	made.timeline = await s.post(`/api/v1/incidents/${made.incidents.id}/timeline`, { text: WORDS }, { cookie: person.cookie })
	const said = []
	for (const [name, { input }] of Object.entries(operations)) {
		if (HOUSE.includes(name.split('.')[0]) || LATER.includes(name) || /\.(declare|create)$/.test(name) || !textFields(input).length) continue
		const { taken } = await attackWith(s, name, WORDS, { cookie: person.cookie, more: name === 'incident.change' ? { severity: 'SEV2' } : {} }, made)
		said.push(...taken.map(field => `${name}.${field}`))
	}
	await type(s, made, ` typed and deleted: ${WORDS}`)
	const { text_version: version, text } = await s.get(`/api/v1/documents/${made.documents.id}`)
	await s.post(`/api/v1/documents/${made.documents.id}/comments`, { changes: [text.length, [0, '', WORDS]], version, text: WORDS }, { cookie: person.cookie })
	return { made, said }
}

const files = folder => readdirSync(folder, { recursive: true }).map(name => join(folder, name)).filter(path => statSync(path).isFile())
const inFiles = folder => files(folder).flatMap(path => {
	const bytes = readFileSync(path)
	return TRACES.filter(trace => bytes.includes(Buffer.from(trace))).map(trace => `${path.slice(folder.length + 1)}: ${trace}`)
})

const scrub = (s, made, more = {}) => s.post(`/api/v1/documents/${made.documents.id}/scrub`, { text: WORDS, category: 'person', reason: 'a <b>number</b> was written down', ...more })
const purged = (s, id) => until(async () => (await s.get(`/api/v1/scrubs/${id}`)).state === 'purged', 'purged', 60000)

/** Every address that can be read. */
async function readAll(s, made, person) {
	const described = JSON.parse(readFileSync('api/openapi.json', 'utf8'))
	const found = []
	for (const [path, { get }] of Object.entries(described.paths)) {
		if (!get || path.endsWith('/stream') || get['x-own-secret'] !== undefined) continue
		const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => ({ noun: 'incident', name: 'default', secret: 'none' })[name] ?? 1)
		const query = (get.parameters ?? []).filter(p => p.in === 'query').map(p => p.name)
		const all = [filled, ...['incident', 'document', 'noun'].filter(n => query.includes(n)).map(n => `${filled}?${n}=1`), ...query.includes('since') ? [`${filled}?since=0`] : []]
		for (const one of all) {
			const { body } = await s.ask('GET', one, undefined, { cookie: person.cookie })
			const trace = has(typeof body === 'string' ? body : JSON.stringify(body))
			if (trace) found.push(`${one}: ${trace} in …${JSON.stringify(body).split(trace)[0].slice(-80)}`)
		}
	}
	for (const page of [`/incidents/${made.incidents.id}`, `/documents/${made.documents.id}`, `/documents/${made.documents.id}.md`, `/documents/${made.documents.id}.html`, `/documents/${made.documents.id}.json`, `/documents/${made.documents.id}/edit`]) {
		const { body } = await s.ask('GET', page, undefined, { cookie: person.cookie })
		const trace = has(typeof body === 'string' ? body : JSON.stringify(body))
		if (trace) found.push(`${page}: ${trace}`)
	}
	for (const q of ['vulpinequux', 'vulp', '앵무새', '1234567']) {
		const { items } = await s.get(`/api/v1/search?q=${encodeURIComponent(q)}`)
		found.push(...items.map(hit => `search ${q}: ${hit.noun} ${hit.ref_id}`))
	}
	return found
}

async function begin(t, options) {
	const post = await new Mailbox().open()
	t.after(() => post.close())
	const s = await serveWithAdmin({ args: ['--smtp', `smtp://127.0.0.1:${post.port}`, '--smtp-plain', '--mail-from', 'bokgi@example.org', '--public-url', 'https://b.example'], ...options })
	t.after(() => s.child.kill('SIGKILL'))
	const person = await s.person('editor', 'writer', { email: 'writer@example.org' })
	const { made, said } = await sayEverywhere(s, person)
	assert.ok(said.length > 25, `only ${said}`)
	await s.post(`/api/v1/documents/${made.documents.id}/mails`, { people: [person.person.id], note: WORDS }, { cookie: person.cookie })
	await until(async () => (await s.get('/api/v1/search?q=vulpinequux')).items.length > 3, 'the index has it')
	return { post, s, person, made }
}

test('on SQLite: nothing that can be read has it, and no byte of any file once it is purged', async t => {
	const { s, person, made } = await begin(t)
	assert.ok(inFiles(s.data).length > 0)
	assert.ok((await readAll(s, made, person)).length > 10)
	const events = []
	const stream = await listen(s, ['documents', `document:${made.documents.id}`, `incident:${made.incidents.id}`], (name, data) => events.push(JSON.stringify(data)))
	const found = await s.post(`/api/v1/documents/${made.documents.id}/scrub/find`, { text: WORDS }, { cookie: person.cookie })
	assert.ok(found.places.length > 7, JSON.stringify(found.places))
	assert.equal(has(JSON.stringify(found)), undefined)
	/* A copy from before must go, too; until then it is not said. */
	const copy = join(s.data, 'bokgi.db.before-0001')
	writeFileSync(copy, WORDS)
	utimesSync(copy, new Date(Date.now() - 5000), new Date(Date.now() - 5000))
	const record = await scrub(s, made)
	t.diagnostic(`${record.total} places: ${record.places.map(({ kind, count }) => `${count} ${kind}`).join(', ')}`)
	assert.deepEqual(await readAll(s, made, person), [])
	await until(async () => (await s.get(`/api/v1/scrubs/${record.id}`)).owed.some(({ name }) => name === 'bokgi.db.before-0001'), 'the copy is named')
	assert.equal((await s.get(`/api/v1/scrubs/${record.id}`)).state, 'purging')
	rmSync(copy)
	await purged(s, record.id)
	assert.deepEqual(inFiles(s.data), [])
	assert.deepEqual(await readAll(s, made, person), [])
	assert.ok(events.length && !events.some(has), 'the stream')
	stream.close()
	/* What leaves the house later. */
	const folder = mkdtempSync(join(tmpdir(), 'bokgi-export-'))
	assert.deepEqual(await s.stopKeeping(), { code: 0, signal: null }, s.log)
	const out = await bokgi(['export', join(folder, 'all'), '--data', s.data])
	assert.equal(out.code, 0, out.err)
	assert.deepEqual(inFiles(folder), [])
	const chain = await bokgi(['verify', '--data', s.data])
	assert.equal(chain.code, 0, chain.err)
	assert.match(chain.out, /[1-9]\d* scrubbed; the chain holds/)
	assert.deepEqual(inFiles(s.data), [])
	assert.equal(has(s.log), undefined, 'the log of the program')
	rmSync(folder, { recursive: true })
	rmSync(s.data, { recursive: true })
})

test('a purge goes on after kill -9, and ends', async t => {
	const { s, made } = await begin(t)
	const filler = i => Array.from({ length: 400 }, (_, n) => `word${(i * 7919 + n * 104729) % 20011} 낱말${(i * 31 + n) % 997}`).join(' ')
	for (let i = 0; i < 120; i++) await s.post('/api/v1/documents', { title: `Filler ${i}`, kind: 'project', template: 'none', text: filler(i) })
	await until(async () => (await s.get('/api/v1/search?q=filler')).items.length > 10, 'the index has them')
	const { id } = await scrub(s, made)
	let now = s, kills = 0
	for (; kills < 6; kills++) {
		if ((await now.get(`/api/v1/scrubs/${id}`)).state === 'purged') break
		await sleep(30 * kills)
		await now.kill()
		now = Object.assign(await serve({ data: s.data }), { token: s.token })
		t.after(() => now.child.kill('SIGKILL'))
	}
	assert.ok(kills > 1)
	await purged(now, id)
	assert.deepEqual(inFiles(s.data), [])
	assert.equal((await now.stop()).code, 0)
	rmSync(s.data, { recursive: true })
})

test('on PostgreSQL: no query finds it; VACUUM is owed until it was done', { skip: postgres ? false : 'BOKGI_TEST_POSTGRES is not set' }, async t => {
	const database = newDatabase()
	const { s, person, made } = await begin(t, { database: database.url })
	const columns = ask(database.url, "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type IN ('text', 'tsvector', 'bytea')").split('\n').map(line => line.split('\t'))
	/* One question for all: bytes too, as hexadecimal. */
	const hex = trace => Buffer.from(trace).toString('hex')
	const all = columns.map(([table, column]) => `SELECT '${table}.${column}' FROM "${table}" WHERE encode(convert_to(CAST("${column}" AS TEXT), 'UTF8'), 'hex') ~ '${TRACES.map(hex).join('|')}' OR CAST("${column}" AS TEXT) ~ '${TRACES.map(hex).join('|')}'`)
	const reached = () => ask(database.url, `SELECT DISTINCT * FROM (${all.join(' UNION ALL ')}) AS x`).split('\n').filter(Boolean)
	assert.ok(reached().length > 10)
	const record = await scrub(s, made)
	assert.deepEqual(await readAll(s, made, person), [])
	await until(async () => (await s.get(`/api/v1/scrubs/${record.id}`)).state === 'purging', 'purging')
	await until(() => reached().length === 0, 'also what is forgotten step by step')
	const owed = (await s.get(`/api/v1/scrubs/${record.id}`)).owed.map(({ name }) => name)
	for (const table of ['document_update', 'timeline_entry', 'comment', 'search_words', 'event', 'kept_reply']) assert.ok(owed.includes(table), `${table} of ${owed}`)
	/* A plain VACUUM leaves the bytes where they were. */
	ask(database.url, 'VACUUM comment')
	await sleep(2500)
	assert.ok((await s.get(`/api/v1/scrubs/${record.id}`)).owed.some(({ name }) => name === 'comment'))
	const done = await answer(['scrub', 'vacuum', '--data', s.data])
	assert.deepEqual(done.left, [])
	assert.deepEqual(done.done.map(({ name }) => name).sort(), owed.sort())
	await purged(s, record.id)
	assert.equal((await s.stop()).code, 0, s.log)
	database.drop()
})

/* Three who type all the time, on a bad line; one of them is offline with the words in what it has not sent. */
async function typing(t, options) {
	const s = await serveWithAdmin(options)
	t.after(() => s.child.kill('SIGKILL'))
	const random = new Random(seed), secret = 'vulpinequux비밀창고', made = { documents: await s.post('/api/v1/documents', { title: 'x', kind: 'project', template: 'none', text: `one ${secret} two\nthree ${secret}\nfour` }) }
	const path = `/api/v1/documents/${made.documents.id}`
	const typists = await Promise.all([0, 1, 2].map(async i => {
		const one = new Typist(new Line(() => s, made.documents.id, random, i ? { ...noTrouble, delay: 20, lost: 0.05, twice: 0.1, dropped: 0.05, split: 0.3 } : noTrouble), random, random.name(22))
		one.begin(await s.get(path))
		t.after(() => one.close())
		await one.listen()
		return one
	}))
	const type = one => {
		const near = Math.floor(random.next() * 4), at = random.next() < 0.5 ? Math.min(near, one.text.length) : Math.max(0, one.text.length - near) // beside the words, not within
		one.type({ changes: { from: at, insert: random.next() < 0.2 ? '\n' : 'ab 가'[Math.floor(random.next() * 4)] } })
	}
	for (let i = 0; i < 40; i++) { type(typists[i % 3]); if (i % 5 === 0) await sleep(10) }
	const offline = typists[2]
	offline.line.up = false
	offline.type({ changes: { from: 0, insert: `again ${secret} ` } })
	offline.type({ changes: { from: offline.text.length, insert: ' kept' } })
	for (let i = 0; i < 10; i++) type(typists[i % 2])
	await until(async () => (await s.get(path)).text_version > 10, 'somebody has typed')
	await s.post(`${path}/scrub`, { text: secret, category: 'secret', reason: 'leaked' })
	for (let i = 0; i < 40; i++) { type(typists[i % 2]); if (i % 5 === 0) await sleep(10) }
	offline.line.up = true
	offline.wake()
	await until(async () => {
		for (const one of typists) one.wake()
		const { text } = await s.get(path)
		return typists.every(one => one.pending === 0 && one.text === text)
	}, 'all hold the same', 30000)
	const { text, text_version: version } = await s.get(path)
	for (const where of [text, ...typists.map(one => one.text), JSON.stringify(await s.get(`${path}/updates?since=0`))]) assert.ok(!where.includes('vulpinequux') && !where.includes('비밀창고'), where)
	assert.ok(text.includes(' kept'), 'what was typed offline is there')
	assert.ok(text.includes('again ') && text.split('█'.repeat(15)).length >= 4, text)
	assert.deepEqual(typists.flatMap(one => one.troubles), [])
	for (const one of typists) one.close()
	assert.ok(version > 50)
	assert.deepEqual(await s.stop(), { code: 0, signal: null }, s.log)
}

test(`who types meanwhile goes on, and nothing that was not sent brings it back (seed ${seed})`, t => typing(t))
test(`the same on PostgreSQL (seed ${seed})`, { skip: postgres ? false : 'BOKGI_TEST_POSTGRES is not set' }, async t => {
	const database = newDatabase()
	await typing(t, { database: database.url })
	database.drop()
})

test('another node forgets what it had in memory', { skip: postgres ? false : 'BOKGI_TEST_POSTGRES is not set' }, async t => {
	const database = newDatabase(), one = await serveWithAdmin({ database: database.url }), two = Object.assign(await serve({ database: database.url }), { token: one.token })
	for (const s of [one, two]) t.after(() => s.child.kill('SIGKILL'))
	const { id } = await one.post('/api/v1/documents', { title: 'x', kind: 'project', template: 'none', text: 'it is vulpinequux.' }), path = `/api/v1/documents/${id}`
	const push = (s, client, version, seq, changes) => s.ask('POST', `${path}/updates`, { client, version, updates: changes.map((c, i) => ({ seq: seq + i, changes: c })) })
	assert.equal((await push(two, 'typist-of-node-two-abc', 0, 1, [[18, [0, 'a']]])).status, 200)
	await one.post(`${path}/scrub`, { text: 'vulpinequux', category: 'other', reason: 'r' })
	const refused = await push(two, 'typist-of-node-two-abc', 1, 2, [[19, [0, 'b']]])
	assert.deepEqual([refused.status, refused.body.code, refused.body.current], [409, 'collab.scrubbed', { version: 2 }])
	/* Enough for a snapshot from that node's memory. */
	for (let n = 0; n < 3; n++) assert.equal((await push(two, 'typist-of-node-two-abc', 2 + 100 * n, 2 + 100 * n, Array.from({ length: 100 }, (_, i) => [19 + 100 * n + i, [0, 'c']]))).status, 200)
	assert.equal(ask(database.url, "SELECT count(*) FROM text_snapshot WHERE content LIKE '%vulpine%'"), '0')
	assert.ok(Number(ask(database.url, 'SELECT count(*) FROM text_snapshot')) > 1)
	assert.equal((await two.get(path)).text.slice(0, 18), 'it is ███████████.')
	for (const s of [two, one]) assert.deepEqual(await s.stop(), { code: 0, signal: null }, s.log)
	database.drop()
})
