// The article stands in its page once, as markup, and is the same that the API gives.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, person } from './lib/browser.mjs'
import { serveWithAdmin, until } from './lib/server.mjs'

const text = '## Page\n\nWho: TBD(@kim, 2026-12-01) `<b>TBD</b>` & "more" \'s\n\n## App\n\n- [x] *done*\n- [ ] **open**\n\n| a | b |\n| :-- | --: |\n| 1 <i> | [2](/x?a=1&b=2) |\n\n' +
	'```c\n\n\tif (a < b && c)\n```\n\n> 인용\n\n<div>\n*raw*\n</div>\n\n```bokgi actions\n```\n\n![alt](/favicon.svg "t") ~~gone~~  \n한 줄 더\n\n## Main\n\n## Page\n\nend\n'
let s, browser, who, blank, doc
before(async () => {
	[s, browser] = await Promise.all([serveWithAdmin(), launch()])
	doc = await s.post('/api/v1/documents', { title: 'A & B <i>', kind: 'incident', text })
	blank = await browser.newPage()
	who = await person(browser, s.url, { cookie: s.cookie })
})
after(async () => {
	await browser?.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

const inPage = () => who.page.evaluate(() => document.querySelector('.ed article.doc')?.innerHTML.replaceAll('<!---->', ''))
/* Beside the page: its policy lets no markup in. */
const parsed = html => blank.evaluate(html => new DOMParser().parseFromString(`<article>${html}</article>`, 'text/html').querySelector('article').innerHTML, html)

test('the page says it once', async () => {
	for (const [what, n] of [['', 1], ['/edit', 1]]) {
		const page = await (await fetch(`${s.url}/documents/${doc.ref}${what}`, { headers: { cookie: s.cookie } })).text()
		assert.equal(page.split('kim · 2026-12-01').length - 1 + page.split('kim \\u00b7').length - 1, n)
		assert.match(page, /"html":""/)
	}
})

test('what the browser shows is what the API gives, at first and after a change', async () => {
	await who.page.goto(`/documents/${doc.ref}`)
	await who.page.locator('.ed article.doc').waitFor()
	const { html, version, text_version: at } = await s.get(`/api/v1/documents/${doc.ref}`)
	assert.match(html, /id="page-1"/)
	assert.equal(await inPage(), await parsed(html))
	assert.equal(await who.page.locator('.ed .outline li').count(), 4)
	await s.post(`/api/v1/documents/${doc.ref}/updates`, { client: 'abcdefghijklmnopqrstuv', version: at, updates: [{ seq: 1, changes: [text.length, [0, '## Afterwards', '', 'more']] }] })
	await until(async () => (await inPage())?.includes('Afterwards'), 'the change is shown')
	assert.equal(await inPage(), await parsed((await s.get(`/api/v1/documents/${doc.ref}`)).html))
	assert.ok(version > 0)
	assert.deepEqual(who.troubles, [])
})

test('it can be read without a script', async () => {
	const context = await browser.newContext({ baseURL: s.url, javaScriptEnabled: false, extraHTTPHeaders: { cookie: s.cookie } })
	const page = await context.newPage()
	await page.goto(`/documents/${doc.ref}`)
	assert.equal(await page.locator('article.doc h1').textContent(), 'A & B <i>')
	assert.equal(await page.locator('article.doc .tbd').count(), 1)
	await context.close()
})
