// Other people's programs beside bokgi: a proxy that checks, a Prometheus, a browser. Each ends with the test, at the latest with its process.
import { execFile, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { sleep, until } from './server.mjs'

const running = new Set()
process.on('exit', () => { for (const child of running) child.kill('SIGKILL') })

/** A port of the loopback that nobody used a moment ago. */
export const freePort = () => new Promise((resolve, reject) => {
	const probe = createServer()
	probe.on('error', reject)
	probe.listen(0, '127.0.0.1', () => { const { port } = probe.address(); probe.close(() => resolve(port)) })
})

/** Start a program and wait until ready(url of its port) is true. args may use the port: args(port). */
export async function tool(command, args, ready, { env = {} } = {}) {
	const port = await freePort()
	const child = spawn(command, args(port), { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
	const it = { port, url: `http://127.0.0.1:${port}`, child, log: '' }
	running.add(child)
	it.ended = new Promise(resolve => {
		child.on('error', error => { it.log += error; resolve() })
		child.on('close', code => { it.code = code; running.delete(child); resolve() })
	})
	it.stop = async () => { child.kill('SIGTERM'); await Promise.race([it.ended, sleep(5000)]); child.kill('SIGKILL') }
	for (const out of [child.stdout, child.stderr]) out.on('data', part => { it.log += part })
	let over = false
	it.ended.then(() => { over = true })
	await until(async () => over || await ready(it.url), `${command} answers`, 30000)
	if (over) throw new Error(`${command} ended: ${it.log}`)
	return it
}

export const answers = path => async url => (await fetch(url + path)).ok

/** {code, out} of a program that ends by itself. */
export async function run(command, args, { input, ...options } = {}) {
	const doing = promisify(execFile)(command, args, { maxBuffer: 64 << 20, ...options })
	if (input !== undefined) doing.child.stdin.end(input)
	try {
		const { stdout, stderr } = await doing
		return { code: 0, out: stdout + stderr }
	} catch (error) {
		if (error.code === 'ENOENT') throw error
		return { code: error.code, out: `${error.stdout}${error.stderr}` }
	}
}
