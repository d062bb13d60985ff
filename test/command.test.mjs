// The command line does everything, three ways: in its own process on the data folder, through the socket of a running server, and over HTTP with a token.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { answer, bokgi } from './lib/command.mjs'
import { serve, until } from './lib/server.mjs'

const folders = []
after(async () => { for (const folder of folders) await rm(folder, { recursive: true, force: true }) })

/** A data folder with a person and two tokens, made by the program alone: no server runs. */
async function prepared() {
	const data = await mkdtemp(join(tmpdir(), 'bokgi-'))
	const file = name => join(data, `${name}.token`)
	folders.push(data)
	const kim = await answer(['user', 'create', '--login', 'kim', '--name', '김서연', '--role', 'responder', '--password-file', '-', '--data', data], { input: 'correct horse\n' })
	for (const role of ['administrator', 'viewer']) {
		const { token } = await answer(['token', 'create', '--name', role, '--role', role, '--data', data])
		assert.match(token, /^bokgi_\S{20,}$/)
		await writeFile(file(role), `${token}\n`, { mode: 0o600 })
	}
	return { data, kim, file }
}

/** name → [what goes before the test, arguments that say where to run]. */
const ways = {
	'in process': async ({ data }) => ({ where: ['--data', data], end: async () => {} }),
	'through the socket': async ({ data }) => {
		const server = await serve({ data })
		return { where: ['--data', data], end: () => server.stop() }
	},
	'over HTTP with a token': async ({ data, file }) => {
		const server = await serve({ data })
		return { where: ['--server', server.url, '--token-file', file('administrator')], end: () => server.stop() }
	},
}

const ago = minutes => new Date(Date.now() - minutes * 60_000).toISOString()

/** The scenario: what each step says, from what came before. */
const steps = {
	team: () => ['team', 'create', '--name', '결제팀', '--handle', 'payments'],
	join: ({ team, kim }) => ['team', 'join', team.id, kim.id],
	database: ({ team }) => ['service', 'create', '--name', 'database', '--team', team.id],
	service: ({ team, database }) => ['service', 'create', '--name', '결제', '--team', team.id, '--depends_on', database.id],
	incident: ({ service }) => ['incident', 'declare', '--title', '결제가 실패한다', '--severity', 'SEV2', '--services', service.id, '--zone', 'Asia/Seoul', '--detection_source', 'staff', '--started_at', ago(30)],
	acknowledged: ({ incident }) => ['incident', 'acknowledge', incident.ref],
	commander: ({ incident, kim }) => ['role', 'assign', incident.ref, '--role', 'commander', '--person', kim.id],
	changed: ({ incident }) => ['incident', 'change', incident.ref, '--severity', 'SEV1', '--severity_reason', '모든 손님이 겪는다', '--exit_criterion', 'errors below 1 %', '--exit_minutes', '0'],
	entry: ({ incident }) => ['timeline', 'add', incident.ref, '--text', '10 min ago rolled back', '--knew', 'errors rise', '--decided', 'to roll back', '--because', 'the release was new'],
	evidence: ({ incident }) => ['timeline', 'add', incident.ref, '--text', '배포 기록', '--key', 'true', '--evidence', '[{"url":"https://ci.example/7","title":"배포 7"}]'],
	entryChanged: ({ entry }) => ['timeline', 'change', entry.id, '--text', 'rolled back'],
	struck: ({ evidence }) => ['timeline', 'strike', evidence.id],
	update: ({ incident }) => ['update', 'add', incident.ref, '--text', '되돌리는 중', '--next_update_in_minutes', '30'],
	mitigation: ({ incident }) => ['mitigation', 'add', incident.ref, '--kind', 'rollback', '--text', '7판에서 6판으로'],
	worked: ({ mitigation }) => ['mitigation', 'change', mitigation.id, '--result', 'worked'],
	mitigated: ({ incident }) => ['incident', 'mitigate', incident.ref],
	over: ({ incident }) => ['milestone', 'set', incident.ref, '--kind', 'outage_ends', '--at', ago(0)],
	resolved: ({ incident }) => ['incident', 'resolve', incident.ref, '--reason', '오류가 멎었다'],
	action: ({ incident, kim }) => ['action', 'create', '--title', '배포 전에 시험한다', '--type', 'prevent', '--incident', incident.ref, '--owner', kim.id, '--due', '2030-01-31'],
	done: ({ action }) => ['action', 'close', action.ref, '--evidence', 'https://ci.example/8'],
	closed: ({ incident }) => ['incident', 'close', incident.ref, '--reason', 'all is done'],
	record: ({ incident }) => ['incident', 'get', incident.ref],
	timeline: ({ incident }) => ['timeline', 'list', incident.ref],
	incidents: () => ['incident', 'list', '--state', 'all'],
	actions: () => ['action', 'list', '--state', 'all'],
	people: () => ['user', 'list'],
	teams: () => ['team', 'list'],
	services: () => ['service', 'list'],
}

