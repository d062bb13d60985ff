// Addresses and pages. Every state of the page that is worth a link is in the address.
import type { Page } from '../lib/types.ts'

export type PageName = 'home' | 'incidents' | 'incident' | 'documents' | 'document' | 'editor' | 'review' | 'history' | 'published' | 'reviews' | 'actions' | 'policy' | 'search' | 'settings' | 'inbox' | 'login' | 'setup' | 'join' | 'offline' | 'not_found'

export interface Route { name: PageName; id: string; path: string; query: URLSearchParams }

const table: [RegExp, PageName][] = [
	[/^\/$/, 'home'],
	[/^\/incidents$/, 'incidents'],
	[/^\/incidents\/([^/]+)$/, 'incident'],
	[/^\/documents$/, 'documents'],
	[/^\/documents\/([^/]+)$/, 'document'],
	[/^\/documents\/([^/]+)\/edit$/, 'editor'],
	[/^\/documents\/([^/]+)\/history$/, 'history'],
	[/^\/documents\/([^/]+)\/review$/, 'review'],
	[/^\/documents\/([^/]+)\/versions\/\d+$/, 'published'],
	[/^\/reviews$/, 'reviews'],
	[/^\/actions$/, 'actions'],
	[/^\/policy$/, 'policy'],
	[/^\/search$/, 'search'],
	[/^\/settings$/, 'settings'],
	[/^\/inbox$/, 'inbox'],
	[/^\/join$/, 'join'],
	[/^\/offline$/, 'offline'],
	[/^\/login$/, 'login'],
	[/^\/setup$/, 'setup'],
]

export function match(path: string, query = ''): Route {
	for (const [pattern, name] of table) {
		const m = pattern.exec(path)
		if (m) return { name, id: decodeURIComponent(m[1] ?? ''), path, query: new URLSearchParams(query) }
	}
	return { name: 'not_found', id: '', path, query: new URLSearchParams(query) }
}

/** 7 of "INC-7", "PM-7" or "7". */
export const numberOf = (id: string): number => Number(/(\d+)$/.exec(id)?.[1] ?? 0)

/** The server had an explanation instead of the record: the page asks again and shows it. */
const isProblem = (data: unknown) => typeof data === 'object' && data !== null && 'code' in data && 'status' in data && 'type' in data

class Router {
	route = $state.raw<Route>(match('/'))
	/** Raised when the same address is asked for again, so that the page begins anew. */
	visit = $state(0)
	private page: Page | undefined
	private guard: (() => boolean) | undefined

	begin(page: Page): void {
		this.page = page
		this.route = match(location.pathname, location.search)
		addEventListener('popstate', () => this.show())
		document.addEventListener('click', (e) => this.click(e))
	}

	/** What the server sent along for this address; given out once. */
	take<T>(): { data: T; position: number } | undefined {
		const page = this.page
		this.page = undefined
		if (!page || page.data === undefined || page.data === null || isProblem(page.data) || match(location.pathname).name !== this.route.name) return undefined
		return { data: page.data as T, position: page.position }
	}

	go(to: string, replace = false): void {
		if (this.guard && !this.guard()) return
		const url = new URL(to, location.href)
		if (replace) history.replaceState(null, '', url)
		else history.pushState(null, '', url)
		this.show()
		if (!replace) scrollTo(0, 0)
	}

	/** Change the query without leaving the page. */
	setQuery(values: Record<string, string | null>): void {
		const url = new URL(location.href)
		for (const [k, v] of Object.entries(values)) v ? url.searchParams.set(k, v) : url.searchParams.delete(k)
		history.replaceState(null, '', url)
		this.route = { ...this.route, query: url.searchParams }
	}

	private show(): void {
		this.page = undefined
		this.route = match(location.pathname, location.search)
		this.visit++
	}

	private click(e: MouseEvent): void {
		if (e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return
		const a = (e.target as Element | null)?.closest?.('a')
		if (!a?.href || a.target || a.hasAttribute('download') || a.origin !== location.origin) return
		if (match(a.pathname).name === 'not_found') return
		if (a.pathname === location.pathname && a.search === location.search && a.hash) return
		e.preventDefault()
		this.go(a.href)
	}
}

export const router = new Router()
