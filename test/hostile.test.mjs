// What people write is shown, never run: attacks on sanitizers go into every field that takes text, as the operations describe themselves, and every page that shows
// them is opened. The counter-proof is the same program without what keeps them from running (bokgi_unsafe; src/base/unsafe.h): there they do.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { after, before, test } from 'node:test'
import { attacks, collected, cut, every as step, own } from './hostile/attacks.mjs'
import { closed, every, seldom, tell } from './hostile/story.mjs'
import { launch, person } from './lib/browser.mjs'
import { program, serveWithAdmin } from './lib/server.mjs'

const unsafe = `${dirname(program)}/bokgi_unsafe`
/* The pages that need no record, and the parts of the settings, as the program lists them. */
const lists = [...[...readFileSync('src/app/page.c', 'utf8').matchAll(/"GET (\/[^{"]*)"/g)].map(([, path]) => path).filter(path => !['/login', '/setup', '/join', '/offline'].includes(path)),
	...[...readFileSync('web/src/pages/Settings.svelte', 'utf8').matchAll(/\['(\w+)', t\(/g)].map(([, part]) => `/settings?part=${part}`)]
const PAGES = 3 // open at a time
const theirs = n => n < attacks.length - own.length
let s, browser
// The mails lead nowhere; that somebody wanted them is shown.
const mail = ['--smtp', 'smtp://127.0.0.1:1', '--smtp-plain', '--mail-from', 'bokgi@bokgi.example', '--public-url', 'https://bokgi.example']
before(async () => {
	[s, browser] = await Promise.all([serveWithAdmin({ args: mail }), launch()])
	s.reviewer = await s.person('editor', undefined, { email: 'reviewer@bokgi.example' })
})
after(async () => {
	await browser?.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

/** Does the work for each item, so many at a time. */
async function each(items, many, work) {
	const waiting = [...items.entries()]
	await Promise.all(Array.from({ length: many }, async () => { for (let next; (next = waiting.shift());) await work(...next) }))
}

/** A browser in which nothing can run unnoticed: ran says what did, and on which page. */
async function trap(base, options) {
	const who = await person(browser, base, options), ran = []
	who.context.setDefaultTimeout(60_000)
	await who.context.exposeBinding('bokgiRan', (_, what) => { ran.push(what) })
	await who.context.addInitScript(() => { for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = (...args) => window.bokgiRan(`${name}(${args.join().slice(0, 80)}) at ${location.pathname}`) })
	who.context.on('dialog', dialog => { ran.push(`dialog ${dialog.message()}`); return dialog.dismiss() })
	return { ...who, ran }
}

/* Asked of the prototypes, because an attack may name an element after what is called. Shown as links, pressed or not, such addresses would run. */
const suspects = page => page.evaluate(() => [...Document.prototype.querySelectorAll.call(document, '*')].flatMap(node => Element.prototype.getAttributeNames.call(node).filter(name => /^on/i.test(name)
	|| (/^(xlink:)?(href|src|action|formaction|data|srcdoc)$/i.test(name) && /^\s*(javascript|vbscript|data:text)/i.test(Element.prototype.getAttribute.call(node, name)))).map(name => `${node.localName} ${name}`)))

/** Opens a page and waits for what runs from an event of a picture or a frame: what is wrong with it. */
async function look(page, address, rest = 60) {
	const reply = await page.goto(address, { waitUntil: 'load' })
	await page.locator(':is(h1, h2)').first().waitFor({ state: 'attached' })
	await page.waitForTimeout(rest)
	return [...reply.status() === 200 ? [] : [`${address}: ${reply.status()}`], ...(await suspects(page)).map(text => `${address}: ${text}`)]
}

/** Goes on to a page as a link there does, without loading anew: what is wrong with it. */
async function follow(page, address) {
	const came = page.waitForResponse(reply => new URL(reply.url()).pathname === `/api/v1${address}`)
	await page.evaluate(address => {
		const link = Document.prototype.createElement.call(document, 'a')
		link.href = address
		Element.prototype.append.call(document.documentElement, link)
		link.click()
		link.remove()
	}, address)
	const reply = await came
	await page.waitForTimeout(120)
	return [...reply.status() === 200 ? [] : [`${address}: ${reply.status()}`], ...new URL(page.url()).pathname === address ? [] : [`${address} did not open`],
		...(await suspects(page)).map(text => `${address}: ${text}`)]
}

/** Opens all addresses in a few pages of one browser; those that followed is true for as links of the page before. */
async function lookAtAll(who, addresses, { before = () => undefined, followed = () => false } = {}) {
	const pages = await Promise.all(Array.from({ length: PAGES }, () => who.context.newPage())), found = []
	await each(addresses, PAGES, async (n, address) => {
		const page = pages.pop()
		await before(n)
		found.push(...await (followed(address) && page.url().startsWith('http') && !page.url().endsWith('.html') ? follow : look)(page, address))
		pages.push(page)
	})
	await Promise.all(pages.map(page => page.close()))
	return found
}

/** Every address of a list, page by page. */
async function listed(kind, query, page) {
	const { items, next } = await s.get(`/api/v1/${kind}?${query}&limit=200`)
	return next ? [page, `${page}${page.includes('?') ? '&' : '?'}after=${encodeURIComponent(next)}`] : items.length ? [page] : []
}

async function fill(t) {
	const counts = Object.fromEntries(every.map(field => [field, 0])), refused = {}, made = []
	await each(attacks, 8, async (n, attack) => {
		made[n] = await tell(s, n, attack, field => counts[field]++, (name, reply) => {
			assert.ok(reply.status < 500, `${name}: ${reply.status} ${JSON.stringify(reply.body)}`)
			refused[name] = `${name}: ${reply.status} ${JSON.stringify(reply.body).slice(0, 200)}`
		})
	})
	const open = every.filter(field => !(field in closed))
	t.diagnostic(`${attacks.length} attacks in ${open.length} fields: ${open.reduce((sum, field) => sum + counts[field], 0)} texts taken`)
	assert.deepEqual(open.filter(field => counts[field] < attacks.length / (seldom.includes(field) ? 8 : 2)).map(field => `${field}: ${counts[field]}`), [], `fields that hardly an attack got into; test/hostile/story.mjs says how to. ${Object.values(refused).join('\n')}`)
	return made
}

/** What stands on every page, or on many: the name of who looks, the creed. */
async function everywhere(attack) {
	await s.patch('/api/v1/me', { name: cut(attack, 100) }, { cookie: s.cookie })
	const { version } = await s.get('/api/v1/creed')
	const { status } = await s.ask('PUT', '/api/v1/creed', { en: attack, ko: attack, version })
	assert.ok(status < 300 || status === 409 || status === 412, `the creed: ${status}`) // another page was faster
}

test('nothing that people write runs on any page', async t => {
	if (!collected.length) t.diagnostic('no test data: only our own attacks')
	else assert.equal(collected.length, 223)
	const made = await fill(t)
	const all = await s.post('/api/v1/documents', { title: cut(own[0], 200), kind: 'project', text: attacks.join('\n\n'), lang: 'en' })
	const often = made.flatMap(({ incidents, documents }) => [`/incidents/${incidents.ref}`, `/documents/${documents.ref}/review`])
	const addresses = [...made.map(({ documents }) => `/documents/${documents.ref}.html`), ...often,
		...made.filter((_, n) => n % 8 === 0).flatMap(({ incidents, declared, documents }) => [`/incidents/${incidents.ref}?view=all`, `/documents/${documents.ref}/review?from=inbox`, `/incidents/${declared.ref}`, `/documents/${documents.ref}`, `/documents/${documents.ref}/edit`, `/documents/${documents.ref}/history`, `/documents/${documents.ref}/versions/1`]),
		...lists, ...await listed('incidents', 'state=all', '/incidents?state=all&limit=200'), '/documents?limit=200', `/documents/${all.ref}`, `/documents/${all.ref}/edit`, '/actions?limit=200', '/actions?view=done', '/inbox?view=all',
		...attacks.filter((_, n) => n % 8 === 0).map(text => `/search?q=${encodeURIComponent(cut(text, 60))}`)]
	const who = await trap(s.url, { cookie: s.cookie, height: 4000 })
	const found = await lookAtAll(who, addresses, { before: n => everywhere(attacks[n % attacks.length]), followed: address => often.includes(address) })
	assert.ok(lists.length > 15, `only ${lists}`)
	t.diagnostic(`${addresses.length} pages`)
	assert.deepEqual(who.ran, [])
	assert.deepEqual(found, [])
	assert.deepEqual(who.troubles.filter(text => /^asked|^policy/.test(text)), [])
	await who.context.close()
})

test('the same attacks run where nothing keeps them from it, and are noticed', async t => {
	const server = await serveWithAdmin({ program: unsafe, env: { BOKGI_TEST_UNSAFE_HTML: 'yes' } })
	const who = await trap(server.url, { cookie: server.cookie })
	try {
		const documents = []
		await each(attacks, 8, async (n, text) => { documents[n] = await server.post('/api/v1/documents', { title: `${n}`, kind: 'project', text, lang: 'en' }) })
		const found = await lookAtAll(who, documents.map(({ ref }) => `/documents/${ref}.html`))
		const ran = new Set(who.ran.map(text => text.replace(/.* at /, '')))
		const running = documents.filter(({ ref }) => ran.has(`/documents/${ref}.html`)).map(({ title }) => +title)
		const collectedOnes = running.filter(theirs).length, ours = running.length - collectedOnes
		t.diagnostic(`${collectedOnes} of the ${attacks.filter((_, n) => theirs(n)).length} collected attacks and ${ours} of our ${own.length} ran by themselves; ${found.length} handlers and addresses wait to be touched`)
		assert.ok(ours >= 8 && (step > 1 || collectedOnes >= collected.length / 10), `only ${running.join()} ran`)
		assert.ok(found.length > attacks.length / 4, `${found.length} handlers and addresses`)
	} finally { await who.context.close(); await server.stop() }
})

test('the program that lets them run is nobody\'s but the tests\'', () => {
	assert.throws(() => execFileSync(unsafe, ['serve'], { stdio: 'pipe' }), ({ status, stderr }) => status === 2 && /lets attacks run/.test(stderr))
	assert.ok(readFileSync(unsafe).includes('BOKGI_TEST_UNSAFE_HTML'))
	assert.ok(!readFileSync(program).includes('BOKGI_TEST_UNSAFE_HTML'))
})
