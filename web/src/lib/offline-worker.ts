// Answers for the server when there is no line: with the files of the pages, which never change under their names, and an empty shell that finds in the browser what was being written.
// Nothing that the API says is kept here.
export {} // a module of its own

interface Fetching extends Event { request: Request; respondWith(answer: Promise<Response>): void; waitUntil(work: Promise<unknown>): void }
const scope = self as unknown as { skipWaiting(): Promise<void>; clients: { claim(): Promise<void> }; addEventListener(name: string, f: (e: Fetching & MessageEvent) => void): void }

const shell = '/offline'
const open = () => caches.open('bokgi-shell')

/** The shell as somebody gets it who is not signed in, what it names, and what the page has loaded; what no version needs any more goes. */
async function keep(files: string[]): Promise<void> {
	const cache = await open()
	const page = await fetch(shell, { credentials: 'omit', cache: 'no-store' })
	if (!page.ok) return
	const named = [...(await page.clone().text()).matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((m) => m[1] as string)
	const wanted = new Set([...named, ...files])
	for (const file of wanted) {
		if (await cache.match(file)) continue
		const reply = await fetch(file, { credentials: 'omit' })
		if (reply.ok) await cache.put(file, reply)
	}
	await cache.put(shell, page)
	for (const { url } of await cache.keys()) {
		const { pathname } = new URL(url)
		if (pathname !== shell && !wanted.has(pathname)) await cache.delete(url)
	}
}

const away = new Set([502, 503, 504])

async function page(request: Request): Promise<Response> {
	const kept = async () => (await open()).match(shell)
	try {
		const reply = await fetch(request)
		return (away.has(reply.status) && (await kept())) || reply
	} catch (e) {
		const instead = await kept()
		if (!instead) throw e
		return instead
	}
}

const file = async (request: Request): Promise<Response> => (await (await open()).match(request, { ignoreVary: true })) ?? fetch(request)

scope.addEventListener('install', (e) => e.waitUntil(scope.skipWaiting()))
scope.addEventListener('activate', (e) => e.waitUntil(scope.clients.claim()))
scope.addEventListener('message', (e) => e.waitUntil(keep((e.data as { keep: string[] }).keep)))
scope.addEventListener('fetch', (e) => {
	const { origin, pathname } = new URL(e.request.url)
	if (origin !== location.origin || e.request.method !== 'GET') return
	if (e.request.mode === 'navigate') {
		if (!pathname.startsWith('/api/') && !/\.[a-z]+$/.test(pathname)) e.respondWith(page(e.request))
	} else if (pathname.startsWith('/assets/')) e.respondWith(file(e.request))
})
