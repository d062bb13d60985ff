// Chromium as a person uses it, and the words of the pages in the person's language.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import gettext from 'gettext-parser'
import { chromium } from 'playwright-core'

const korean = gettext.po.parse(readFileSync('locale/ko.po')).translations['']
/** The words of the page for an English key of the catalogue, filled as the page fills them. */
export const words = lang => (key, values = {}) => {
	const found = lang === 'ko' ? korean[key]?.msgstr[0] : key
	assert.ok(found, `the catalogue has no “${key}”`)
	return found.replaceAll(/\{(\w+)\}/g, (_, name) => values[name])
}

const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
	'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost']
const HOW = { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell', args: ARGS }
export const launch = () => chromium.launch(HOW)
/** A browser that keeps in a folder what it knows, as if closed and opened again. */
export const launchIn = async (folder, base, lang = 'en') => {
	const context = await chromium.launchPersistentContext(folder, { ...HOW, baseURL: base, locale: LOCALES[lang], timezoneId: 'Asia/Seoul', reducedMotion: 'reduce' })
	context.setDefaultTimeout(30000)
	return context
}

const LOCALES = { en: 'en-US', ko: 'ko-KR' }
/** The browser has the session of this cookie from now on, for longer than it is open. */
export const signedIn = (context, base, cookie) => context.addCookies([{
	name: cookie.split('=')[0], value: cookie.slice(cookie.indexOf('=') + 1), url: base.replace('http:', cookie.startsWith('__Host-') ? 'https:' : 'http:'),
	secure: cookie.startsWith('__Host-'), httpOnly: true, expires: Math.floor(Date.now() / 1000) + 3600,
}])
/** A browser of somebody's own, with the worker that answers when there is no line if offline says so: {context, page, troubles}. troubles: what the console, the page and the policy complained about, and requests that left this machine. */
export async function person(browser, base, { lang = 'en', width = 1440, height = 900, theme = 'light', cookie, bypassCSP = false, offline = false } = {}) {
	const context = await browser.newContext({ baseURL: base, locale: LOCALES[lang], timezoneId: 'Asia/Seoul', viewport: { width, height }, colorScheme: theme, bypassCSP, reducedMotion: 'reduce', serviceWorkers: offline ? 'allow' : 'block' })
	const troubles = []
	context.setDefaultTimeout(30000)
	context.on('request', request => {
		const { hostname, protocol } = new URL(request.url())
		if (!['127.0.0.1', 'localhost'].includes(hostname) && !['data:', 'blob:'].includes(protocol)) troubles.push(`asked ${request.url()}`)
	})
	await context.exposeBinding('bokgiViolation', (_, what) => { troubles.push(`policy: ${what}`) })
	await context.addInitScript(() => addEventListener('securitypolicyviolation', e => window.bokgiViolation(`${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile ?? ''}:${e.lineNumber} ${e.sample}`)))
	if (cookie) await signedIn(context, base, cookie)
	const page = await context.newPage()
	watchTroubles(page, troubles)
	waitForApp(page)
	return { context, page, troubles, lang, t: words(lang) }
}

/** A page was gone to when it hears keys, and not when its files have come. */
function waitForApp(page) {
	const goto = page.goto.bind(page)
	page.goto = async (...how) => {
		const reply = await goto(...how)
		await page.waitForFunction(() => !document.querySelector('div#app') || document.querySelector('div#app > .app, div#app > main.phone')).catch(() => undefined) // what follows says what is wrong
		return reply
	}
}

/** Words in the editor are chosen, or the cursor is behind them, and the editor knows it. */
export async function choose(page, words, { behind = false } = {}) {
	await page.locator('.cm-content', { hasText: words }).waitFor()
	await page.waitForFunction(([words, behind]) => {
		const editor = document.querySelector('.cm-content'), { view } = editor.cmTile
		const walk = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT)
		let node = walk.nextNode(), at
		while (node && (at = node.data.indexOf(words)) < 0) node = walk.nextNode()
		if (!node) return false
		const from = at + (behind ? words.length : 0), to = at + words.length, { main } = view.state.selection
		if (document.activeElement === editor && view.posAtDOM(node, from) === main.from && view.posAtDOM(node, to) === main.to) return true
		const now = getSelection()
		editor.focus()
		if (now.anchorNode !== node || now.anchorOffset !== from || now.focusOffset !== to) now.setBaseAndExtent(node, from, node, to)
		return false
	}, [words, behind], { polling: 40 })
}

function watchTroubles(page, troubles) {
	page.on('console', message => { if (message.type() === 'error') troubles.push(`console: ${message.text()} ${message.location().url}`) })
	page.on('pageerror', error => troubles.push(`page: ${error.stack ?? error}`))
}

/** Proof that a page showed what it shows without being loaded again: call it, change something elsewhere, call what it returned. */
export async function staying(page) {
	const before = page.url(), mark = Math.random()
	let left = 0
	const count = frame => { if (frame === page.mainFrame()) left++ }
	await page.evaluate(value => { window.bokgiStays = value }, mark)
	page.on('framenavigated', count)
	return async () => {
		page.off('framenavigated', count)
		assert.equal(left, 0, `${before} was left`)
		assert.equal(await page.evaluate(() => window.bokgiStays), mark, `${before} was loaded again`)
		assert.equal(page.url(), before)
	}
}
