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

/** Claim an editor's name for as long as this tab lives. False: another living tab has it. */
async function claim(client: string, at: number): Promise<boolean> {
	if (!navigator.locks) return sessionStorage.getItem(`bokgi-client-${client}`) === 'mine' || Date.now() - at > 15_000
	return new Promise((done) => {
		void navigator.locks.request(`bokgi-editor-${client}`, { ifAvailable: true }, (lock) => {
			done(!!lock)
			return lock ? new Promise(() => {}) : undefined
		})
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

/** What editors that are gone have left behind for this account and document, oldest first. */
export async function left(user: number, document: number): Promise<Kept[]> {
	try {
		const range = IDBKeyRange.bound([user, document], [user, document, []])
		const rows = (await run('readonly', (s) => s.getAll(range))) as Row[]
		const mine: Row[] = []
		for (const row of rows.sort((a, b) => a.at - b.at)) if (await claim(row.client, row.at)) mine.push(row)
		return mine
	} catch {
		return [] // no IndexedDB here (private windows of some browsers)
	}
}
