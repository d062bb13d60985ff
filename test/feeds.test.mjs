// What others subscribe to, read by real readers: Atom by xmllint and feedsmith, and by the W3C's feed validator where BOKGI_FEEDVALIDATOR names its src folder (it is in no registry);
// due dates by ical.js, icalendar, vobject (when Python has them) and libical.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseAtomFeed } from 'feedsmith'
import ICAL from 'ical.js'
import { program as bokgi, serveWithAdmin } from './lib/server.mjs'

let server, address, viewer, restricted, dropped
const long = `결제, 승인; 재시도 \\ ${'가나다라마바사'.repeat(30)}\u{1F6A8}`

before(async () => {
	server = await serveWithAdmin({ args: ['--public-url', 'https://bokgi.example.org'] })
	viewer = await server.person('viewer')
	const made = await server.ask('POST', '/api/v1/tokens', { name: 'my feeds', role: 'viewer', use: 'feed' }, { cookie: viewer.cookie })
	address = `/feeds/${made.body.token}`
	await server.patch('/api/v1/policy', { note: 'no dates unless somebody says one', p2_days: null })
	restricted = await server.post('/api/v1/incidents', { title: 'zanzibarquux 비밀창고', severity: 'SEV2' })
	await server.post(`/api/v1/incidents/${restricted.id}/restrict`, { restricted: true, members: [] })
	await server.post('/api/v1/actions', { title: 'zanzibarquux 비밀창고', type: 'prevent', incident: restricted.id, due: '2026-12-24' })
	await server.post('/api/v1/actions', { title: long, type: 'prevent', due: '2026-12-01', owner: viewer.person.id })
	await server.post('/api/v1/actions', { title: '기한 없음', type: 'prevent' })
	await server.patch(`/api/v1/documents/${(await server.post('/api/v1/documents', { title: '게시할 글', kind: 'project' })).id}`, { due: '2026-11-30', owner: viewer.person.id })
	dropped = await server.post('/api/v1/actions', { title: '그만둔 일', type: 'detect', due: '2026-12-31' })
	await server.post(`/api/v1/actions/${dropped.id}/drop`, { reason: '다른 방법으로 했어요' })
})
after(() => server.stop())

const get = (path, options = { token: null }) => server.ask('GET', path, undefined, options)

test('a calendar of due dates: real readers find each, in Korean, on its day', async () => {
	const { status, headers, body } = await get(`${address}/due.ics`)
	assert.deepEqual([status, headers.get('content-type')], [200, 'text/calendar; charset=utf-8'])
	for (const line of body.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75 && !line.includes('\ufffd') && !line.includes('\n'), line)
	const events = new ICAL.Component(ICAL.parse(body)).getAllSubcomponents('vevent').map(e => new ICAL.Event(e))
	const mine = events.find(e => e.summary.includes('재시도'))
	assert.equal(mine.summary.replace(/^ACT-\d+ /, ''), long)
	assert.deepEqual([mine.startDate.isDate, mine.startDate.toString(), mine.endDate.toString()], [true, '2026-12-01', '2026-12-02'])
	assert.equal(mine.component.getFirstPropertyValue('url'), `https://bokgi.example.org/actions/${/ACT-(\d+)@bokgi\.example\.org/.exec(mine.uid)[1]}`)
	const off = events.find(e => e.summary.includes('그만둔'))
	assert.equal(off.component.getFirstPropertyValue('status'), 'CANCELLED')
	assert.ok(off.component.getFirstPropertyValue('sequence') > mine.component.getFirstPropertyValue('sequence'))
	const written = events.find(e => e.summary.includes('게시할 글'))
	assert.deepEqual([written.startDate.toString(), written.summary.split(' ')[0], written.component.getFirstPropertyValue('url')], ['2026-11-30', written.uid.split('@')[0], `https://bokgi.example.org/documents/${written.uid.match(/PM-(\d+)@/)[1]}`])
	assert.equal(events.length, 3)
	assert.ok(!/zanzibar|비밀창/.test(body))
})

const readers = {
	icalendar: 'import sys,icalendar\nfor e in icalendar.Calendar.from_ical(sys.stdin.buffer.read()).walk("VEVENT"): print(e["DTSTART"].dt, e["SUMMARY"])',
	vobject: 'import sys,vobject\nc=vobject.readOne(sys.stdin.buffer.read().decode())\nc.validate(raiseException=True)\nfor e in c.vevent_list: print(e.dtstart.value, e.summary.value)',
}
for (const [name, program] of Object.entries(readers))
	test(`${name} reads the same`, { skip: spawnSync('/usr/bin/python3', ['-c', `import ${name}`]).status !== 0 && `no python3-${name}` }, async () => {
		const { body } = await get(`${address}/due.ics`)
		const read = spawnSync('/usr/bin/python3', ['-c', program], { input: body, encoding: 'utf8', env: { ...process.env, PYTHONIOENCODING: 'utf-8' } })
		assert.equal(read.status, 0, read.stderr)
		assert.ok(read.stdout.includes(`2026-12-01 ACT-`) && read.stdout.includes(long) && read.stdout.includes('2026-12-31'), read.stdout)
	})

