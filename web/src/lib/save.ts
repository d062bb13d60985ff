// How forms change a record of the server: with If-Match, and with words for the fields that somebody else has changed, too.
import { call, Problem, uuid } from './api.ts'
import { Edit, Taken, type Values } from './edit.ts'
import { t } from './i18n.svelte.ts'

/** Somebody else changed the same fields; saving again replaces what stands there now. */
export class Collision extends Error {
	fields: Record<string, string>
	constructor(fields: Record<string, string>) {
		super(t('Somebody else has changed this meanwhile. What you typed is still here; saving again puts it in the place of what stands there now.'))
		this.fields = fields
	}
}

type Kept = { version?: number }
/** How a field reads when its value does not read by itself. */
export type Shown<T> = Record<string, (record: T) => string>

interface More<T> {
	shown?: Shown<T>
	/** Where the version goes elsewhere than into If-Match. */
	send?: (changed: Values, version: number, key: string) => Promise<T>
	newer?: (refused: unknown) => T | undefined | Promise<T | undefined>
}

function inWords(value: unknown): string {
	if (value === true) return t('Yes')
	if (value === false) return t('No')
	return value === null || value === undefined ? '' : String(value)
}

function explain(words: string): string {
	return words ? t('Somebody else changed this to “{words}”. Saving again replaces that.', { words }) : t('Somebody else emptied this. Saving again replaces that.')
}

/** What came with the refusal because the version was not the newest any more. */
const current = <T>(refused: unknown) => (refused instanceof Problem && refused.status === 412 ? (refused.current as T | undefined) : undefined)

export class Saver<T extends Kept> {
	private edit: Edit<T>
	private key = ''
	private more: More<T>
	private read: (record: T) => Values

	constructor(path: string, record: T, read: (record: T) => Values, more: More<T> = {}) {
		const send = more.send ?? (async (changed: Values, version: number, key: string) => (await call<T>('PATCH', path, changed, { key, ...(version && { version }) })).data)
		this.read = read
		this.more = more
		// A key belongs to one request, and the same change on another version is another one.
		this.edit = new Edit<T>(record, { read, send: (changed, version) => send(changed, version, `${this.key}.${version}`), newer: more.newer ?? current })
	}

	/** Sends what is otherwise than it was; the record as it is then. */
	async save(now: Values, key = uuid()): Promise<T> {
		this.key = key
		try {
			return await this.edit.save(now)
		} catch (e) {
			throw e instanceof Taken ? this.collision(e as Taken<T>) : e
		}
	}

	private collision({ record, names }: Taken<T>): Collision {
		return new Collision(Object.fromEntries(names.map((name) => [name, explain(this.more.shown?.[name]?.(record) ?? inWords(this.read(record)[name]))])))
	}
}

/** One change by one press. Nobody has typed what could be lost, so what was pressed last counts. */
export async function change<T extends Kept>(path: string, record: T, values: Values): Promise<T> {
	const names = Object.keys(values)
	const saver = new Saver<T>(path, record, (r) => Object.fromEntries(names.map((name) => [name, (r as Values)[name]])))
	return saver.save(values).catch((e) => (e instanceof Collision ? saver.save(values) : Promise.reject(e)))
}