async function walk(where, kim) {
	const seen = { kim }
	for (const [name, step] of Object.entries(steps)) seen[name] = await answer([...step(seen).map(String), ...where])
	return seen
}

/** The same, whoever did it and when: times become one word, and the person or token that acted goes. */
const timeless = (value, key = '') => Array.isArray(value) ? value.map(item => timeless(item, key))
	: value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).filter(([name]) => !/^(by|made_by|closed_by|token)$/.test(name)).map(([name, item]) => [name, timeless(item, name)]))
	: /^(ttd|tta|ttm|ttr)$/.test(key) ? typeof value : typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? 'a time' : value

const walked = {}
for (const [name, prepare] of Object.entries(ways)) test(`the whole scenario runs ${name}`, async () => {
	const own = await prepared()
	const { where, end } = await prepare(own)
	try {
		const seen = await walk(where, own.kim)
		assert.equal(seen.record.state, 'closed')
		assert.equal(seen.record.severity, 'SEV1')
		assert.deepEqual(seen.record.roles.map(({ role, person }) => [role, person.name]), [['commander', '김서연']])
		assert.deepEqual(Object.values(seen.record.durations).map(value => typeof value), ['number', 'number', 'number', 'number'])
		assert.equal(seen.done.state, 'done')
		assert.ok(seen.timeline.items.some(({ text, precision }) => text === 'rolled back' && precision), 'the entry that was typed')
		assert.ok(!seen.timeline.items.some(({ text }) => text === '배포 기록'), 'the entry that was struck')
		walked[name] = timeless(seen)
	} finally { await end() }
})

test('the three ways come to the same result', () => {
	const [first, ...others] = Object.values(walked)
	assert.equal(others.length, 2)
	for (const other of others) assert.deepEqual(other, first)
})

test('exit codes say what went wrong, and stderr says it in words', async () => {
	const { data, file } = await prepared()
	const server = await serve({ data })
	const there = ['--server', server.url, '--token-file', file('administrator')]
	const viewer = ['--server', server.url, '--token-file', file('viewer')]
	await writeFile(file('wrong'), 'bokgi_wrong\n')
	const empty = join(data, 'file')
	await writeFile(empty, '')
	const cases = (here, more = []) => [
		[0, ['incident', 'declare', '--title', 'x', ...here]],
		[0, ['team', 'create', '--name', 'x', '--handle', 'x', ...here]],
		[2, ['incident', 'declare', ...here]],
		[2, ['incident', 'declare', '--title', '', ...here]],
		[2, ['incident', 'declare', '--title', 'x', '--severity', 'SEV9', ...here]],
		[2, ['incident', 'declare', '--titel', 'x', ...here]],
		[2, ['incident', 'get', ...here]],
		[2, ['incident', 'get', '1', '2', ...here]],
		[2, ['incident', 'explode', ...here]],
		[2, ['incident', 'declare', ...here, '--title']],
		[3, ['incident', 'get', 'INC-4711', ...here]],
		[3, ['action', 'close', '4711', '--evidence', 'x', ...here]],
		[5, ['team', 'create', '--name', 'x', '--handle', 'x', ...here]],
		...more]
	const check = async list => {
		for (const [code, args] of list) {
			const seen = await bokgi(args)
			assert.equal(seen.code, code, `bokgi ${args.join(' ')}: ${seen.out}${seen.err}`)
			if (code) assert.match(seen.err, /^bokgi: .+\n$/, args.join(' '))
			if (code) assert.equal(seen.out, '', args.join(' '))
		}
	}
	try {
		await check(cases(there, [
			[0, ['incident', 'list', ...viewer]],
			[4, ['incident', 'acknowledge', '1', ...viewer]],
			[4, ['incident', 'list', '--server', server.url]],
			[4, ['incident', 'list', '--server', server.url, '--token-file', file('wrong')]],
			[6, ['incident', 'list', '--server', 'http://127.0.0.1:1']],
			[6, ['incident', 'list', '--data', join(empty, 'below')]]]))
	} finally { await server.stop() }
	const other = await prepared()
	await check(cases(['--data', other.data]))
})

