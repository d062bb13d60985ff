// What was typed and is not on the server yet, kept in this browser per account and document. Records belong to the editor that made them: while its tab lives,
// nobody else touches them; when it is gone, the next editor of the same account takes them over.
import type { Kept } from './collab.ts'

interface Row extends Kept { user: number; document: number; at: number }

let opened: Promise<IDBDatabase> | undefined

function database(): Promise<IDBDatabase> {
	opened ??= new Promise((done, fail) => {
		const request = indexedDB.open('bokgi', 1)
		request.onupgradeneeded = () => request.result.createObjectStore('pending', { keyPath: ['user', 'document', 'client'] })
		request.onsuccess = () => done(request.result)
		request.onerror = () => fail(request.error)
	})
	return opened
}

async function run<T>(mode: IDBTransactionMode, f: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
	const db = await database()
	return new Promise((done, fail) => {
		const request = f(db.transaction('pending', mode, { durability: 'strict' }).objectStore('pending'))
		request.onsuccess = () => done(request.result)
		request.onerror = () => fail(request.error)
	})
}

export const keep = (user: number, document: number, kept: Kept): Promise<unknown> => run('readwrite', (s) => s.put({ ...kept, user, document, at: Date.now() } satisfies Row))
export const forget = (user: number, document: number, client: string): Promise<unknown> => run('readwrite', (s) => s.delete([user, document, client]))

const living = new Set<string>() // editors of this page, also closed ones

const isOurs = (client: string): boolean => {
	try {
		return sessionStorage.getItem(`bokgi-client-${client}`) === 'mine'
	} catch {
		return false // forbidden here
	}
}

/** Claim an editor's name for as long as this page lives. False: another living tab has it, still when the wait was given up. */
async function claim(client: string, at: number, wait?: AbortSignal): Promise<boolean> {
	if (living.has(client)) return true
	if (!navigator.locks) return isOurs(client) || Date.now() - at > 15_000
	return new Promise((done) => {
		const held = (lock: Lock | null): unknown => {
			if (lock) living.add(client)
			done(!!lock)
			return lock ? new Promise(() => {}) : undefined
		}
		navigator.locks.request(`bokgi-editor-${client}`, wait ? { signal: wait } : { ifAvailable: true }, held).catch(() => done(false))
	})
}

/** Say that an editor of this name lives here. */
export async function begin(client: string): Promise<void> {
	try {
		sessionStorage.setItem(`bokgi-client-${client}`, 'mine')
	} catch {
		// Full or forbidden: the lock says it too.
	}
	await claim(client, Date.now())
}

async function rows(user: number, document: number): Promise<Row[]> {
	try {
		const range = IDBKeyRange.bound([user, document], [user, document, []])
		return ((await run('readonly', (s) => s.getAll(range))) as Row[]).sort((a, b) => a.at - b.at)
	} catch {
		return [] // no IndexedDB here (private windows of some browsers)
	}
}

/** What editors that are gone have left behind for this account and document, oldest first. A page that was loaded anew may still hold what it had claimed for a moment. */
export async function left(user: number, document: number): Promise<Kept[]> {
	const claimed: string[] = []
	for (const { client, at } of await rows(user, document)) if (await claim(client, at, isOurs(client) ? AbortSignal.timeout(5000) : undefined)) claimed.push(client)
	// Read again: whoever had it may have written on until it went. One's own comes first: that is what was on the screen.
	const now = (await rows(user, document)).filter((row) => claimed.includes(row.client))
	return [...now.filter((row) => isOurs(row.client)), ...now.filter((row) => !isOurs(row.client))]
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

/** True when the tab that has this name is gone and has not come back; false at the signal. A page that is loaded anew lets go for a moment, and goes before us. */
async function goneFor(client: string, signal: AbortSignal): Promise<boolean> {
	for (;;) {
		const free = await navigator.locks.request(`bokgi-editor-${client}`, { signal }, () => true).catch(() => false)
		if (!free) return false
		await pause(3000)
		const { held = [] } = await navigator.locks.query()
		if (signal.aborted) return false
		if (!held.some((lock) => lock.name === `bokgi-editor-${client}`)) return true
	}
}

/** What other tabs that live still have, as each of them goes without having sent it; until the signal. */
export async function leftLater(user: number, document: number, signal: AbortSignal, take: (kept: Kept) => void): Promise<void> {
	if (!navigator.locks) return
	for (const { client, at } of await rows(user, document))
		if (!living.has(client))
			void goneFor(client, signal).then(async (gone) => {
				const row = gone && (await claim(client, at)) && (await rows(user, document)).find((r) => r.client === client)
				if (row) take(row)
			})
}
