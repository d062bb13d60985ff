// So that a document one writes in can be opened again without a line: its record and its text as the server had them last, in this browser, from when its editor is opened until it is left
// or somebody signs out. Edits that wait are kept apart (keep.ts).
import type { Doc, Me, Page } from './types.ts'

export interface Opened { user: number; document: number; at: number; me: Me; doc: Doc }

let opened: Promise<IDBDatabase> | undefined

function database(): Promise<IDBDatabase> {
	opened ??= new Promise((done, fail) => {
		const request = indexedDB.open('bokgi-open', 1)
		request.onupgradeneeded = () => request.result.createObjectStore('document', { keyPath: ['user', 'document'] })
		request.onsuccess = () => done(request.result)
		request.onerror = () => fail(request.error)
	})
	return opened
}

async function run<T>(mode: IDBTransactionMode, f: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
	const db = await database()
	return new Promise((done, fail) => {
		const request = f(db.transaction('document', mode).objectStore('document'))
		request.onsuccess = () => done(request.result)
		request.onerror = () => fail(request.error)
	})
}

/** The article can be made again from the text; without it the record is small. */
export const keepOpen = (me: Me, doc: Doc): Promise<unknown> =>
	run('readwrite', (s) => s.put({ user: me.account?.id ?? 0, document: doc.id, at: Date.now(), me, doc: { ...doc, html: '' } } satisfies Opened)).catch(() => {})
export const forgetOpen = (user: number, document: number): Promise<unknown> => run('readwrite', (s) => s.delete([user, document])).catch(() => {})

/** Newest first. */
export async function allOpen(): Promise<Opened[]> {
	try {
		return ((await run('readonly', (s) => s.getAll())) as Opened[]).sort((a, b) => b.at - a.at)
	} catch {
		return [] // no IndexedDB here
	}
}

/** Whoever else had documents open here has left; 0: everybody has. */
export async function keepOnly(user: number): Promise<void> {
	for (const row of await allOpen()) if (row.user !== user) await forgetOpen(row.user, row.document)
}

/** The page for an address, made of what is here: the editor with its document, or the page that says what is here. */
export async function pageOf(shell: Page): Promise<Page> {
	const rows = await allOpen()
	const number = Number(/^\/documents\/(?:PM-)?(\d+)\/edit$/.exec(location.pathname)?.[1] ?? 0)
	const row = rows.find((r) => r.document === number)
	const me = (row ?? rows[0])?.me ?? shell.me
	return { ...shell, me, lang: me.account?.lang ?? shell.lang, ...(row && { page: 'editor', data: row.doc, position: 0 }) }
}