const checker = `${dirname(bokgi)}/ical_check`
test('libical reads the same and finds nothing against the standard', { skip: !existsSync(checker) && 'no ical_check' }, async () => {
	const { body } = await get(`${address}/due.ics`)
	const read = spawnSync(checker, [], { input: body, encoding: 'utf8' })
	assert.equal(read.status, 0, read.stderr)
	assert.ok(read.stdout.includes('2026-12-01 ACT-') && read.stdout.includes(long) && read.stdout.includes('2026-12-31'), read.stdout)
	assert.equal(spawnSync(checker, [], { input: body.replace(/DATE:\d+/, 'DATE:tomorrow') }).status, 1, 'it finds a day that is none')
})

test('of a person and of a team', async () => {
	const team = await server.post('/api/v1/teams', { name: '결제', handle: 'pay' })
	const count = async query => (await get(`${address}/due.ics?${query}`)).body.split('BEGIN:VEVENT').length - 1
	assert.deepEqual([await count(`person=${viewer.person.id}`), await count(`team=${team.id}`)], [2, 0])
	await server.must('PUT', `/api/v1/teams/${team.id}/members/${viewer.person.id}`)
	assert.equal(await count(`team=${team.id}`), 2)
})

test('Atom is well-formed, has what RFC 4287 asks for, and stands still while nothing changes', async () => {
	const { status, headers, body } = await get(`${address}/published.atom`)
	assert.deepEqual([status, headers.get('content-type')], [200, 'application/atom+xml; charset=utf-8'])
	const lint = spawnSync('xmllint', ['--noout', '-'], { input: body, encoding: 'utf8' })
	if (!lint.error) assert.equal(lint.status, 0, lint.stderr)
	for (const part of ['<id>tag:bokgi.example.org,2026:published</id>', '<updated>', '<title>', '<author><name>']) assert.ok(body.includes(part), part)
	assert.ok(!body.includes(address.split('/')[2]), 'the secret stands in no feed')
	const again = await get(`${address}/published.atom`, { token: null, headers: { 'if-none-match': headers.get('etag') } })
	assert.deepEqual([again.status, again.body], [304, ''])
})

/** A document on its short way to publication. */
async function published(title, note) {
	const as = { cookie: server.cookie }, author = await server.person('editor'), { account } = await server.get('/api/v1/me', as)
	const { id } = await server.post('/api/v1/documents', { title, kind: 'project', template: 'none', lang: 'ko', text: '## 요약\n\n끝났습니다.\n' }, { cookie: author.cookie })
	await server.post(`/api/v1/documents/${id}/submit`, { reviewers: [account.id], due: '2031-01-31', needed: 1 }, { cookie: author.cookie })
	for (const question of ['data', 'impact', 'causes', 'actions', 'shared']) await server.must('PUT', `/api/v1/documents/${id}/review/questions/${question}`, { answer: 'yes' }, as)
	await server.post(`/api/v1/documents/${id}/reviews`, { verdict: 'approve', words: 'good' }, as)
	const { blockers } = await server.get(`/api/v1/documents/${id}/review`, as)
	for (const { code, subject } of (blockers ?? []).filter(x => !x.waived)) await server.ask('POST', `/api/v1/documents/${id}/waivers`, { blocker: code, subject, reason: '괜찮다' }, as)
	await server.ask('POST', `/api/v1/documents/${id}/waivers`, { blocker: 'actions', subject: 'none', reason: '괜찮다' }, as)
	return server.post(`/api/v1/documents/${id}/publish`, { note }, as)
}

