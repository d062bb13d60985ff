// What api/openapi.json says is what the server does: two linters read it, and a proxy holds every request and answer of a whole scenario against it.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { bokgi } from './lib/command.mjs'
import { serve } from './lib/server.mjs'
import { answers, run, tool } from './lib/tool.mjs'

const FILE = 'api/openapi.json'
const ROUNDS = 2
let s, proxy, document, secret
before(async () => {
	document = JSON.parse(await readFile(FILE, 'utf8'))
	s = await serve({ args: ['--smtp', 'smtp://127.0.0.1:1', '--smtp-plain', '--mail-from', 'bokgi@bokgi.example', '--public-url', 'https://bokgi.example', '--mail-retry', '1d'] })
	secret = s.secret
	await s.setUp()
	proxy = await tool('prism', port => ['proxy', FILE, s.url, '-p', String(port), '-h', '127.0.0.1', '-v', 'error'], answers('/api/v1/me'))
})
after(async () => {
	await proxy?.stop()
	const { code } = await s.stop()
	assert.equal(code, 0, s.log)
})

test('the checked-in document is what the program prints', async () => {
	const { code, out } = await bokgi(['openapi'])
	assert.equal(code, 0)
	assert.ok(out === await readFile(FILE, 'utf8'), `${FILE} is out of date: build/bokgi openapi >${FILE}`)
	const served = await s.get('/api/v1/openapi.json')
	assert.deepEqual(served.paths, document.paths)
	assert.deepEqual(served.components, document.components)
})

test('redocly finds nothing', async () => {
	const { code, out } = await run('redocly', ['lint', '--config', 'api/redocly.yaml', FILE], { env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } })
	assert.equal(code, 0, out)
	assert.doesNotMatch(out, /\b[1-9]\d* (error|warning)/, out)
})

test('spectral finds nothing', async () => {
	const { code, out } = await run('spectral', ['lint', '--ruleset', 'api/spectral.yaml', '--fail-severity', 'warn', FILE])
	assert.equal(code, 0, out)
})

