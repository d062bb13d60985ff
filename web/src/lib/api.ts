// The one way to the server. A change carries an Idempotency-Key and is tried again with the same key when the line breaks, so it happens once.
import { fieldWords } from './field-words.ts'
import { lang } from './i18n.svelte.ts'

export interface FieldError { pointer: string; detail: string }

/** What the server answered instead: RFC 9457, with the messages at their fields. */
export class Problem extends Error {
	status: number
	code: string
	fields: Record<string, string> = {}
	current: unknown
	body: Record<string, unknown>

	constructor(status: number, body: Record<string, unknown>) {
		super(String(body.detail ?? body.title ?? `HTTP ${status}`))
		this.status = status
		this.code = String(body.code ?? '')
		this.current = body.current
		this.body = body
		for (const e of (body.errors as FieldError[] | undefined) ?? []) this.fields[e.pointer.replace(/^[#/]*/, '')] = fieldWords(this.code, e.detail)
		if (typeof body.field === 'string' && !this.fields[body.field]) this.fields[body.field] = fieldWords(this.code, this.message)
	}
}

/** The server cannot be reached. */
export class Offline extends Error {}

export interface Reply<T> { data: T; position: number; etag: string | null }

export interface Options {
	version?: number
	key?: string
	signal?: AbortSignal
	/** How often to try again when the line breaks. */
	retries?: number
	keepalive?: boolean
}

export function uuid(): string {
	if (crypto.randomUUID) return crypto.randomUUID()
	const b = crypto.getRandomValues(new Uint8Array(16))
	b[6] = ((b[6] as number) & 0x0f) | 0x40
	b[8] = ((b[8] as number) & 0x3f) | 0x80
	const hex = [...b].map((x) => x.toString(16).padStart(2, '0')).join('')
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))
const passing = new Set([502, 503, 504])

export const hooks = {
	/** Called when the server no longer knows who we are. */
	unauthorised: () => {},
}

let skew = 0
/** The server's clock, as far as its Date headers tell: a countdown must not follow a laptop that is five minutes off. */
export const serverNow = (): number => Date.now() + skew

function readClock(date: string | null): void {
	if (!date) return
	const off = Date.parse(date) + 500 - Date.now()
	if (Math.abs(off) > 2000) skew = off
	else skew = 0
}

async function once<T>(method: string, path: string, body: unknown, headers: Record<string, string>, o: Options): Promise<Reply<T>> {
	let response: Response
	try {
		const init: RequestInit = { method, headers, credentials: 'same-origin' }
		if (body !== undefined) init.body = JSON.stringify(body)
		if (o.signal) init.signal = o.signal
		if (o.keepalive) init.keepalive = true
		response = await fetch(`/api/v1${path}`, init)
	} catch (e) {
		if ((e as Error).name === 'AbortError') throw e
		throw new Offline((e as Error).message)
	}
	readClock(response.headers.get('date'))
	const text = await response.text()
	const json = text && /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined
	if (!response.ok) {
		if (response.status === 401 && path !== '/login') hooks.unauthorised()
		throw new Problem(response.status, (json as Record<string, unknown>) ?? { detail: text || response.statusText })
	}
	return { data: json as T, position: Number(response.headers.get('bokgi-position') ?? 0), etag: response.headers.get('etag') }
}

export async function call<T>(method: string, path: string, body?: unknown, o: Options = {}): Promise<Reply<T>> {
	const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': lang() }
	if (body !== undefined) headers['Content-Type'] = 'application/json'
	if (method !== 'GET') headers['Idempotency-Key'] = o.key ?? uuid()
	if (o.version !== undefined) headers['If-Match'] = `"${o.version}"`
	for (let attempt = 0; ; attempt++) {
		try {
			return await once<T>(method, path, body, headers, o)
		} catch (e) {
			const again = e instanceof Offline || (e instanceof Problem && passing.has(e.status))
			if (!again || attempt >= (o.retries ?? 3)) throw e
			await pause(300 * 3 ** attempt * (0.7 + Math.random() * 0.6))
		}
	}
}

const enc = (v: string | number | boolean) => encodeURIComponent(String(v))

/** "?a=1&b=2" of what is set. */
export function query(values: Record<string, string | number | boolean | null | undefined>): string {
	const set = Object.entries(values).filter(([, v]) => v !== undefined && v !== null && v !== '')
	return set.length ? '?' + set.map(([k, v]) => `${k}=${enc(v as string)}`).join('&') : ''
}

export const get = <T>(path: string, o?: Options) => call<T>('GET', path, undefined, o)
export const post = async <T>(path: string, body: unknown = {}, o?: Options): Promise<T> => (await call<T>('POST', path, body, o)).data
export const put = async <T>(path: string, body: unknown = {}, o?: Options): Promise<T> => (await call<T>('PUT', path, body, o)).data
export const remove = async (path: string, o?: Options): Promise<void> => void (await call('DELETE', path, undefined, o))

/** Every page of a list, one after the other. */
export async function all<T>(path: string, limit = 200): Promise<Reply<T[]>> {
	const items: T[] = []
	let after = ''
	let position = 0
	for (;;) {
		// Only lists that come in pages know a limit; whether this one does, its first page tells.
		const further = after ? `${path.includes('?') ? '&' : '?'}limit=${limit}&after=${enc(after)}` : ''
		const reply = await get<{ items: T[]; next: string | null }>(`${path}${further}`)
		items.push(...reply.data.items)
		position ||= reply.position
		if (!reply.data.next || reply.data.next === after) return { data: items, position, etag: null }
		after = reply.data.next
	}
}
