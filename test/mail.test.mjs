// Mail as a mail server gets it and as another make of reader reads it: forms, threads, deltas, a server that is away, logins, two nodes.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Mailbox } from './lib/mailbox.mjs'
import { newDatabase, postgres } from './lib/postgres.mjs'
import { serve, serveWithAdmin, sleep, until } from './lib/server.mjs'

const args = (box, ...more) => ['--smtp', `smtp://127.0.0.1:${box.port}`, '--smtp-plain', '--mail-from', '복기 <bokgi@bokgi.example>', '--public-url', 'https://bokgi.example/', '--mail-retry', Array(20).fill('1s').join(), ...more]
const to = (letters, address) => letters.filter(x => x.to[0][1] === address)

async function people(s) {
	const kim = await s.person('editor', 'kim', { name: '김서연', email: 'kim@bokgi.example', lang: 'ko', zone: 'Asia/Seoul' })
	const lee = await s.person('responder', 'lee', { name: 'Lee, "M."', email: 'lee@bokgi.example', lang: 'en', zone: 'America/New_York' })
	return [kim, lee]
}

test('letters are well-formed, Korean, threaded, and say what has changed', async t => {
	const box = await new Mailbox().open()
	const s = await serveWithAdmin({ args: args(box, '--mail-domains', 'partner.example') })
	t.after(async () => { await s.stop(); await box.close() })
	const [kim, lee] = await people(s)
	const it = await s.post('/api/v1/incidents', { title: '카드 결제 승인이 느려지고 일부가 실패하는데 어디까지인지는 아직 모른다 😀' })
	await s.must('PUT', `/api/v1/incidents/${it.id}/roles`, { role: 'scribe', person: kim.person.id })
	await s.post(`/api/v1/incidents/${it.id}/timeline`, { text: '@김서연님 확인 부탁드려요. <b>x</b> *y* @lee' })
	await until(() => box.letters.length === 3, 'a role and two mentions are mailed')

	const doc = await s.post('/api/v1/documents', { title: '결제 승인 지연', kind: 'incident', lang: 'ko', incident: it.ref, text: `## 영향\n\n매출 손실: TBD(@kim, 2026-12-01)\n\n## 원인\n\nTBD(@lee): 캐시 만료 여부\n\n- [규칙](/incidents/${it.ref})\n\n.\n..\nFrom here on\n` })
	const first = await s.post(`/api/v1/documents/${doc.id}/mails`, { people: [kim.person.id, lee.person.id], addresses: 'partner@partner.example', note: '먼저 공유합니다' })
	assert.equal(first.number, 1)
	assert.equal(first.receivers.length, 3)
	await until(() => box.letters.length === 6, 'the first mail is out')
	await s.post(`/api/v1/incidents/${it.id}/timeline`, { text: '캐시를 다시 채웠다' })
	const at = doc.text.indexOf('TBD(@kim, 2026-12-01)')
	await s.post(`/api/v1/documents/${doc.id}/updates`, { client: 'a'.repeat(22), version: 0, updates: [{ seq: 1, changes: [at, [21, '하루치의 3 %'], doc.text.length - at - 21] }] }, { key: null })
	await s.post('/api/v1/actions', { title: '캐시를 미리 채운다', type: 'prevent', document: doc.id })
	const second = await s.post(`/api/v1/documents/${doc.id}/mails`, { people: [kim.person.id, lee.person.id] })
	assert.equal(second.number, 2)
	await until(() => box.letters.length === 8, 'the second mail is out')

	const letters = await box.read()
	for (const x of letters) {
		assert.deepEqual(x.defects, [])
		assert.equal(x.bare, 0)
		assert.ok(x.ascii && x.longest <= 78, `${x.longest}`)
		assert.deepEqual(x.types, ['text/plain', 'text/html'])
		assert.deepEqual(x.from, [['복기', 'bokgi@bokgi.example']])
		assert.equal(x.headers['auto-submitted'], 'auto-generated')
		for (const name of ['message-id', 'date', 'subject', 'list-id', 'list-unsubscribe', 'references', 'in-reply-to']) assert.equal(x.names.filter(n => n === name).length, 1, name)
		assert.match(x.headers.references, new RegExp(`^<incident-${it.id}@bokgi\\.example>`))
		assert.doesNotMatch(x.html, /href="\//)
	}
	assert.equal(new Set(letters.map(x => x.headers['message-id'])).size, 8)
	const k = to(letters, 'kim@bokgi.example'), l = to(letters, 'lee@bokgi.example')
	assert.equal(k[0].to[0][0], '김서연')
	assert.equal(l[0].to[0][0], 'Lee, "M."')
	assert.match(k[0].date, /\+09:00$/)
	assert.match(l[0].date, /-0[45]:00$/)
	const mention = k.find(x => /나를 언급했어요/.test(x.text))
	assert.equal(mention.headers.subject, `[${it.ref}] ${it.title}`)
	assert.match(mention.text, /@김서연님 확인 부탁드려요\. <b>x<\/b> \*y\*/)
	assert.match(mention.html, /&lt;b&gt;x/)
	assert.match(mention.text, new RegExp(`https://bokgi\\.example/incidents/${it.ref}`))
	assert.match(mention.text, /우리 팀이 언급되어 알려 드립니다/)

	const [one, two] = k.filter(x => /메일\)$/.test(x.headers.subject))
	assert.equal(one.headers.subject, `[${doc.ref}] 결제 승인 지연 (1차 메일)`)
	assert.match(one.text, /먼저 공유합니다/)
	assert.match(one.text, /\| 매출 손실 \| @kim \| 2026년 12월 1일/)
	assert.match(one.text, /\n\.\n\.\.\nFrom here on\n/)
	assert.equal(two.headers['in-reply-to'], one.headers['message-id'])
	assert.match(two.text, /1차 메일 이후 바뀐 것/)
	assert.match(two.text, /\*\*알아냄\*\*: 매출 손실/)
	assert.match(two.text, /하루치의 3 %/)
	assert.match(two.text, /캐시를 다시 채웠다/)
	assert.match(two.text, /캐시를 미리 채운다/)
	assert.doesNotMatch(two.text, /\*\*바뀜\*\*: 원인/)
	assert.match(l.at(-1).headers.subject, /\(mail #2\)$/)
	const outside = to(letters, 'partner@partner.example')
	assert.equal(outside.length, 1)
	assert.equal((await s.ask('POST', `/api/v1/documents/${doc.id}/mails`, { addresses: 'x@elsewhere.example' })).status, 422)
	const { items } = await s.get(`/api/v1/documents/${doc.id}/mails`)
	assert.deepEqual(items.map(m => [m.number, m.text_version, m.receivers.length]), [[2, 1, 2], [1, 0, 3]])
})

test('a mail server that is away, then refuses, then takes: each letter once, through kill -9', async t => {
	const box = await new Mailbox().open()
	const data = await mkdtemp(join(tmpdir(), 'bokgi-mail-'))
	const options = { data, args: args(box) }
	await box.close()
	let s = await serveWithAdmin(options)
	t.after(async () => { await s.stop(); await box.close(); await rm(data, { recursive: true }) })
	const [kim, lee] = await people(s)
	const it = await s.post('/api/v1/incidents', { title: 'Payments slow' })
	for (let i = 0; i < 6; i++) await s.post(`/api/v1/incidents/${it.id}/timeline`, { text: `@kim and @lee, number ${i}` })
	const tried = async n => (await s.get('/api/v1/deliveries')).items.filter(x => x.attempts >= n).length
	await until(async () => (await tried(1)) === 12, 'all were tried with the port closed')
	await s.kill()
	const { token } = s
	const again = async () => { s = Object.assign(await serve(options), { token }) }
	await again()
	await until(async () => (await tried(2)) >= 6, 'the ladder goes on after kill -9')
	assert.equal(box.letters.length, 0)
	box.mood = 451
	await box.open(box.port)
	const before = box.asked
	await until(() => box.asked > before + 12, 'the server has said 451 to all')
	await s.kill()
	await again()
	assert.equal(box.letters.length, 0)
	box.mood = address => address.startsWith('lee') ? 550 : 'ok'
	await until(async () => (await s.get('/api/v1/deliveries')).items.every(x => x.state === 'sent' || x.state === 'failed'), 'everything is settled', 40000)
	await sleep(1500)
	const letters = await box.read()
	assert.equal(letters.length, 6)
	assert.equal(new Set(letters.map(x => x.headers['message-id'])).size, 6)
	const { items } = await s.get('/api/v1/deliveries?state=failed')
	assert.equal(items.length, 6)
	assert.match(items[0].trouble, /550/)
	box.mood = 'ok'
	await s.post(`/api/v1/deliveries/${items[0].id}/retry`)
	await until(() => box.letters.length === 7, 'what was refused is sent when asked')
	assert.equal((await s.get(`/api/v1/people/${kim.person.id}`)).email, 'kim@bokgi.example')
	assert.equal(lee.person.login, 'lee')
})

test('a login only over TLS that is trusted; the password is nowhere to be read', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'bokgi-tls-'))
	const secret = 'hush-hush-5729'
	execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem'), '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' })
	const [key, cert] = await Promise.all(['key.pem', 'cert.pem'].map(f => readFile(join(folder, f))))
	await writeFile(join(folder, 'password'), `${secret}\n`)
	const box = await new Mailbox({ key, cert, disabledCommands: [], authOptional: false, user: 'mailer', password: secret }).open()
	const settings = (...more) => ['--smtp', `smtp://mailer@localhost:${box.port}`, '--smtp-password-file', join(folder, 'password'), '--mail-from', 'bokgi@bokgi.example', '--public-url', 'https://bokgi.example', '--mail-retry', '1s,1s', ...more]
	const send = async s => {
		await s.person('editor', 'kim', { email: 'kim@bokgi.example' })
		const it = await s.post('/api/v1/incidents', { title: 'x' })
		await s.post(`/api/v1/incidents/${it.id}/timeline`, { text: '@kim' })
	}
	const wary = await serveWithAdmin({ args: settings() })
	await send(wary)
	await until(async () => (await wary.get('/api/v1/deliveries')).items[0]?.state === 'failed', 'an unknown certificate is not talked to')
	assert.equal(box.logins, undefined)
	const s = await serveWithAdmin({ args: settings('--smtp-ca', join(folder, 'cert.pem')) })
	t.after(async () => { await wary.stop(); await s.stop(); await box.close(); await rm(folder, { recursive: true }) })
	await send(s)
	await until(() => box.letters.length === 1, 'a trusted one is')
	assert.equal(box.letters[0].secure, true)
	assert.equal(box.letters[0].user, 'mailer')
	const shown = JSON.stringify([await s.get('/api/v1/mail'), await s.get('/api/v1/deliveries'), await wary.get('/api/v1/deliveries'), s.log, wary.log]) + (await readFile(`/proc/${s.child.pid}/cmdline`, 'utf8'))
	assert.doesNotMatch(shown, new RegExp(secret))
	assert.equal((await s.get('/api/v1/mail')).server, `smtp://localhost:${box.port}`)
})