test('promtool reads the metrics without a complaint', async () => {
	const metrics = await (await fetch(`${s.url}/metrics`)).text()
	assert.match(metrics, /^# TYPE /m)
	const { code, out } = await run('promtool', ['check', 'metrics'], { input: metrics })
	assert.equal(code, 0, out)
	assert.equal(out.trim(), '')
})

/* ---- the scenario, through the proxy ---- */

const alertmanager = status => ({
	version: '4', groupKey: '{}:{alertname="Errors"}', status, receiver: 'bokgi', groupLabels: { alertname: 'Errors' }, commonLabels: {}, commonAnnotations: {}, externalURL: 'http://127.0.0.1:9093', truncatedAlerts: 0,
	alerts: [{ status, labels: { alertname: 'Errors', severity: 'critical' }, annotations: { summary: '오류가 늘어난다' }, startsAt: '2026-11-22T05:00:00Z',
		endsAt: status === 'resolved' ? '2026-11-22T06:00:00Z' : '0001-01-01T00:00:00Z', generatorURL: 'http://127.0.0.1:9090/graph', fingerprint: 'a1b2c3d4e5f60718' }],
})
const minutesAgo = n => new Date(Date.now() - n * 60_000).toISOString()

/** With the first of a list that is there by now; what is told or sent by itself may not be yet. */
const first = (list, call, fit = () => true) => seen => { const found = seen[list].items.find(fit); return { ...call, path: { id: found?.id ?? 4711 }, ...found ? {} : { status: 404 } } }
/** operation → its calls in their order: (what came before, the round) → {path members, query, body, status, as}; status: what is expected instead of the row's own. */
const calls = [
	['me.get', () => ({})],
	['me.get', () => ({ as: 'nobody' })],
	['me.change', () => ({ body: { theme: 'dark', zone: 'Asia/Seoul' }, match: '*', as: 'browser' })],
	['setup.run', () => ({ body: { secret, login: 'late', name: 'Late', password: 'correct horse' }, status: 4, as: 'nobody' })],
	['session.login', () => ({ body: { login: 'admin', password: 'correct horse' }, as: 'nobody' })],
	['session.login', () => ({ body: { login: 'admin', password: 'wrong' }, status: 4, as: 'nobody' })],
	['session.list', () => ({ as: 'browser' })],
	['session.end', ({ 'session.list': all }) => ({ path: { id: all.items.find(({ current }) => !current).id }, as: 'browser' })],
	['token.create', (_, n) => ({ body: { name: `program ${n}`, role: 'viewer', expires: '2040-01-01T00:00:00Z' } })],
	['token.list', () => ({})],
	['token.delete', ({ 'token.create': made }) => ({ path: { id: made.id } })],
	['user.create', (_, n) => ({ body: { login: `kim${n}`, name: '김서연', email: `kim${n}@example.com`, role: 'editor', password: 'correct horse', lang: 'ko' } })],
	['user.create', () => ({ body: { login: 'admin', name: 'x', role: 'viewer' }, status: 409 })],
	['user.list', () => ({ query: { q: '김', limit: 2 } })],
	['user.get', ({ 'user.create': kim }) => ({ path: { id: kim.id } })],
	['user.change', ({ 'user.create': kim }) => ({ path: { id: kim.id }, body: { name: '김서현' }, match: '*' })],
	['team.create', (_, n) => ({ body: { name: `결제 ${n}`, handle: `payments-${n}` } })],
	['team.join', ({ 'team.create': team, 'user.create': kim }) => ({ path: { id: team.id, person: kim.id } })],
	['team.get', ({ 'team.create': team }) => ({ path: { id: team.id } })],
	['team.list', () => ({})],
	['team.change', ({ 'team.create': team }, n) => ({ path: { id: team.id }, body: { name: `결제팀 ${n}` }, match: '*' })],
	['team.leave', ({ 'team.create': team, 'user.create': kim }) => ({ path: { id: team.id, person: kim.id } })],
	['service.create', ({ 'team.create': team }, n) => ({ body: { name: `payments ${n}`, description: 'takes money', team: team.id, depends_on: [] } })],
	['service.get', ({ 'service.create': made }) => ({ path: { id: made.id } })],
	['service.list', () => ({})],
	['service.change', ({ 'service.create': made }) => ({ path: { id: made.id }, body: { description: '결제를 받는다' }, match: '*' })],

	['incident.declare', ({ 'service.create': service }) => ({ body: { title: '결제가 실패한다', severity: 'SEV2', services: [service.id], zone: 'Asia/Seoul', started_at: minutesAgo(60) } })],
	['incident.declare', () => ({ body: { title: '' }, status: 422 })],
	['incident.get', ({ 'incident.declare': it }) => ({ path: { id: it.ref } })],
	['incident.get', () => ({ path: { id: 'INC-4711' }, status: 404 })],
	['incident.list', () => ({ query: { state: 'all', severity: 'SEV2', limit: 1 } })],
	['incident.list', ({ 'incident.list': page }) => ({ query: page.next ? { state: 'all', after: page.next } : {} })],
	['incident.acknowledge', ({ 'incident.declare': it }) => ({ path: { id: it.id } })],
	['incident.change', ({ 'incident.declare': it }) => ({ path: { id: it.id }, body: { severity: 'SEV1', severity_reason: '모두가 겪는다', exit_criterion: 'errors below 1 %', exit_minutes: 0 }, match: '*' })],
	['incident.change', ({ 'incident.declare': it }) => ({ path: { id: it.id }, body: { title: 'x' }, match: '"1"', status: 412 })],
	['role.assign', ({ 'incident.declare': it, 'user.create': kim }) => ({ path: { id: it.id }, body: { role: 'commander', person: kim.id, handed_over: 'all' } })],
	['when.read', () => ({ body: { text: '10분 전 롤백', zone: 'Asia/Seoul' } })],
	['when.read', () => ({ body: { text: 'nothing here' } })],
	['timeline.add', ({ 'incident.declare': it }) => ({ path: { id: it.ref }, body: { text: '10 min ago rolled back', knew: 'errors', decided: 'roll back', because: 'new release', key: true, evidence: [{ url: 'https://ci.example/7', title: '배포' }] } })],
	['timeline.add', ({ 'incident.declare': it }) => ({ path: { id: it.ref }, body: { text: '되돌렸다 @admin', at: minutesAgo(5), precision: 'about' } })],
	['timeline.change', ({ 'timeline.add': entry }) => ({ path: { id: entry.id }, body: { text: '되돌림' }, match: '*' })],
	['timeline.history', ({ 'timeline.add': entry }) => ({ path: { id: entry.id } })],
	['timeline.strike', ({ 'timeline.add': entry }) => ({ path: { id: entry.id } })],
	['timeline.list', ({ 'incident.declare': it }) => ({ path: { id: it.id }, query: { limit: 3 } })],
	['update.add', ({ 'incident.declare': it }) => ({ path: { id: it.id }, body: { text: 'rolling back', next_update_in_minutes: 30 } })],
	['mitigation.add', ({ 'incident.declare': it }) => ({ path: { id: it.id }, body: { kind: 'rollback', text: '7 → 6', quantity: '12 pods', started_at: minutesAgo(9) } })],
	['mitigation.change', ({ 'mitigation.add': it }) => ({ path: { id: it.id }, body: { result: 'worked', ended_at: minutesAgo(4) }, match: '*' })],
	['incident.restrict', ({ 'incident.declare': it, 'user.create': kim }) => ({ path: { id: it.id }, body: { restricted: true, members: [kim.id] } })],
	['incident.restrict', ({ 'incident.declare': it }) => ({ path: { id: it.id }, body: { restricted: false } })],
	['incident.mitigate', ({ 'incident.declare': it }) => ({ path: { id: it.id }, body: { text: 'errors are gone' } })],
	['milestone.set', ({ 'incident.declare': it }) => ({ path: { id: it.id }, body: { kind: 'outage_ends', at: minutesAgo(0) } })],
	['incident.resolve', ({ 'incident.declare': it }) => ({ path: { id: it.id }, body: { reason: '오류가 멎었다' } })],
	['incident.reopen', ({ 'incident.declare': it }) => ({ path: { id: it.id }, body: { reason: 'it came back' } })],
	['incident.resolve', ({ 'incident.declare': it }) => ({ path: { id: it.id }, body: { reason: 'gone' } })],

	['document.create', ({ 'incident.declare': it }) => ({ body: { title: '결제 장애', kind: 'incident', incident: it.id } })],
	['document.create', () => ({ body: { title: 'The new till', kind: 'project', template: 'none', lang: 'en' } })],
	['document.get', ({ 'document.create': doc }) => ({ path: { id: doc.ref } })],
	['document.list', () => ({ query: { state: 'draft' } })],
	['document.push', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { client: randomBytes(16).toString('base64url'), version: doc.text_version, updates: [{ seq: 1, changes: [...doc.text ? [doc.text.length] : [], [0, '# 사실', 'The facts.']] }] } })],
	['document.updates', ({ 'document.create': doc }) => ({ path: { id: doc.id }, query: { since: doc.text_version } })],
	['document.presence', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { client: randomBytes(16).toString('base64url'), from: 0, to: 1 } })],
	['document.change', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { title: '결제 장애, 11월' }, match: '*' })],
	['document.json', ({ 'document.create': doc }) => ({ path: { id: doc.ref } })],
	['document.markdown', ({ 'document.create': doc }) => ({ path: { id: doc.ref } })],
	['document.html', ({ 'document.create': doc }) => ({ path: { id: doc.ref } })],
	['image.add', ({ 'document.create': doc }) => ({ path: { id: doc.ref }, query: { name: '그림.png' }, raw: readFileSync('test/image/plain.png') })],
	['image.add', ({ 'document.create': doc }) => ({ path: { id: doc.ref }, raw: readFileSync('test/image/broken.png'), status: 422 })],
	['image.list', ({ 'document.create': doc }) => ({ path: { id: doc.ref } })],
	['image.get', ({ 'document.create': doc, 'image.add': made }) => ({ path: { id: doc.ref, file: made.link.split('/').pop() } })],
	['document.publish', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: {}, status: 409 })],
	['document.submit', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { reviewers: [] }, status: 422 })],
	['document.submit', ({ 'document.create': doc, 'me.change': me }) => ({ path: { id: doc.id }, body: { reviewers: [(me.account ?? me).id], due: '2031-01-31', needed: 1, note: '보아 주세요' } })],
	['review.ask', ({ 'document.create': doc, 'user.create': kim }) => ({ path: { id: doc.id }, body: { person: kim.id } })],
	['review.unask', ({ 'document.create': doc, 'user.create': kim }) => ({ path: { id: doc.id, person: kim.id } })],
	['review.queue', () => ({ query: { mine: true }, as: 'browser' })],
	['review.queue', () => ({ query: { limit: 1 } })],
	['comment.start', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { text: 'never mind', held: true }, as: 'browser' })],
	['comment.drop', ({ 'document.create': doc, 'comment.start': it }) => ({ path: { id: doc.id, comment: it.id }, as: 'browser' })],
	['comment.start', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { text: '어느 것인가요?', from: 2, to: 4 }, as: 'browser' })],
	['comment.reply', ({ 'document.create': doc, 'comment.start': it }) => ({ path: { id: doc.id, comment: it.id }, body: { text: '둘 다' }, as: 'browser' })],
	['comment.edit_reply', ({ 'document.create': doc, 'comment.start': it, 'comment.reply': { replies } }) => ({ path: { id: doc.id, comment: it.id, reply: replies[0].id }, body: { text: '둘째' }, as: 'browser' })],
	['comment.make', ({ 'document.create': doc, 'comment.start': it }) => ({ path: { id: doc.id, comment: it.id }, body: { make: { kind: 'action' } }, as: 'browser' })],
	['comment.sources', ({ 'comment.make': { made } }) => ({ query: { kind: 'action', record: made[0].record } })],
	['comment.list', ({ 'document.create': doc }) => ({ path: { id: doc.ref } })],
	['comment.drop_reply', ({ 'document.create': doc, 'comment.start': it, 'comment.reply': { replies } }) => ({ path: { id: doc.id, comment: it.id, reply: replies[0].id }, as: 'browser' })],
	['comment.start', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { changes: [5, [3, 'These'], 7] }, as: 'browser' })],
	['suggestion.reject', ({ 'document.create': doc, 'comment.start': it }) => ({ path: { id: doc.id, comment: it.id }, body: { words: '그대로가 낫다' }, as: 'browser' })],
	['comment.start', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { changes: [15, [0, '!']], text: '힘주어' }, as: 'browser' })],
	['suggestion.accept', ({ 'document.create': doc, 'comment.start': it }) => ({ path: { id: doc.id, comment: it.id }, as: 'browser' })],
	['suggestion.accept_all', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: {}, as: 'browser' })],
	['history.list', ({ 'document.create': doc }) => ({ path: { id: doc.ref }, query: { limit: 2 } })],
	['history.get', ({ 'document.create': doc }) => ({ path: { id: doc.id, version: 1 }, query: { authors: true } })],
	['history.diff', ({ 'document.create': doc }) => ({ path: { id: doc.id, version: 1 }, query: { from: 0 } })],
	['history.log', ({ 'document.create': doc }) => ({ path: { id: doc.id }, query: { after: 0, limit: 5 } })],
	['history.name', ({ 'document.create': doc }, round) => ({ path: { id: doc.id, version: 1 }, body: { name: `검토 전 ${round}` } })],
	['history.restore', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { version: 0 } })],
	['history.versions', ({ 'document.create': doc }) => ({ path: { id: doc.id } })],
	['history.unname', ({ 'document.create': doc }) => ({ path: { id: doc.id, version: 1 } })],
	['history.get', ({ 'document.create': doc }) => ({ path: { id: doc.id, version: 999 }, status: 404 })],
	['comment.start', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { text: '몇 건인가요?', section: '사실', quote: 'The facts.', must_fix: true, held: true }, as: 'browser' })],
	['comment.edit', ({ 'document.create': doc, 'comment.start': it }) => ({ path: { id: doc.id, comment: it.id }, body: { text: '몇 건이었나요?' }, as: 'browser' })],
	['review.give', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { verdict: 'approve' }, status: 403 })],
	['review.give', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { verdict: 'changes' }, as: 'browser' })],
	['comment.resolve', ({ 'document.create': doc, 'comment.start': it }) => ({ path: { id: doc.id, comment: it.id }, body: { resolution: 'done' } })],
	['comment.reopen', ({ 'document.create': doc, 'comment.start': it }) => ({ path: { id: doc.id, comment: it.id } })],
	['comment.resolve', ({ 'document.create': doc, 'comment.start': it }) => ({ path: { id: doc.id, comment: it.id }, body: { resolution: 'deferred', words: '다음에' } })],
	['document.submit', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: {} })],
	['review.answer', ({ 'document.create': doc }) => ({ path: { id: doc.id, question: 'data' }, body: { answer: 'yes' }, as: 'browser' })],
	['review.answer', ({ 'document.create': doc }) => ({ path: { id: doc.id, question: 'impact' }, body: { answer: 'yes' }, as: 'browser' })],
	['review.answer', ({ 'document.create': doc }) => ({ path: { id: doc.id, question: 'causes' }, body: { answer: 'yes' }, as: 'browser' })],
	['review.answer', ({ 'document.create': doc }) => ({ path: { id: doc.id, question: 'actions' }, body: { answer: 'yes' }, as: 'browser' })],
	['review.answer', ({ 'document.create': doc }) => ({ path: { id: doc.id, question: 'shared' }, body: { answer: 'yes' }, as: 'browser' })],
	['review.answer', ({ 'document.create': doc }) => ({ path: { id: doc.id, question: 'impact' }, body: { answer: 'no' }, status: 422, as: 'browser' })],
	['review.give', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { verdict: 'approve', words: 'good' }, as: 'browser' })],
	['document.publish', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: {}, status: 409 })],
	['review.waive', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { blocker: 'actions', subject: 'none', reason: '할 일이 없다' }, as: 'browser' })],
	['review.unwaive', ({ 'document.create': doc, 'review.waive': it }) => ({ path: { id: doc.id, waiver: it.waivers[0].id } })],
	['review.waive', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { blocker: 'actions', subject: 'none', reason: '할 일이 없다' }, as: 'browser' })],
	['review.get', ({ 'document.create': doc }) => ({ path: { id: doc.ref } })],
	['document.publish', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { note: '처음' } })],
	['publication.list', () => ({})],
	['publication.list', ({ 'document.create': doc }) => ({ query: { document: doc.ref, limit: 1 } })],
	['publication.get', ({ 'document.create': doc }) => ({ path: { id: doc.id, version: 1 } })],
	['publication.get', ({ 'document.create': doc }) => ({ path: { id: doc.id, version: 7 }, status: 404 })],
	['publication.html', ({ 'document.create': doc }) => ({ path: { id: doc.ref, version: 1 } })],
	['publication.markdown', ({ 'document.create': doc }) => ({ path: { id: doc.ref, version: 1 } })],
	['publication.json', ({ 'document.create': doc }) => ({ path: { id: doc.ref, version: 1 } })],
	['document.archive', ({ 'document.create': doc }) => ({ path: { id: doc.id } })],
	['document.reopen', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { reason: '새로 알게 된 것' } })],
	['document.submit', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: {} })],
	['document.withdraw', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: {} })],
	['template.list', () => ({})],
	['template.create', (_, n) => ({ body: { name: `own-${n}`, title: 'Our own', kind: 'project', lang: 'en', text: '## Goal\n\nTBD(@kim1 by Fri): the goal\n' } })],
	['template.get', ({ 'template.create': it }) => ({ path: { name: it.name } })],
	['template.change', ({ 'template.create': it }) => ({ path: { name: it.name }, body: { title: '우리 것' }, match: '*' })],
	['factor.list', () => ({})],
	['factor.create', (_, n) => ({ body: { code: `batch-${n}`, name_en: 'Batch', name_ko: '배치' } })],
	['factor.change', ({ 'factor.create': it }) => ({ path: { code: it.code }, body: { name_ko: '배치 작업' }, match: '*' })],
	['factor.merge', ({ 'factor.create': it }) => ({ path: { code: it.code }, body: { into: it.code }, status: 422 })],
	['factor.merge', ({ 'factor.create': it }) => ({ path: { code: it.code }, body: { into: 'capacity' } })],
	['creed.get', () => ({})],
	['creed.change', ({ 'creed.get': it }) => ({ body: { en: 'We learn.', ko: '배운다.', version: it.version } })],
	['document.import', (_, n) => ({ body: { name: `old-${n}.md`, text: `# 2024-03-0${n} Queue stalled\n\n## Timeline\n\n- 10:00 UTC: it stalled\n` } })],
	...Object.entries({
		cause: { kind: 'latent', text: '여유가 없었다', factor: null }, impact: { metric: '주문', value: 0.5, unit: '만 건', estimated: true, method: null }, lesson: { list: 'lucky', text: '밤이었다' },
		window: { begins_at: '2026-11-22T05:00:00Z', ends_at: null, what: '느렸다' },
	}).flatMap(([noun, body]) => [
		[`${noun}.add`, ({ 'document.create': doc }) => ({ path: { id: doc.id }, body })],
		[`${noun}.change`, ({ 'document.create': doc, [`${noun}.add`]: it }) => ({ path: { id: doc.id, [noun]: it.id }, body: noun === 'impact' ? { unit: 'k' } : noun === 'window' ? { what: 'slow' } : { text: 'as said' }, match: '*' })],
		...noun === 'window' ? [] : [[`${noun}.order`, ({ 'document.create': doc, [`${noun}.add`]: it }) => ({ path: { id: doc.id }, body: { ids: [it.id] } })]],
		...noun === 'lesson' ? [['lesson.act', ({ 'document.create': doc, 'lesson.add': it }) => ({ path: { id: doc.id, lesson: it.id }, body: {} })]] : [],
		['document.get', ({ 'document.create': doc }) => ({ path: { id: doc.id } })],
		[`${noun}.remove`, ({ 'document.create': doc, [`${noun}.add`]: it }) => ({ path: { id: doc.id, [noun]: it.id } })],
	]),
	['document.create', ({ 'incident.declare': it }) => ({ body: { title: '두 번째 문서', kind: 'incident', incident: it.id } })],
	['document.sections', ({ 'document.create': doc }) => ({ path: { id: doc.id } })],
	['section.remove', ({ 'document.create': doc }) => ({ path: { id: doc.id, section: 'detection' }, body: { reason: '따로 없다' } })],
	['section.restore', ({ 'document.create': doc }) => ({ path: { id: doc.id, section: 'detection' } })],
	['tbd.list', ({ 'document.create': doc }) => ({ query: { document: doc.ref, limit: 2 } })],
	['document.unlink', ({ 'document.create': doc, 'incident.declare': it }) => ({ path: { id: doc.id, incident: it.id } })],
	['document.link', ({ 'document.create': doc, 'incident.declare': it }) => ({ path: { id: doc.id }, body: { incident: it.ref } })],
	['document.create', () => ({ body: { title: '떠나며', kind: 'departure' }, as: 'browser' })],
	['document.consent', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { agreed: true, words: '이름은 빼고' }, as: 'browser' })],
	['document.audience', ({ 'document.create': doc, 'user.create': kim }) => ({ path: { id: doc.id }, body: { people: [kim.id] }, as: 'browser' })],
	['document.create', ({ 'incident.declare': it }) => ({ body: { title: '세 번째 문서', kind: 'incident', incident: it.id } })],

	['action.create', ({ 'incident.declare': it, 'user.create': kim }) => ({ body: { title: 'Test before release', type: 'prevent', priority: 'P1', incident: it.ref, owner: kim.id, due: '2030-01-31' } })],
	['action.get', ({ 'action.create': it }) => ({ path: { id: it.ref } })],
	['action.list', ({ 'incident.declare': it }) => ({ query: { state: 'open', incident: it.ref } })],
	['action.change', ({ 'action.create': it }) => ({ path: { id: it.id }, body: { due: null, tracker: 'https://tracker.example/7' }, match: '*' })],
	['action.bulk', ({ 'action.create': it, 'user.create': kim }) => ({ body: { ids: [it.id, 4711], owner: kim.id, due: '2030-02-28', priority: 'P0', horizon: 'long', team: null, state: 'doing' } })],
	['action.bulk', ({ 'action.create': it }) => ({ body: { ids: [it.id], state: 'done' }, status: 422 })],
	['action.close', ({ 'action.create': it }) => ({ path: { id: it.id }, body: {}, status: 422 })],
	['action.close', ({ 'action.create': it }) => ({ path: { id: it.id }, body: { evidence: 'https://ci.example/8' } })],
	['action.check', ({ 'action.create': it }) => ({ path: { id: it.id }, body: { held: true, note: 'quiet since' } })],
	['action.csv', () => ({ query: { q: 'type:prevent state:all' } })],
	['action.reopen', ({ 'action.create': it }) => ({ path: { id: it.id }, body: { reason: 'not done' } })],
	['action.drop', ({ 'action.create': it }) => ({ path: { id: it.id }, body: { reason: 'not needed' } })],
	['incident.close', ({ 'incident.declare': it }) => ({ path: { id: it.id }, body: { reason: 'all is done' } })],

	['policy.get', () => ({})],
	['policy.set', () => ({ body: { note: 'ten minutes are long', down_minutes: 10 } })],
	['policy.tighten', ({ 'team.create': team }) => ({ path: { id: team.id }, body: { note: 'payments cannot wait', down_minutes: 5 } })],
	['policy.versions', () => ({})],
	['policy.verdict', ({ 'incident.declare': it }) => ({ path: { id: it.ref } })],
	['policy.request', ({ 'incident.declare': it }) => ({ path: { id: it.id }, body: { reason: 'customers asked' } })],
	['policy.waive', ({ 'incident.declare': it }) => ({ path: { id: it.id }, body: { reason: 'the same as before' } })],
	['policy.waivers', () => ({})],
	['policy.unwaive', ({ 'incident.declare': it }) => ({ path: { id: it.id } })],

	['source.list', () => ({})],
	['hook.create', (_, n) => ({ body: { source: 'alertmanager', name: `Prometheus ${n}`, opens: true } })],
	['hook.list', () => ({})],
	['hook.change', ({ 'hook.create': hook }) => ({ path: { id: hook.id }, body: { name: `Prometheus, ${hook.id}` }, match: '*' })],
	['rule.create', ({ 'hook.create': hook }) => ({ body: { name: 'critical', hook: hook.id, severity: 'SEV1', opens_incident: false } })],
	['rule.list', () => ({})],
	['rule.change', ({ 'rule.create': rule }) => ({ path: { id: rule.id }, body: { opens_incident: false, position: 1 }, match: '*' })],
	['hook.receive', ({ 'hook.create': hook }) => ({ path: { source: 'alertmanager', key: hook.url.split('/').pop() }, body: alertmanager('firing'), as: 'nobody' })],
	['alert.list', () => ({ query: { state: 'firing' } })],
	['alert.get', ({ 'alert.list': all }) => ({ path: { id: all.items[0].ref } })],
	['alert.declare', ({ 'alert.list': all }) => ({ path: { id: all.items[0].id } })],
	['hook.receive', ({ 'hook.create': hook }) => ({ path: { source: 'alertmanager', key: hook.url.split('/').pop() }, body: alertmanager('resolved'), as: 'nobody' })],
	['rule.delete', ({ 'rule.create': rule }) => ({ path: { id: rule.id } })],
	['hook.end', ({ 'hook.create': hook }) => ({ path: { id: hook.id } })],
	['incident.confirm', ({ 'alert.declare': it }) => ({ path: { id: it.id }, body: {}, status: 4 })],

	['search.find', () => ({ query: { q: '결제' } })],
	['search.find', () => ({ query: { q: 'release', kind: 'action' } })],
	['search.find', () => ({ query: { q: 'kind:incident severity:sev1' } })],
	['search.facets', () => ({ query: { q: '결제' } })],
	['search.similar', ({ 'incident.declare': it }) => ({ query: { noun: 'incident', id: it.id } })],
	['timeline.add', ({ 'incident.declare': it }) => ({ path: { id: it.id }, body: { text: '첫째 zq-지울-말 그리고 둘째 zq-비밀' } })],
	['scrub.find_in_incident', ({ 'incident.declare': it }) => ({ path: { id: it.id }, body: { text: 'zq-지울-말' } })],
	['scrub.incident', ({ 'incident.declare': it }) => ({ path: { id: it.id }, body: { text: 'zq-지울-말', category: 'customer', reason: '고객의 이름' } })],
	['scrub.find_in_document', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { text: 'zq-비밀' } })],
	['scrub.document', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { text: 'zq-비밀', category: 'secret', reason: 'zq-비밀' }, status: 422 })],
	['scrub.document', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: { text: 'zq-비밀', category: 'secret', reason: '비밀번호' } })],
	['scrub.image', ({ 'document.create': doc }) => ({ path: { id: doc.id, sha: '0'.repeat(64) }, body: { category: 'person', reason: '얼굴' }, status: 404 })],
	['scrub.list', ({ 'incident.declare': it }) => ({ query: { incident: it.id, limit: 5 } })],
	['scrub.get', ({ 'scrub.document': made }) => ({ path: { id: made.id } })],
	['scrub.vacuum', () => ({})],
	['search.reindex', () => ({})],
	['user.invite', ({ 'user.create': kim }) => ({ path: { id: kim.id }, body: { by: 'link' } })],
	['session.join', ({ 'user.invite': made }) => ({ body: { secret: made.path.split('#')[1], password: 'correct horse' }, as: 'nobody' })],
	['session.join', () => ({ body: { secret: 'wrong', password: 'correct horse' }, status: 403, as: 'nobody' })],
	['document.mail_preview', ({ 'document.create': doc }) => ({ path: { id: doc.id } })],
	['document.mail', ({ 'document.create': doc, 'user.create': kim }) => ({ path: { id: doc.id }, body: { people: [kim.id], note: '먼저 공유합니다' } })],
	['document.mail', ({ 'document.create': doc }) => ({ path: { id: doc.id }, body: {}, status: 422 })],
	['document.mail_preview', ({ 'document.create': doc }) => ({ path: { id: doc.id } })],
	['document.mails', ({ 'document.create': doc }) => ({ path: { id: doc.id } })],
	['notice.mute', ({ 'incident.declare': it }) => ({ path: { id: it.id }, as: 'browser' })],
	['weekly.get', () => ({ as: 'browser' })],
	['weekly.set', () => ({ body: { teams: true, weekday: 5, hour: 17 }, as: 'browser' })],
	['notice.preferences', () => ({ as: 'browser' })],
	['notice.prefer', () => ({ body: { kind: 'mention', way: 'digest' }, as: 'browser' })],
	['notice.unmute', ({ 'incident.declare': it }) => ({ path: { id: it.id }, as: 'browser' })],
	['notice.count', () => ({ as: 'browser' })],
	['notice.list', () => ({ query: { view: 'all' }, as: 'browser' })],
	['notice.read', first('notice.list', { body: { read: true }, as: 'browser' })],
	['notice.snooze', first('notice.list', { body: { until: minutesAgo(-60) }, as: 'browser' })],
	['notice.read_all', () => ({ as: 'browser' })],
	['mail.get', () => ({})],
	['mail.test', () => ({ status: 409 })],
	['delivery.list', () => ({ query: { limit: 5 } })],
	['delivery.retry', first('delivery.list', {}, x => x.attempts > 0 && x.state === 'waiting')],
	['home.get', () => ({ as: 'browser' })],
	['feed.published', () => ({})],
	['feed.due', ({ 'user.create': kim }) => ({ query: { person: kim.id } })],
	['token.create', (_, n) => ({ body: { name: `feeds ${n}`, role: 'viewer', use: 'feed' } })],
	['feed.published_at', ({ 'token.create': made }) => ({ path: { secret: made.token }, as: 'nobody' })],
	['feed.due_at', ({ 'token.create': made }) => ({ path: { secret: made.token }, as: 'nobody' })],
	['feed.due_at', () => ({ path: { secret: 'bokgi-feed_nobody' }, status: 404, as: 'nobody' })],
	['session.logout', () => ({ as: 'browser' })],
]

