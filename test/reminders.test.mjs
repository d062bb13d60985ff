// Reminders and the weekly mail as a mail server gets them: each once, through kill -9 and by two nodes, in the reader's language, and to nobody who may not see it.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { Mailbox } from './lib/mailbox.mjs'
import { ask, newDatabase, postgres } from './lib/postgres.mjs'
import { serve, serveWithAdmin, until } from './lib/server.mjs'

const args = box => ['--smtp', `smtp://127.0.0.1:${box.port}`, '--smtp-plain', '--mail-from', '복기 <bokgi@bokgi.example>', '--public-url', 'https://bokgi.example/', '--mail-retry', Array(20).fill('1s').join()]
const day = n => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10)
const to = (letters, login) => letters.filter(x => x.to[0][1] === `${login}@bokgi.example`)

/** A zone in which it is about noon now: nobody is reminded before eight in the morning. */
const hour = new Date().getUTCHours(), NOON = hour <= 12 ? `Etc/GMT-${12 - hour}`.replace('-0', '') : `Etc/GMT+${hour - 12}`

/* What comes round is due at once, and the weekly mail of a week ago was the last. */
const HURRY = `UPDATE job SET next_at = 0; UPDATE weekly SET sent_on = sent_on - 7`
function hurry(file) {
	const db = new DatabaseSync(file)
	db.exec(HURRY)
	db.close()
}

/* Kim owns what is overdue, Lee leads the service, Park sees nothing of what is restricted. */
async function story(s) {
	const person = (login, role, more) => s.person(role, login, { email: `${login}@bokgi.example`, zone: NOON, ...more })
	const kim = await person('kim', 'editor', { name: '김서연', lang: 'ko' }), lee = await person('lee', 'responder', { name: 'Lee', lang: 'en' }), park = await person('park', 'viewer', { name: 'Park', lang: 'en' })
	const team = await s.post('/api/v1/teams', { name: '결제팀', handle: 'pay' })
	await s.must('PUT', `/api/v1/teams/${team.id}/members/${kim.person.id}`)
	const service = await s.post('/api/v1/services', { name: 'pay-api', team: team.id, lead: lee.person.id })
	const it = await s.post('/api/v1/incidents', { title: '결제 승인이 느려졌다', services: [service.id] })
	const item = await s.post('/api/v1/actions', { title: '큐 길이에 경보를 건다 <b>', type: 'detect', priority: 'P1', owner: kim.person.id, due: day(-9), incident: it.id })
	const done = await s.post('/api/v1/actions', { title: '재시도를 줄인다', type: 'prevent', team: team.id })
	await s.post(`/api/v1/actions/${done.id}/close`, { evidence: 'https://ci.example/71' })
	const secret = await s.post('/api/v1/incidents', { title: 'Kept among few', restricted: true })
	await s.post('/api/v1/actions', { title: 'Hidden item', type: 'prevent', owner: park.person.id, due: day(-9), incident: secret.id })
	for (const [who, body] of [[kim, { teams: true }], [park, { organisation: true }]])
		await s.must('PUT', '/api/v1/me/weekly', { ...body, weekday: 1, hour: 0 }, { token: null, cookie: who.cookie })
	return { kim, lee, park, it, item }
}

async function check(box, told) {
	const letters = await box.read()
	for (const x of letters) {
		assert.deepEqual(x.defects, [])
		assert.deepEqual(x.types, ['text/plain', 'text/html'])
		assert.doesNotMatch(x.text + x.html + x.headers.subject, /Hidden item/)
	}
	const weekly = x => /조치 항목: |Action items this week/.test(x.headers.subject)
	const kim = to(letters, 'kim'), lee = to(letters, 'lee'), park = to(letters, 'park')
	const late = kim.filter(x => new RegExp(`${told.item.ref}의 기한이 지났어요`).test(x.text))
	assert.equal(late.length, 1, 'the highest rung alone')
	assert.equal(late[0].headers.subject, `[${told.item.ref}] ${told.item.title}`)
	assert.match(late[0].text, /직접 맡은 것의 기한이/)
	assert.equal(lee.filter(x => /which a team or service of yours answers for, is overdue/.test(x.text)).length, 1)
	const own = kim.filter(weekly), all = park.filter(weekly)
	assert.deepEqual([own.length, all.length, park.length], [1, 1, 1])
	assert.equal(own[0].headers.subject, '[결제팀] 이번 주 조치 항목: 열림 1건, 기한 지남 1건')
	assert.match(own[0].text, /이번 주에 마친 것과 그 근거/)
	assert.match(own[0].text, /재시도를 줄인다 · 결제팀: https:\/\/ci\.example\/71/)
	assert.match(own[0].html, /<table/)
	assert.match(own[0].html, /https:\/\/bokgi\.example\/actions\?q=ACT-/)
	assert.match(own[0].html, /경보를 건다 &lt;b&gt; · 김서연/)
	assert.equal(all[0].headers.subject, '[All teams] Action items this week: 1 open, 1 overdue')
	return letters.length
}

