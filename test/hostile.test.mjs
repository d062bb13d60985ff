// What people write is shown, never run: collected attacks on sanitizers go into every text that somebody can write, and every page that shows them is opened.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { launch, person } from './lib/browser.mjs'
import { serveWithAdmin } from './lib/server.mjs'

const data = process.env.BOKGI_TEST_DATA ?? '../shared/data'
const collected = (() => { try { return readFileSync(`${data}/hostile/xss-dompurify.jsonl`, 'utf8').trim().split('\n').map(line => JSON.parse(line).payload) } catch { return null } })()
/* Ours: the same attacks in Markdown and in addresses, each calling what is watched. */
const own = ['<img src=x onerror=alert(1)>', '<svg onload=alert(1)>', '<script>alert(1)</script>', '[press](javascript:alert(1))', '![x](javascript:alert(1))', '<javascript:alert(1)>', '[x]: javascript:alert(1)\n\n[x]',
	'"><img src=x onerror=alert(1)>', "'-alert(1)-'", '</script><script>alert(1)</script>', '</textarea><svg/onload=alert(1)>', '```bokgi timeline\n<img src=x onerror=alert(1)>\n```', '<a href="javascript:alert(1)" autofocus onfocus=alert(1)>x</a>',
	'| <img src=x onerror=alert(1)> |\n|---|\n| [x](data:text/html,<script>alert(1)</script>) |', '<details open ontoggle=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;', '${alert(1)}', '{{constructor.constructor("alert(1)")()}}']
const payloads = [...collected ?? [], ...own]