/* What the proxy cannot carry, and is asked directly below: an answer that never ends, and the topics of such an answer. */
const direct = ['stream.open', 'stream.topics']

const operations = () => Object.fromEntries(Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, op]) => [op.operationId, { method: method.toUpperCase(), path, op }])))

async function credentials() {
	const { headers } = await s.ask('POST', '/api/v1/login', { login: 'admin', password: 'correct horse' }, { token: null })
	return { program: {}, nobody: { token: null }, browser: { cookie: headers.get('set-cookie').split(';')[0] } }
}

/** One request through the proxy: {status, violations, body}. */
async function through({ method, path, op }, { path: members = {}, query, body, raw, match, as = 'program' }, who) {
	const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(members[name]))
	const asked = query ? `${filled}?${new URLSearchParams(query)}` : filled
	const ask = Object.assign(Object.create(s), { url: raw ? s.url : proxy.url }) // the proxy reads every body as text
	const { status, headers, body: answer } = await ask.ask(method, asked, body, { ...who[as], raw, headers: { ...match && { 'if-match': match }, ...raw && { 'content-type': 'image/png' }, ...op['x-own-secret'] && { 'content-type': 'application/json' } } })
	return { status, violations: headers.get('sl-violations'), body: answer }
}

const expected = (call, { op }) => call.status ?? +Object.keys(op.responses).find(status => /^2/.test(status))
const fits = (status, want) => want < 10 ? Math.floor(status / 100) === want : status === want