test('secrets are refused on the command line, and never said again', async () => {
	const { data, file } = await prepared()
	const secret = (await readFile(file('administrator'), 'utf8')).trim()
	for (const args of [
		['user', 'create', '--login', 'lee', '--name', 'Lee', '--role', 'viewer', '--password', 'hunter2 hunter2'],
		['user', 'create', '--login', 'lee', '--name', 'Lee', '--role', 'viewer', '--password=hunter2 hunter2'],
		['session', 'login', '--login', 'kim', '--password', 'hunter2 hunter2'],
		['incident', 'list', '--token', 'hunter2 hunter2'],
	]) {
		const { code, out, err } = await bokgi([...args, '--data', data])
		assert.equal(code, 2, args.join(' '))
		assert.doesNotMatch(out + err, /hunter2/)
	}
	const { out } = await bokgi(['user', 'list', '--data', data])
	assert.doesNotMatch(out, /lee/i)
	const tokens = await bokgi(['token', 'list', '--data', data, '--json'])
	assert.equal(tokens.code, 0, tokens.err)
	assert.ok(!tokens.out.includes(secret))
})

test('a password from a file, and a token, let people and programs in', async () => {
	const { data, file } = await prepared()
	const server = await serve({ data })
	try {
		const { status } = await server.ask('POST', '/api/v1/login', { login: 'kim', password: 'correct horse' }, { token: null })
		assert.equal(status, 200)
		const token = (await readFile(file('viewer'), 'utf8')).trim()
		assert.equal((await server.ask('GET', '/api/v1/incidents', undefined, { token })).status, 200)
	} finally { await server.stop() }
})

test('answers are read by people, or as JSON by programs, in their language', async () => {
	const { data } = await prepared()
	const declared = await bokgi(['incident', 'declare', '--title', '결제가 실패한다', '--data', data])
	assert.match(declared.out, /^ref: INC-1$/m)
	assert.match(declared.out, /^title: 결제가 실패한다$/m)
	assert.equal(JSON.parse((await bokgi(['incident', 'get', '1', '--json', '--data', data])).out).title, '결제가 실패한다')
	const korean = await bokgi(['incident', 'get', 'INC-9', '--data', data], { env: { LC_ALL: 'ko_KR.UTF-8' } })
	assert.equal(korean.code, 3)
	assert.match(korean.err, /[가-힣]/)
	for (const [args, code] of [[['incident', 'explode'], 2], [['incident', 'get', '1', '2'], 2], [['help', 'nothing'], 2], [['incident', 'declare', '--titel', 'x'], 2]]) {
		const wrong = await bokgi([...args, '--data', data].slice(0, args[0] === 'help' ? 2 : undefined), { env: { LC_ALL: 'ko_KR.UTF-8' } })
		assert.equal(wrong.code, code)
		assert.match(wrong.err, /^bokgi: .*[가-힣].*: \S/, args.join(' '))
	}
	const noun = await bokgi(['incident'])
	assert.equal(noun.code, 2)
	assert.match(noun.out, /incident declare/)
	const all = await bokgi(['help'])
	assert.equal(all.code, 0)
	const help = await bokgi(['help', 'incident'])
	assert.match(help.out, /incident declare/)
	const one = await bokgi(['incident', 'declare', '--help'])
	assert.equal(one.code, 0)
	assert.match(one.out, /--title.*\*/)
	assert.equal((await bokgi(['help', 'nothing'])).code, 2)
})

test('times are of the organisation where nobody in particular asks', async () => {
	const server = await serve()
	try {
		await server.setUp({ zone: 'Asia/Seoul' })
		const there = ['--server', server.url, '--token-file', '-']
		const ago = new Date(Date.now() - 3_600_000), seoul = new Date(ago.getTime() + 9 * 3_600_000).toISOString().slice(11, 16)
		for (const args of [['--data', server.data], there]) {
			const read = await answer(['when', 'read', '--text', `${seoul} rolled back`, ...args], { input: server.token })
			assert.equal(read.at.slice(0, 16), ago.toISOString().slice(0, 16), args[0])
		}
	} finally { await server.stop() }
})

test('a command that finds a server of another life runs by itself', async () => {
	const { data } = await prepared()
	const server = await serve({ data })
	await server.kill()
	await until(async () => (await bokgi(['incident', 'list', '--data', data])).code === 0, 'the socket that was left behind does not disturb')
})