let s, browser
before(async () => { [s, browser] = await Promise.all([serveWithAdmin(), launch()]) })
after(async () => {
	await browser?.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

/** As many code points of the text as a field takes. */
const cut = (text, most) => [...text].slice(0, most).join('')
const letters = text => text.replaceAll('\0', '')

/** A browser in which nothing can run unnoticed: ran says what did. */
async function trap(base, options) {
	const who = await person(browser, base, options), ran = []
	await who.context.exposeBinding('bokgiRan', (_, what) => { ran.push(what) })
	await who.context.addInitScript(() => { for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = (...args) => window.bokgiRan(`${name}(${args.join().slice(0, 80)}) at ${location.pathname}`) })
	who.page.on('dialog', dialog => { ran.push(`dialog ${dialog.message()}`); return dialog.dismiss() })
	return { ...who, ran }
}

/** Everything that takes text, filled with attacks; the number that was taken, and where to look. */
async function fill() {
	let taken = 0, refused = 0
	const give = async (method, path, body) => {
		const reply = await s.ask(method, path, body, { headers: method === 'PATCH' ? { 'if-match': '*' } : {} })
		assert.ok(reply.status < 500, `${path}: ${reply.status} ${JSON.stringify(body).slice(0, 200)}`)
		if (reply.status < 300) taken++
		else refused++
		return reply.status < 300 ? reply.body : null
	}
	const main = await give('POST', '/api/v1/incidents', { title: cut(payloads.at(-18), 300), summary: letters(payloads.join('\n')).slice(0, 9000), channel: own[0], exit_criterion: own[1], exit_minutes: 5, detected_by: own[2], detection_source: 'staff' })
	for (const [i, raw] of payloads.entries()) {
		const text = letters(raw)
		await give('POST', `/api/v1/incidents/${main.ref}/timeline`, { text: cut(text, 5000), at: '2026-01-01T00:00:00Z', knew: cut(text, 5000), decided: cut(text, 2000), because: cut(text, 2000), key: true, evidence: [{ url: `https://x.example/${encodeURIComponent(cut(text, 200))}`, title: cut(text, 200) }] })
		const action = await give('POST', '/api/v1/actions', { title: cut(text, 300), type: 'prevent', incident: main.ref })
		if (action && i % 2) await give('POST', `/api/v1/actions/${action.ref}/close`, { evidence: cut(text, 4000) })
		if (i % 3 === 0) await give('POST', '/api/v1/incidents', { title: cut(text, 300) })
		if (i % 8 === 0) {
			await give('POST', `/api/v1/incidents/${main.ref}/mitigations`, { kind: 'other', text: cut(text, 200), quantity: cut(text, 60) })
			await give('POST', `/api/v1/incidents/${main.ref}/updates`, { text: cut(text, 2000) })
			await give('POST', '/api/v1/services', { name: cut(`${i} ${text}`, 100), description: cut(text, 2000) })
			await give('POST', '/api/v1/teams', { name: cut(`${i} ${text}`, 100), handle: `t${i}` })
			await give('POST', '/api/v1/people', { login: `p${i}`, name: cut(text, 100), role: 'viewer' })
		}
	}
	for (const url of ['javascript:alert(1)', 'data:text/html,<script>alert(1)</script>', ' javascript:alert(1)', 'vbscript:x', 'https://x.example/"onclick="alert(1)']) await give('POST', `/api/v1/incidents/${main.ref}/timeline`, { text: 'evidence', evidence: [{ url, title: 'press' }] })
	const written = await give('POST', '/api/v1/documents', { title: cut(own[0], 200), kind: 'project', text: payloads.map(letters).join('\n\n'), lang: 'en' })
	const about = await give('POST', '/api/v1/documents', { title: cut(own[9], 200), kind: 'incident', incident: main.ref })
	return { taken, refused, pages: ['/', '/incidents?state=all&limit=200', `/incidents/${main.ref}`, '/documents', `/documents/${written.ref}`, `/documents/${written.ref}/edit`, `/documents/${written.ref}.html`, `/documents/${about.ref}`,
		'/actions', '/actions?view=done', '/settings?part=people', '/settings?part=teams', '/settings?part=services', ...[...own.slice(0, 4), ...payloads.slice(0, 4)].map(text => `/search?q=${encodeURIComponent(cut(letters(text), 100))}`)] }
}

/* Asked of the prototypes, because an attack may name an element after what is called.
   Shown as links, pressed or not, these would run. */
const badAddresses = page => page.evaluate(() => [...Document.prototype.querySelectorAll.call(document, '[href], [src], [action], [formaction], [data]')].flatMap(node => ['href', 'src', 'action', 'formaction', 'data'].map(name => Element.prototype.getAttribute.call(node, name)).filter(value => /^\s*(javascript|vbscript|data:text)/i.test(value ?? ''))))
const handlers = page => page.evaluate(() => [...Document.prototype.querySelectorAll.call(document, '*')].flatMap(node => Element.prototype.getAttributeNames.call(node).filter(name => /^on/i.test(name)).map(name => `${node.localName} ${name}`)))

test('nothing that people write runs on any page', async t => {
	if (!collected) t.diagnostic('no test data: only our own attacks')
	else assert.equal(collected.length, 223)
	const { taken, refused, pages } = await fill()
	t.diagnostic(`${payloads.length} attacks, ${taken} texts taken, ${refused} refused, ${pages.length} pages`)
	assert.ok(taken > payloads.length * 2)
	const who = await trap(s.url, { cookie: s.cookie })
	const found = []
	for (const address of pages) {
		const status = (await who.page.goto(address, { waitUntil: 'load' })).status()
		if (status !== 200 && !address.startsWith('/search')) found.push(`${address}: ${status}`)
		await who.page.locator(':is(h1, h2)').first().waitFor({ state: 'attached' })
		await who.page.waitForTimeout(200) // what runs from an event of a picture or a frame
		found.push(...(await badAddresses(who.page)).map(text => `${address}: ${text}`), ...(await handlers(who.page)).map(text => `${address}: ${text}`))
	}
	assert.deepEqual(who.ran, [])
	assert.deepEqual(found, [])
	assert.deepEqual(who.troubles.filter(text => /^asked|^policy/.test(text)), [])
	await who.context.close()
})

test('the same attacks run where nothing keeps them from it, and are noticed', async () => {
	const server = createServer((_, reply) => { reply.setHeader('content-type', 'text/html; charset=utf-8'); reply.end('<!doctype html><title>x</title><main></main>') })
	await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
	const who = await trap(`http://127.0.0.1:${server.address().port}`)
	try {
		await who.page.goto('/')
		await who.page.evaluate(async all => {
			const main = document.querySelector('main'), make = () => Document.prototype.createElement.call(document, 'div')
			for (const html of all) {
				const place = make()
				main.append(place)
				place.innerHTML = html
				await new Promise(resolve => setTimeout(resolve, 5))
			}
			await new Promise(resolve => setTimeout(resolve, 300))
		}, payloads.filter(html => !/<meta|http-equiv|location|<base/i.test(html)))
		assert.ok(who.ran.length >= 5, `${who.ran.length} ran`)
		assert.notDeepEqual(await handlers(who.page), [])
		assert.notDeepEqual(await badAddresses(who.page), [])
	} finally { await who.context.close(); server.close() }
})
