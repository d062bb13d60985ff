// A real bokgi of the test's own: a process on a free loopback port with a data folder that goes when the test ends. BOKGI names the program.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const program = process.env.BOKGI ?? 'build/bokgi'
const running = new Set()
process.on('exit', () => { for (const child of running) child.kill('SIGKILL') })

/** Start the process and wait until it listens. Keeps its output in .log; .secret is there while nobody has an account. */
export async function serve({ data, database, args = [], env = {}, program: started = program } = {}) {
	const folder = data ?? await mkdtemp(join(tmpdir(), 'bokgi-'))
	const more = database ? ['--database', database] : []
	const child = spawn(started, ['serve', '--listen', '127.0.0.1:0', '--data', folder, ...more, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
	running.add(child)
	const server = new Server(child, folder, !data)
	await server.listening
	return server
}

/** A server with an administrator, whose token is .token and whose login is admin / correct horse. */
export async function serveWithAdmin(options = {}) {
	const server = await serve(options)
	if (server.secret) await server.setUp()
	return server
}

class Server {
	constructor(child, data, owned) {
		Object.assign(this, { child, data, owned, log: '', token: undefined })
		this.ended = new Promise(resolve => child.on('close', (code, signal) => { running.delete(child); resolve({ code, signal }) }))
		this.listening = new Promise((resolve, reject) => {
			const read = bytes => {
				this.log += bytes
				this.url ??= /listens on (\S+?)\/?\n/.exec(this.log)?.[1]
				this.secret ??= /setup#(\S+)\n/.exec(this.log)?.[1]
				if (this.url && (this.secret || !/Nobody has an account/.test(this.log))) setTimeout(resolve, 20)
			}
			child.stdout.on('data', read)
			child.stderr.on('data', read)
			this.ended.then(({ code, signal }) => reject(new Error(`ended with ${code ?? signal}: ${this.log}`)))
		})
	}

	async setUp({ lang = 'en', zone = 'Asia/Seoul' } = {}) {
		const { headers } = await this.ask('POST', '/api/v1/setup', { secret: this.secret, login: 'admin', name: 'Admin', password: 'correct horse', lang, zone }, { token: null })
		this.cookie = headers.get('set-cookie').split(';')[0]
		const { body } = await this.ask('POST', '/api/v1/tokens', { name: 'test', role: 'administrator' }, { cookie: this.cookie })
		this.token = body.token
	}

	/** As fetch; who gets no answer is told what the server said last. */
	async fetch(path, options = {}) {
		try {
			return await fetch(this.url + path, options)
		} catch (error) {
			if (error.name === 'AbortError') throw error
			const state = running.has(this.child) ? 'runs' : 'has ended'
			throw new Error(`${options.method ?? 'GET'} ${path}: ${error.cause?.message ?? error.message}; the server ${state} and said: ${this.log.slice(-600)}`, { cause: error })
		}
	}

	/** {status, headers, body} of one request; body is parsed JSON, or text. cookie: as a browser on our own page sends it. */
	async ask(method, path, body, { token = this.token, cookie, headers = {}, raw, key = randomUUID() } = {}) {
		const all = { 'accept-language': 'en', ...headers }
		if (cookie) Object.assign(all, { cookie, 'sec-fetch-site': 'same-origin', ...headers })
		else if (token) all.authorization ??= `Bearer ${token}`
		if (method !== 'GET' && key) all['idempotency-key'] ??= key
		if (body !== undefined || raw !== undefined) all['content-type'] ??= 'application/json'
		const reply = await this.fetch(path, { method, headers: all, body: raw ?? (body === undefined ? undefined : JSON.stringify(body)), redirect: 'manual' })
		const text = await reply.text()
		const json = /json/.test(reply.headers.get('content-type') ?? '')
		return { status: reply.status, headers: reply.headers, body: json && text ? JSON.parse(text) : text }
	}

	/** The body of a request that must succeed. */
	async get(path, options) { return this.must('GET', path, undefined, options) }
	async post(path, body = {}, options) { return this.must('POST', path, body, options) }
	async patch(path, body, options) { return this.must('PATCH', path, body, { headers: { 'if-match': '*' }, ...options }) }
	async must(method, path, body, options) {
		const reply = await this.ask(method, path, body, options)
		if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
		return reply.body
	}

	/** A person with a role, logged in: {person, cookie}. */
	async person(role, login = `${role}-${randomUUID().slice(0, 8)}`, more = {}) {
		const person = await this.post('/api/v1/people', { login, name: more.name ?? login, role, password: 'correct horse', ...more })
		const { headers } = await this.ask('POST', '/api/v1/login', { login, password: 'correct horse' }, { token: null })
		return { person, cookie: headers.get('set-cookie').split(';')[0] }
	}

	/** As kill -9 does it: nothing is tidied up. */
	async kill() { this.child.kill('SIGKILL'); return this.ended }

	/** Stops; the data folder stays. */
	async stopKeeping() { this.owned = false; return this.stop() }

	async stop() {
		this.child.kill('SIGTERM')
		const how = await this.ended
		if (this.owned) await rm(this.data, { recursive: true, force: true })
		return how
	}
}

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

/** Asks until check() is true or throws; the last error tells what was still missing. */
export async function until(check, what, ms = 30000) {
	const end = Date.now() + ms
	let last
	do {
		try { const value = await check(); if (value) return value } catch (error) { last = error }
		await sleep(25)
	} while (Date.now() < end)
	throw new Error(`not in ${ms} ms: ${what}${last ? ` (${last.message})` : ''}`)
}
