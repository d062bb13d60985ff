// What the benchmarks share: the line they print, medians of turns, CPU of processes, load by wrk, C programs, nginx. Everything ends with its process.
import { execFile, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { answers, freePort, tool } from '../../test/lib/tool.mjs'

/** 1: as DESIGN asks. Less, for a first try: fewer documents, shorter runs. */
export const scale = Number(process.env.BOKGI_BENCH_SCALE ?? 1)
export const scaled = n => Math.max(1, Math.round(n * scale))

process.setMaxListeners(0) // each program that is started ends with us
const folder = mkdtempSync(join(tmpdir(), 'bokgi-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))
// A benchmark that hangs would hold up the others.
let end
/** How long this benchmark may take. */
export function allow(ms) {
	clearTimeout(end)
	end = setTimeout(() => { console.error('bench: out of time'); process.exit(1) }, ms).unref()
}
allow(400_000)

/** A file in a folder that goes with the process. */
export function file(name, text) {
	const path = join(folder, name)
	if (text !== undefined) writeFileSync(path, text)
	return path
}

const shown = n => n === undefined ? '-' : typeof n === 'string' ? n : Math.abs(n) >= 100 ? n.toFixed(0) : Math.abs(n) >= 10 ? n.toFixed(1) : n.toFixed(2)

/** One line of the table. Against a peer the ratio is ours to theirs; without one it is our figure itself that is held against `asked`. */
export function row(what, ours, theirs, unit, asked = '-', ratio = theirs === undefined ? ours : ours / theirs) {
	console.log([what, shown(ours), shown(theirs), unit, shown(ratio), asked].join('\t'))
}

export const sorted = list => [...list].sort((a, b) => a - b)
export const quantile = (list, q) => sorted(list)[Math.min(list.length - 1, Math.floor(list.length * q))]
export const median = list => quantile(list, 0.5)

/** Runs the contestants in turn, rounds times; {name: [figures]}. */
export async function turns(contestants, rounds = 3) {
	const figures = Object.fromEntries(Object.keys(contestants).map(name => [name, []]))
	for (let i = 0; i < rounds; i++)
		for (const [name, run] of Object.entries(contestants)) figures[name].push(await run())
	return figures
}

const children = pid => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** Seconds of user and system time of a process and its children. */
export function cpu(pid) {
	const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ').slice(11, 13).map(Number)
	return (user + system) / TICKS + children(pid).reduce((sum, child) => sum + cpu(child), 0)
}

/** Waits until a process does nothing but what comes round: what it still does in the background would be counted with what is measured. */
export async function idle(pid, ms = 240_000) {
	const end = performance.now() + ms
	for (let calm = 0; calm < 3 && performance.now() < end;) {
		const before = cpu(pid)
		await new Promise(resolve => setTimeout(resolve, 1500))
		calm = cpu(pid) - before < 0.05 ? calm + 1 : 0
	}
}

export function resident(pid) {
	const kb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1])
	return kb / 1024
}

const quiet = promisify(execFile)

/** {rate, p50, p99 in ms, requests, failed} of wrk against an address. */
export async function wrk(url, { connections = 16, seconds = 3, headers = {}, script, env = {} } = {}) {
	const args = ['-t', '1', '-c', String(connections), '-d', `${Math.max(1, Math.round(seconds))}s`, '--latency', '--timeout', '10s']
	for (const [name, value] of Object.entries(headers)) args.push('-H', `${name}: ${value}`)
	if (script) args.push('-s', script)
	const { stdout: out } = await quiet('wrk', [...args, url], { env: { ...process.env, ...env } })
	const ms = q => { const [, n, unit] = new RegExp(`${q}%\\s+([\\d.]+)(us|ms|s)`).exec(out); return n * { us: 0.001, ms: 1, s: 1000 }[unit] }
	const failed = Number(/Non-2xx or 3xx responses: (\d+)/.exec(out)?.[1] ?? 0) + Number(/timeout (\d+)/.exec(out)?.[1] ?? 0)
	return { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(out)[1]), requests: Number(/(\d+) requests in/.exec(out)[1]), p50: ms(50), p99: ms(99), failed }
}

/** As wrk, and .us: CPU per request of the process. */
export async function wrkCpu(pid, url, options) {
	const before = cpu(pid)
	const result = await wrk(url, options)
	must(result)
	return { ...result, us: (cpu(pid) - before) * 1e6 / result.requests }
}

/** A figure of refused requests is no figure. */
export function must(result) {
	if (result.failed) throw new Error(`${result.failed} of ${result.requests} requests failed`)
	return result
}

/** bench/NAME.c, compiled when it is newer than what is there. */
export function program(name, ...libraries) {
	const source = new URL(`../${name}.c`, import.meta.url).pathname
	const key = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12)
	const out = new URL(`../../build/bench-${name}-${key}`, import.meta.url).pathname
	if (!existsSync(out)) execFileSync(process.env.CC ?? 'gcc', ['-std=gnu17', '-D_GNU_SOURCE', '-O2', '-o', out, source, ...libraries, '-lpthread'], { stdio: ['ignore', 2, 2] })
	return out
}

/** A C program of bench/ that says "port N" when it listens. */
export async function floor(name, libraries, args) {
	const child = spawn(program(name, ...libraries), args, { stdio: ['ignore', 'pipe', 'inherit'] })
	process.on('exit', () => child.kill('SIGKILL'))
	const port = await new Promise((resolve, reject) => {
		child.stdout.on('data', text => { const found = /port (\d+)/.exec(text); if (found) resolve(found[1]) })
		child.on('exit', code => reject(new Error(`${name} ended: ${code}`)))
	})
	return { url: `http://127.0.0.1:${port}`, pid: child.pid, stop: () => child.kill('SIGKILL') }
}

export const hasTool = name => (process.env.PATH + ':/usr/sbin:/sbin').split(':').some(dir => existsSync(join(dir, name)))

/** nginx with one file of so many bytes at /file, two workers as we have two threads. Keeps connections as long as we do. */
export async function nginx(bytes) {
	const root = mkdtempSync(join(folder, 'nginx-'))
	writeFileSync(join(root, 'file'), 'x'.repeat(bytes))
	execFileSync('chmod', ['755', folder, root])
	const config = port => `daemon off; worker_processes 2; pid ${root}/pid; error_log ${root}/log; events { worker_connections 1024; }
		http { access_log off; keepalive_requests 100000000; sendfile on; open_file_cache max=10; default_type application/json;
		client_body_temp_path ${root}/b; proxy_temp_path ${root}/p; fastcgi_temp_path ${root}/f; uwsgi_temp_path ${root}/u; scgi_temp_path ${root}/s;
		server { listen 127.0.0.1:${port} backlog=1024; root ${root}; } }`
	const it = await tool('/usr/sbin/nginx', port => { writeFileSync(join(root, 'conf'), config(port)); return ['-c', join(root, 'conf')] },
		async url => { try { return (await fetch(`${url}/file`)).ok } catch { return false } })
	return { ...it, pid: it.child.pid, url: `${it.url}/file` }
}

/** Many at once: calls make(i) for 0 … n-1, `at` of them under way. */
export async function many(n, make, at = 64) {
	let next = 0
	const one = async () => { while (next < n) await make(next++) }
	await Promise.all(Array.from({ length: Math.min(at, n) }, one))
}

export { answers, freePort, tool }
