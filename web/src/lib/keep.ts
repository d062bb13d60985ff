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

/** A page that is going away does not live to see a database written: what it has at the last moment is put where that takes no time, and moves on from there. */
const hasty = (user: number, document: number, client: string): string => `bokgi-pending-${user}-${document}-${client}`
export function keepNow(user: number, document: number, kept: Kept): void {
	try {
		localStorage.setItem(hasty(user, document, kept.client), JSON.stringify({ ...kept, user, document, at: Date.now() } satisfies Row))
	} catch {
		// Full or forbidden: the database has what was typed until a moment ago.
	}
}
function hastyRows(user: number): Row[] {
	try {
		const names = Object.keys(localStorage).filter((name) => name.startsWith(`bokgi-pending-${user}-`))
		return names.map((name) => JSON.parse(localStorage.getItem(name) as string) as Row)
	} catch {
		return []
	}
}

export async function keep(user: number, document: number, kept: Kept): Promise<void> {
	const at = Date.now()
	await run('readwrite', (s) => s.put({ ...kept, user, document, at } satisfies Row))
	if (hastyRows(user).some((r) => r.document === document && r.client === kept.client && r.at <= at)) localStorage.removeItem(hasty(user, document, kept.client))
}
export async function forget(user: number, document: number, client: string): Promise<void> {
	try {
		localStorage.removeItem(hasty(user, document, client))
	} catch {
		// Forbidden: nothing is there.
	}
	await run('readwrite', (s) => s.delete([user, document, client]))
}

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

/** Of each editor the newest, oldest editor first; without a document, of all. */
async function rows(user: number, document?: number): Promise<Row[]> {
	const kept = await run('readonly', (s) => s.getAll(IDBKeyRange.bound([user], [user, []])) as IDBRequest<Row[]>).catch(() => [] as Row[]) // no IndexedDB here (private windows of some browsers)
	const newest = new Map<string, Row>()
	for (const row of [...kept, ...hastyRows(user)]) {
		const name = `${row.document} ${row.client}`
		if ((newest.get(name)?.at ?? -1) < row.at) newest.set(name, row)
	}
	return [...newest.values()].filter((row) => document === undefined || row.document === document).sort((a, b) => a.at - b.at)
}

/** Is anything kept here for this account? */
export const anythingKept = async (user: number): Promise<boolean> => (await rows(user)).length > 0

/** What editors that are gone have left behind for this account and document, oldest first. A page that was loaded anew may still hold what it had claimed for a moment. */
export async function left(user: number, document: number): Promise<Kept[]> {
	const now = await claimed(user, await rows(user, document))
	// One's own comes first: that is what was on the screen.
	return [...now.filter((row) => isOurs(row.client)), ...now.filter((row) => !isOurs(row.client))]
}

async function claimed(user: number, all: readonly Row[]): Promise<Row[]> {
	const names: string[] = []
	for (const { client, at } of all) if (await claim(client, at, isOurs(client) ? AbortSignal.timeout(5000) : undefined)) names.push(client)
	// Read again: whoever had it may have written on until it went.
	return (await rows(user)).filter((row) => names.includes(row.client))
}

/** The same for all documents but one; nothing of what an editor of this page has or had. */
export async function leftAnywhere(user: number, opening: number): Promise<{ document: number; kept: Kept }[]> {
	const others = (await rows(user)).filter((row) => row.document !== opening && !living.has(row.client))
	return (await claimed(user, others)).map(({ document, ...kept }) => ({ document, kept }))
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
