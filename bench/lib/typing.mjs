// The three that bench/collab compares: each starts, makes documents, is typed into by typing.c, is killed and says what it kept.
import { execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { promisify } from 'node:util'
import { serve, serveWithAdmin, sleep } from '../../test/lib/server.mjs'
import { Random } from '../../test/lib/random.mjs'
import { file, many, program, resident, tool } from './bench.mjs'

const run = promisify(execFile)
export const LENGTH = 20_000
const peers = new URL('../peers/', import.meta.url).pathname
let made = 0

export function installPeers() {
	if (existsSync(`${peers}node_modules/yjs`)) return
	console.error('bench: fetching Hocuspocus and y-websocket')
	execFileSync('npm', ['ci', '--no-progress', '--loglevel=error'], { cwd: peers, stdio: ['ignore', 2, 2] })
}

/** {keys, rate, p50, p99, worst, own, mib, us}: us is CPU of the server per keystroke. */
async function typed(contestant, args) {
	const before = contestant.cpu()
	const { stdout } = await run(program('typing'), [contestant.kind, ...args.map(String)])
	const [keys, rate, p50, p99, worst, own, mib] = stdout.split(' ').map(Number)
	return { keys, rate, p50, p99, worst, own, mib, us: (contestant.cpu() - before) * 1e6 / keys }
}

/** {client: acknowledged} when the server was killed after so many acknowledgements. */
async function killed(contestant, args, keys) {
	const { stdout } = await run(program('typing'), [contestant.kind, ...args.map(String), String(contestant.pid), String(keys)])
	return Object.fromEntries(stdout.trim().split('\n').map(line => line.split(' ')).map(([client, n]) => [client, Number(n)]))
}

/** Each document is open at one editor, who has just typed into it; until stop(). */
export async function opened(contestant, documents) {
	const list = file(`documents-${made++}`, documents.join('\n'))
	const [port, , n, ...more] = await contestant.args(documents.length, 3, 1, 1)
	const child = spawn(program('typing'), [contestant.kind, port, `@${list}`, n, ...more].map(String), { stdio: ['pipe', 'pipe', 'inherit'] })
	await new Promise((resolve, reject) => { child.stdout.on('data', resolve); child.on('exit', code => reject(new Error(`typing ended with ${code}`))) })
	return () => child.kill('SIGKILL')
}

class Contestant {
	/** MiB that n open documents cost, when as many are open already and caches are full. */
	async open(n) {
		const documents = await this.documents(2 * n), some = await opened(this, documents.slice(n))
		await sleep(20_000) // whatever tidies up has done so
		const before = resident(this.pid), all = await opened(this, documents.slice(0, n))
		await sleep(20_000)
		const grown = resident(this.pid) - before
		some()
		all()
		return grown
	}

	/** So many editors, each so many keystrokes a second, or (rate 0) `ahead` of them always unacknowledged. */
	async type(editors, { seconds, rate, ahead = 1 }) { return typed(this, await this.args(editors, seconds, rate, ahead)) }

	/** How many acknowledged keystrokes a kill -9 takes, of how many. */
	async kill(editors, keys) {
		const args = await this.args(editors, 30, 20, 1)
		const told = await killed(this, args, keys)
		await this.again()
		const kept = await this.kept(args[1])
		const count = Object.entries(told).map(([client, n]) => ({ n, lost: Math.max(0, n - (kept[client] ?? 0)) }))
		return { acknowledged: count.reduce((sum, x) => sum + x.n, 0), lost: count.reduce((sum, x) => sum + x.lost, 0) }
	}
}

export class Bokgi extends Contestant {
	kind = 'bokgi'

	/** An account may have 64 streams: a person for thirty editors, who may type in two documents. */
	async start(editors, cpu) {
		this.server = await serveWithAdmin()
		this.cpu = () => cpu(this.pid)
		const tokens = []
		while (tokens.length < editors) {
			const { cookie } = await this.server.person('editor')
			for (let i = 0; i < 30; i++) tokens.push((await this.server.post('/api/v1/tokens', { name: `bench ${i}`, role: 'editor' }, { cookie })).token)
		}
		this.tokens = tokens
		this.file = file(`tokens-${this.pid}`, tokens.join('\n'))
		return this
	}
	get pid() { return this.server.child.pid }
	get port() { return new URL(this.server.url).port }

	async document(length = LENGTH) {
		const { server } = this
		const { id } = await server.post('/api/v1/documents', { title: `Bench ${made++}`, kind: 'project', template: 'none' })
		const { text, text_version: version } = await server.get(`/api/v1/documents/${id}`)
		const body = { client: new Random(Date.now() + made).name(22), version, updates: [{ seq: 1, changes: [[text.length, 'a'.repeat(length)]] }] }
		return { id, version: (await server.post(`/api/v1/documents/${id}/updates`, body, { key: null })).version }
	}

	/** The server is fresh afterwards, as a peer's is that has never opened them. */
	async documents(n) {
		const ids = []
		await many(n, async () => ids.push((await this.document()).id), 16)
		this.server.child.kill('SIGTERM')
		await this.again()
		return ids
	}

	async args(editors, seconds, rate, ahead) {
		const { id, version } = await this.document()
		return [this.port, id, editors, seconds, rate, ahead, LENGTH, version, this.file]
	}

	async again() {
		const { token, data } = this.server
		await this.server.ended
		this.server = Object.assign(await serve({ data }), { token, owned: true })
	}

	async kept(id) {
		const kept = {}
		for (let since = 0; ;) {
			const { updates, version, reset } = await this.server.get(`/api/v1/documents/${id}/updates?since=${since}`)
			if (reset) throw new Error('too many updates to count them')
			for (const { client, seq } of updates) kept[client] = seq
			if (!updates.length) return kept
			since = version
		}
	}

	async stop() { await this.server.stop() }
}

class Peer extends Contestant {
	async start(_editors, cpu) {
		this.cpu = () => cpu(this.pid)
		this.folder = mkdtempSync(file('peer-'))
		await this.again()
		return this
	}
	get pid() { return this.it.child.pid }
	get port() { return this.it.port }
	async args(editors, seconds, rate, ahead) { return [this.port, `bench-${made++}`, editors, seconds, rate, ahead, LENGTH, 0, '-'] }

	documents(n) { return Array.from({ length: n }, () => `bench-${made++}`) }

	async again() {
		await this.it?.ended
		const { args, env } = this.command()
		this.it = await tool(process.execPath, args, url => fetch(url).then(() => true, () => false), { env })
	}

	async kept(document) {
		await sleep(200)
		return JSON.parse((await run(process.execPath, [`${peers}clocks.mjs`, this.kind, String(this.port), document])).stdout)
	}

	async stop() { await this.it.stop() }
}

export class Hocuspocus extends Peer {
	kind = 'hocuspocus'
	command() { return { args: port => [`${peers}hocuspocus.mjs`, String(port), `${this.folder}/db`], env: {} } }
}

export class YWebsocket extends Peer {
	kind = 'y-websocket'
	command() { return { args: port => ['-e', `process.env.PORT = ${port}; require('${peers}node_modules/y-websocket/bin/server.cjs')`], env: { HOST: '127.0.0.1', YPERSISTENCE: `${this.folder}/db` } } }
}