test('each rung and each weekly mail once, though the mail server says no and the process is killed', async t => {
	const box = await new Mailbox().open(), data = await mkdtemp(join(tmpdir(), 'bokgi-reminders-'))
	const options = { data, args: args(box) }
	let s = await serveWithAdmin(options)
	t.after(async () => { await s.stop(); await box.close(); await rm(data, { recursive: true }) })
	const { token } = s, told = await story(s)
	await until(() => box.letters.length === 2, 'kim hears of the incident and of the action item')
	await s.stop()
	box.letters.length = 0
	box.mood = 451
	for (let turn = 0; turn < 3; turn++) {
		if (turn < 2) hurry(join(data, 'bokgi.db'))
		const before = box.asked
		s = Object.assign(await serve(options), { token })
		if (turn === 0) await until(() => box.asked >= before + 4, 'reminders and weekly mails are tried')
		await s.kill()
		if (turn === 0) { const db = new DatabaseSync(join(data, 'bokgi.db')); db.exec('UPDATE weekly SET sent_on = sent_on + 7'); db.close() }
	}
	box.mood = 'ok'
	s = Object.assign(await serve(options), { token })
	await until(async () => (await s.get('/api/v1/deliveries')).items.every(x => x.state === 'sent'), 'everything is sent', 40000)
	await check(box, told)
	assert.deepEqual((await s.get('/api/v1/deliveries')).items.filter(x => x.kind === 'weekly').length, 2)
})

test('two nodes remind once', { skip: postgres ? false : 'BOKGI_TEST_POSTGRES is not set' }, async t => {
	const box = await new Mailbox().open(), database = newDatabase(), options = { database: database.url, args: args(box) }
	const first = await serveWithAdmin(options), nodes = [first]
	t.after(async () => { for (const node of nodes) await node.stop(); await box.close(); database.drop() })
	const told = await story(first)
	await until(() => box.letters.length === 2, 'kim hears of the incident and of the action item')
	await first.stop()
	box.letters.length = 0
	ask(database.url, HURRY)
	nodes.push(...await Promise.all([serve(options), serve(options)]))
	await until(() => box.letters.length >= 4, 'reminders and weekly mails are out', 40000)
	ask(database.url, 'UPDATE job SET next_at = 0')
	const third = Object.assign(await serve(options), { token: first.token })
	nodes.push(third)
	await until(() => Number(ask(database.url, "SELECT count(*) FROM job WHERE next_at > 0 AND name IN ('notice notice_climb', 'weekly weekly_make')")) === 2, 'the third node has looked')
	await until(async () => (await third.get('/api/v1/deliveries')).items.every(x => x.state === 'sent'), 'everything is sent')
	assert.equal(await check(box, told), 4)
})

test('what is published is heard by whoever asked for publications', async t => {
	const s = await serveWithAdmin()
	const stop = new AbortController(), heard = []
	t.after(() => { stop.abort(); return s.stop() })
	const reader = await s.person('viewer')
	const stream = await fetch(`${s.url}/api/v1/stream?topics=publications`, { headers: { cookie: reader.cookie, accept: 'text/event-stream' }, signal: stop.signal })
	assert.equal(stream.status, 200)
	const reading = (async () => { for await (const bytes of stream.body) heard.push(Buffer.from(bytes).toString()) })().catch(() => {})
	const author = await s.person('editor'), other = await s.person('editor'), as = who => ({ token: null, cookie: who.cookie })
	const text = '## Summary\n\nThe queue grew.\n'
	const doc = await s.post('/api/v1/documents', { title: 'A project', kind: 'retrospective', lang: 'en', template: 'none', text }, as(author))
	await s.post(`/api/v1/documents/${doc.id}/submit`, { reviewers: [other.person.id] }, as(author))
	for (const question of ['data', 'impact', 'causes', 'actions', 'shared']) await s.must('PUT', `/api/v1/documents/${doc.id}/review/questions/${question}`, { answer: 'yes' }, as(other))
	await s.post(`/api/v1/documents/${doc.id}/reviews`, { verdict: 'approve' }, as(other))
	const { blockers } = await s.get(`/api/v1/documents/${doc.id}/review`, as(other))
	for (const b of blockers) if (!b.waived) await s.post(`/api/v1/documents/${doc.id}/waivers`, { blocker: b.code, subject: b.subject, reason: 'a test' }, as(other))
	await s.post(`/api/v1/documents/${doc.id}/publish`, {}, as(other))
	await until(() => heard.join('').includes('"document.published"'), 'it is heard')
	assert.doesNotMatch(heard.join(''), /document\.created/)
	stop.abort()
	await reading
})
