// Trusted Types: what may become markup or a script. Two named policies and nothing else (Svelte has its own for its templates).
type Html = { toString(): string }
interface Policy { createHTML(text: string): Html; createScriptURL(url: string): string }
interface Factory { createPolicy(name: string, rules: { createHTML?: (text: string) => string; createScriptURL?: (url: string) => string }): Policy }

const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes
const plain: Policy = { createHTML: (text) => text, createScriptURL: (url) => url }

const articles = factory?.createPolicy('bokgi-article', { createHTML: (text) => text }) ?? plain
const workers =
	factory?.createPolicy('bokgi-worker', {
		createScriptURL(url) {
			const { origin, pathname } = new URL(url, location.href)
			if (origin !== location.origin || !pathname.startsWith('/assets/')) throw new TypeError(`not one of our workers: ${url}`)
			return url
		},
	}) ?? plain

/** HTML that the server rendered from Markdown in safe mode. The only way such HTML gets into a page. */
export const article = (html: string): string => articles.createHTML(html) as string
export const workerUrl = (url: string): string => workers.createScriptURL(url)
