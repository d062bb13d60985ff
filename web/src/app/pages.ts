// Each page is a chunk of its own; the server names the one it needs in the shell, so it comes along with the first.
import type { Component } from 'svelte'
import { router, type PageName } from './router.svelte.ts'
import { session } from './session.svelte.ts'

type Module = { default: Component }
const pages: Record<PageName, () => Promise<Module>> = {
	home: () => import('../pages/Home.svelte'),
	incidents: () => import('../pages/Incidents.svelte'),
	incident: () => import('../pages/Incident.svelte'),
	documents: () => import('../pages/Documents.svelte'),
	document: () => import('../pages/Document.svelte'),
	editor: () => import('../pages/Editor.svelte'),
	history: () => import('../pages/History.svelte'),
	review: () => import('../pages/Review.svelte'),
	published: () => import('../pages/Published.svelte'),
	reviews: () => import('../pages/Reviews.svelte'),
	actions: () => import('../pages/Actions.svelte'),
	policy: () => import('../pages/Policy.svelte'),
	search: () => import('../pages/Search.svelte'),
	settings: () => import('../pages/Settings.svelte'),
	inbox: () => import('../pages/Inbox.svelte'),
	join: () => import('../pages/Join.svelte'),
	offline: () => import('../pages/Offline.svelte'),
	login: () => import('../pages/Login.svelte'),
	setup: () => import('../pages/Setup.svelte'),
	not_found: () => import('../pages/NotFound.svelte'),
}
const here = new Map<PageName, Module>()

/** The page of this address for whoever is here. */
export function pageHere(): PageName {
	const { name } = router.route
	if (session.offline && (name !== 'editor' || !session.account)) return 'offline'
	if (session.me.setup_needed) return 'setup'
	return session.account || name === 'setup' || name === 'join' ? name : 'login'
}

/** At once when it was open before: {#await} shows what is no promise without a frame in between. */
export const openPage = (name: PageName): Module | Promise<Module> => here.get(name) ?? fetchPage(name)

export async function fetchPage(name: PageName): Promise<Module> {
	const module = await pages[name]()
	here.set(name, module)
	return module
}