test('every request and answer of the scenario is as described', async () => {
	const all = operations(), violations = []
	let asked = 0
	for (let round = 1; round <= ROUNDS; round++) {
		const seen = {}, who = await credentials()
		for (const [name, make] of calls) {
			assert.ok(all[name], `there is no operation ${name}`)
			const call = make(seen, round), want = expected(call, all[name])
			const { status, violations: found, body } = await through(all[name], call, who)
			assert.ok(fits(status, want), `${name}: ${status} instead of ${want}: ${JSON.stringify(body)}`)
			if (status < 300) seen[name] = body
			// The scenario also asks wrongly on purpose; then the proxy rightly calls the request wrong, not the answer.
			const about = found && JSON.parse(found).filter(({ location }) => status < 400 || location?.[0] === 'response')
			if (about?.length) violations.push(`${name} ${status}: ${JSON.stringify(about)}`)
			asked++
		}
	}
	assert.deepEqual(violations, [])
	assert.ok(asked > 140, `${asked} requests`)
})

test('the scenario calls every operation', () => {
	const called = new Set([...calls.map(([name]) => name), ...direct])
	assert.deepEqual(Object.keys(operations()).filter(name => !called.has(name)), [])
})

test('the stream and its topics answer as described', async () => {
	const stop = new AbortController()
	const stream = await fetch(`${s.url}/api/v1/stream?since=0&topics=incidents`, { headers: { authorization: `Bearer ${s.token}` }, signal: stop.signal })
	assert.equal(stream.status, 200)
	assert.match(stream.headers.get('content-type'), /^text\/event-stream/)
	const reader = stream.body.getReader()
	let text = ''
	while (!/event: hello\ndata: .*\n\n/.test(text)) text += Buffer.from((await reader.read()).value)
	const { stream: id } = JSON.parse(/event: hello\ndata: (.*)\n/.exec(text)[1])
	const topics = await s.ask('POST', `/api/v1/stream/${id}/topics`, { topics: ['incidents', 'actions'] })
	stop.abort()
	assert.equal(topics.status, 204, JSON.stringify(topics.body))
})

test('the proxy notices an answer that is not as described', async () => {
	const { createServer } = await import('node:http')
	const liar = createServer((_, reply) => { reply.setHeader('content-type', 'application/json'); reply.end('{"id":"seven"}') })
	await new Promise(resolve => liar.listen(0, '127.0.0.1', resolve))
	const checking = await tool('prism', port => ['proxy', FILE, `http://127.0.0.1:${liar.address().port}`, '-p', String(port), '-h', '127.0.0.1', '-v', 'error'], answers('/api/v1/me'))
	try {
		const { headers } = await fetch(`${checking.url}/api/v1/incidents/7`, { headers: { authorization: 'Bearer x' } })
		assert.match(headers.get('sl-violations') ?? '', /"location":\["response"/)
	} finally { await checking.stop(); liar.close() }
})