test('an entry for each published document: well-formed whatever its title, with an id that stays', { timeout: 120_000 }, async () => {
	const before = await get(`${address}/published.atom`), title = '결제 <b>&amp; "승인"</b> ]]> \'끝\''
	const made = await published(title, '처음 <공개>')
	const { body, headers } = await get(`${address}/published.atom`)
	assert.notEqual(headers.get('etag'), before.headers.get('etag'))
	const lint = spawnSync('xmllint', ['--xpath', '//*[local-name()="entry"]/*[local-name()="title" or local-name()="id" or local-name()="summary"]/text()', '-'], { input: body, encoding: 'utf8' })
	if (!lint.error) assert.equal(lint.status, 0, lint.stderr)
	const read = spawnSync('/usr/bin/python3', ['-c', 'import sys,xml.etree.ElementTree as t\nn="{http://www.w3.org/2005/Atom}"\nfor e in t.fromstring(sys.stdin.buffer.read()).iter(n+"entry"): print("|".join(e.find(n+k).text for k in ("id","title","summary","updated","published")), e.find(n+"link").get("href"))'], { input: body, encoding: 'utf8', env: { ...process.env, PYTHONIOENCODING: 'utf-8' } })
	assert.equal(read.status, 0, read.stderr)
	const [id, shown, summary, updated, first] = read.stdout.trim().split('|')
	assert.deepEqual([id, shown, summary], [`tag:bokgi.example.org,2026:PM-${made.document.id}`, title, '처음 <공개>'])
	assert.ok(!isNaN(Date.parse(updated)) && first.endsWith(` https://bokgi.example.org/documents/${made.document.id}`), read.stdout)
})

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
/** What RFC 4287 says must be, as the W3C's validator asks for it. */
function faults(feed) {
	const found = [], must = (what, ok) => { if (!ok) found.push(what) }
	for (const [name, x] of [['feed', feed], ...feed.entries.map((entry, i) => [`entry ${i}`, entry])]) {
		must(`${name}: id is an IRI`, /^[a-z][a-z0-9+.-]*:\S+$/i.test(x.id ?? ''))
		must(`${name}: title`, x.title?.value)
		must(`${name}: updated`, rfc3339.test(x.updated ?? ''))
		must(`${name}: links are addresses`, x.links?.every(link => URL.canParse(link.href)))
		must(`${name}: one alternate of a kind`, new Set(x.links?.filter(l => (l.rel ?? 'alternate') === 'alternate').map(l => `${l.type} ${l.hreflang}`)).size === x.links?.filter(l => (l.rel ?? 'alternate') === 'alternate').length)
	}
	must('feed: self', feed.links?.some(link => link.rel === 'self'))
	must('ids tell entries apart', new Set(feed.entries.map(x => x.id)).size === feed.entries.length)
	must('author', feed.authors?.length || feed.entries.every(x => x.authors?.length))
	must('an entry without content has an alternate', feed.entries.every(x => x.content || x.links?.some(l => (l.rel ?? 'alternate') === 'alternate')))
	return found
}

test('a second reader finds in the feed all that RFC 4287 asks for', async () => {
	const { body } = await get('/feeds/published.atom', { cookie: viewer.cookie })
	const feed = parseAtomFeed(body)
	assert.ok(feed.entries.length > 0)
	assert.deepEqual(faults(feed), [])
	assert.notDeepEqual(faults(parseAtomFeed(body.replace(/(<entry .*?)<updated>.*?<\/updated>/s, '$1'))), [], 'a missing date is found')
	const validator = process.env.BOKGI_FEEDVALIDATOR
	if (!validator) return
	const folder = mkdtempSync(join(tmpdir(), 'bokgi-feed-'))
	writeFileSync(join(folder, 'feed.atom'), body)
	const said = spawnSync('/usr/bin/python3', [`${validator}/demo.py`, `file://${folder}/feed.atom`, 'A'], { encoding: 'utf8', cwd: validator, env: { ...process.env, PYTHONPATH: validator } })
	rmSync(folder, { recursive: true })
	assert.match(said.stdout, /No errors/, said.stdout + said.stderr)
})

test('for whoever is logged in, and for nobody else', async () => {
	assert.equal((await get('/feeds/due.ics', { cookie: viewer.cookie })).status, 200)
	assert.equal((await get('/feeds/due.ics')).status, 401)
	assert.match((await get('/feeds/published.atom', { cookie: viewer.cookie })).body, /rel="self"/)
	for (const secret of ['bokgi-feed_AAAAAAAAAAAAAAAAAAAAAA', server.token]) assert.equal((await get(`/feeds/${secret}/due.ics`)).status, 404)
	assert.equal((await get('/api/v1/actions', { token: address.split('/')[2] })).body.code, 'token.reach')
})

test('an address that was revoked, or whose owner has left, is none; none is ever in the log', async () => {
	const made = (await server.ask('POST', '/api/v1/tokens', { name: 'other', role: 'viewer', use: 'feed' }, { cookie: viewer.cookie })).body
	assert.equal((await get(`/feeds/${made.token}/due.ics`)).status, 200)
	await server.ask('DELETE', `/api/v1/tokens/${made.id}`, undefined, { cookie: viewer.cookie })
	assert.equal((await get(`/feeds/${made.token}/due.ics`)).status, 404)
	await server.patch(`/api/v1/people/${viewer.person.id}`, { active: false })
	assert.equal((await get(`${address}/due.ics`)).status, 404)
	for (const secret of [made.token, address.split('/')[2]]) assert.ok(!server.log.includes(secret) && !(await get('/metrics')).body.includes(secret))
})