test('an invitation brings a link whose secret is in no file', async t => {
	const box = await new Mailbox().open()
	box.mood = 451
	const s = await serveWithAdmin({ args: args(box) })
	t.after(async () => { await s.stop(); await box.close() })
	const p = await s.post('/api/v1/people', { login: 'park', name: '박지호', email: 'park@bokgi.example', role: 'editor', lang: 'ko' })
	await s.post(`/api/v1/people/${p.id}/invite`, { by: 'mail' })
	await until(() => box.asked >= 2, 'it was tried twice')
	box.mood = 'ok'
	await until(() => box.letters.length === 1, 'it arrives')
	const [letter] = await box.read()
	const secret = /https:\/\/bokgi\.example\/join#([\w-]{22})/.exec(letter.text)[1]
	for (const file of await readdir(s.data)) {
		if (file.startsWith('bokgi.db')) assert.equal((await readFile(join(s.data, file))).includes(secret), false, file)
	}
	assert.equal((await s.ask('POST', '/api/v1/join', { secret, password: 'correct horse' }, { token: null })).status, 200)
	assert.equal((await s.ask('POST', '/api/v1/join', { secret, password: 'another horse' }, { token: null })).status, 403)
})

test('two nodes send each letter once', { skip: postgres ? false : 'BOKGI_TEST_POSTGRES is not set' }, async t => {
	const box = await new Mailbox().open()
	const database = newDatabase()
	const nodes = [await serveWithAdmin({ database: database.url, args: args(box) })]
	nodes.push(Object.assign(await serve({ database: database.url, args: args(box) }), { token: nodes[0].token }))
	t.after(async () => { for (const node of nodes) await node.stop(); await box.close(); database.drop() })
	await people(nodes[0])
	const it = await nodes[0].post('/api/v1/incidents', { title: 'Payments slow' })
	await Promise.all(Array.from({ length: 30 }, (_, i) => nodes[i % 2].post(`/api/v1/incidents/${it.id}/timeline`, { text: `@kim and @lee, number ${i}` })))
	await until(() => box.letters.length >= 60, 'all are out', 30000)
	await sleep(1500)
	const letters = await box.read()
	assert.equal(letters.length, 60)
	assert.equal(new Set(letters.map(x => x.headers['message-id'])).size, 60)
})
