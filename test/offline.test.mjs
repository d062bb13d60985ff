// Writing goes on when the line does not: in an open page, after a reload, after the browser was closed, after the session has ended; nothing is lost, nothing is doubled, nobody sends it for another.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { Colleague } from './ime/matrix.mjs'
import { launch, launchIn, person, signedIn, words } from './lib/browser.mjs'
import { serve, serveWithAdmin, sleep, until } from './lib/server.mjs'
import { Way } from './lib/way.mjs'

let data, s, way, browser, kim, lee
before(async () => {
	data = await mkdtemp(join(tmpdir(), 'bokgi-offline-'))
	s = await serveWithAdmin({ data })
	way = await new Way(Number(new URL(s.url).port)).open()
	browser = await launch()
	kim = await s.person('editor', 'kim-offline', { lang: 'en', name: 'Kim' })
	lee = await s.person('editor', 'lee-offline', { lang: 'en', name: 'Lee' })
})
after(async () => {
	await browser?.close()
	way?.close()
	assert.equal((await s.stop()).code, 0, s.log)
	await rm(data, { recursive: true, force: true })
})

beforeEach(() => way.restore())

const t = words('en')
const newDocument = (title, text = 'The pool was small.\n') => s.post('/api/v1/documents', { title, kind: 'project', template: 'none', lang: 'en', text })
const textOf = async doc => (await s.get(`/api/v1/documents/${doc.ref}`)).text
const shown = page => page.evaluate(() => { const content = document.querySelector('.cm-content'); return (content.cmTile ?? content.cmView).view.state.doc.toString() })
const status = page => page.locator('.flex[role=status]').first()
const says = (page, pattern) => status(page).filter({ hasText: pattern }).waitFor()
const SAVED = /Saved \d\d?:\d\d:\d\d/
const offline = n => new RegExp(`Offline · ${n ?? '\\d+'} edits? kept`)
const shot = async (page, name) => { if (process.env.BOKGI_SHOTS) await page.screenshot({ path: `${process.env.BOKGI_SHOTS}/offline-${name}.png` }) }
async function open(page, doc) {
	await page.goto(`/documents/${doc.ref}/edit`)
	await page.locator('.cm-content').waitFor()
}
/** At the end of the text, as one types. */
async function type(page, text) {
	await page.locator('.cm-content').focus()
	await page.keyboard.press('Control+End')
	await page.keyboard.type(text)
}
/** The browser has what it needs to open the editor without a line. */
const equipped = page => until(() => page.evaluate(async ref => {
	const shell = await (await caches.open('bokgi-shell')).match('/offline')
	const rows = await new Promise(done => { const r = indexedDB.open('bokgi-open', 1); r.onsuccess = () => { const all = r.result.transaction('document').objectStore('document').getAll(); all.onsuccess = () => (r.result.close(), done(all.result)) } })
	return !!shell && rows.some(row => row.doc.ref === ref)
}, page.url().match(/PM-\d+/)[0]), 'the browser can open the editor without a line')
/** The line is there again, and the system says so. */
const back = page => (way.restore(), page.evaluate(() => void dispatchEvent(new Event('online'))).catch(() => {})) // a page that was waiting may come anew at once
const kept = (page, n) => until(() => page.evaluate(n => new Promise(done => {
	const r = indexedDB.open('bokgi', 1)
	r.onsuccess = () => { const all = r.result.transaction('pending').objectStore('pending').getAll(); all.onsuccess = () => (r.result.close(), done(all.result.length === n)) }
}), n), `${n} of what waits is kept`)
const once = (text, ...pieces) => pieces.forEach(piece => assert.equal(text.split(piece).length, 2, `${JSON.stringify(piece)} stands there once: ${JSON.stringify(text)}`))
const colleagueAt = doc => new Colleague(s, lee.cookie, doc.ref, `offline-test-${String(doc.id).padStart(9, '0')}`)
const writes = async (colleague, text) => { const at = await colleague.read(); await colleague.put(at, 0, 0, text) }

test('the state is said as it is; what was typed offline outlives reloads and merges', async () => {
	const doc = await newDocument('Train'), colleague = colleagueAt(doc)
	const { page, context } = await person(browser, way.url, { cookie: kim.cookie, offline: true })
	await open(page, doc)
	await type(page, 'One. ')
	await says(page, SAVED)
	await until(async () => (await textOf(doc)).includes('One. '), 'it is saved when it says so')
	await equipped(page)

	way.cut()
	await type(page, 'Two. ')
	await says(page, offline(5))
	await kept(page, 1)
	await shot(page, 'band')
	await writes(colleague, 'Meanwhile. ')

	await page.reload()
	await page.locator('.cm-content', { hasText: 'Two.' }).waitFor()
	await says(page, offline())
	await type(page, 'Three. ')
	await kept(page, 1)
	await page.reload()
	await page.locator('.cm-content', { hasText: 'Three.' }).waitFor()
	await shot(page, 'reloaded')
	once(await shown(page), 'One. ', 'Two. ', 'Three. ')

	await back(page)
	await says(page, SAVED)
	await until(async () => await shown(page) === await textOf(doc), 'both have one text')
	once(await textOf(doc), 'Meanwhile. ', 'One. ', 'Two. ', 'Three. ')
	await kept(page, 0)

	// A page that came without a line goes on as any other.
	await writes(colleague, 'Later. ')
	await page.locator('.cm-content', { hasText: 'Later.' }).waitFor()
	await context.close()
})

for (const lang of ['ko', 'en']) test(`any other page says what can be done without a line (${lang})`, async () => {
	const doc = await newDocument(`Here ${lang}`), guest = await s.person('editor', undefined, { lang })
	const { page, context, t } = await person(browser, way.url, { cookie: guest.cookie, offline: true, lang, width: lang === 'ko' ? 360 : 1440 })
	await open(page, doc)
	await equipped(page)
	way.cut()
	await page.goto('/incidents')
	await page.getByRole('heading', { name: t('The server cannot be reached') }).waitFor()
	const link = page.getByRole('link', { name: doc.title })
	await link.waitFor()
	await shot(page, `page-${lang}`)
	assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations.map(v => v.id), [])
	await link.click()
	await page.locator('.cm-content', { hasText: 'small' }).waitFor()
	await type(page, 'Typed without a line. ')
	await kept(page, 1)
	await page.goto('/incidents')
	await back(page)
	await page.locator('h1', { hasText: t('Incidents') }).waitFor()
	await open(page, doc)
	await until(async () => (await textOf(doc)).includes('Typed without a line. '), 'it is sent when the document is opened again')
	await context.close()
})

test('signing out takes the documents from the browser', async () => {
	const doc = await newDocument('Signed out'), guest = await s.person('editor', undefined, { lang: 'en' })
	const { page, context } = await person(browser, way.url, { cookie: guest.cookie, offline: true })
	await open(page, doc)
	await equipped(page)
	await page.goto('/settings')
	await page.getByRole('button', { name: t('Sign out'), exact: true }).click()
	await page.waitForURL(/login/)
	way.cut()
	await page.goto(`/documents/${doc.ref}/edit`)
	await page.getByRole('heading', { name: t('The server cannot be reached') }).waitFor()
	assert.equal(await page.getByText(doc.title).count(), 0)
	assert.equal(await page.getByText('small').count(), 0)
	way.restore()
	await context.close()
})

test('the browser is closed and opened again', async () => {
	const doc = await newDocument('Closed'), home = await mkdtemp(join(tmpdir(), 'bokgi-home-'))
	const first = await launchIn(home, way.url)
	await signedIn(first, way.url, kim.cookie)
	const page = await first.newPage()
	await open(page, doc)
	await type(page, 'Before. ')
	await says(page, SAVED)
	await equipped(page)
	way.cut()
	await type(page, 'Then. ')
	await kept(page, 1)
	await first.close()

	const second = await launchIn(home, way.url), again = await second.newPage()
	await open(again, doc)
	await again.locator('.cm-content', { hasText: 'Then.' }).waitFor()
	await type(again, 'After. ')
	await back(again)
	await says(again, SAVED)
	once(await textOf(doc), 'Before. ', 'Then. ', 'After. ')
	await second.close()
	await rm(home, { recursive: true, force: true })
})

test('the session has ended: what is typed waits for its writer, and another account never sends it', async () => {
	const doc = await newDocument('Sessions'), park = await s.person('editor', 'park-offline', { lang: 'en', name: 'Park' })
	const { page, context } = await person(browser, way.url, { cookie: park.cookie, offline: true })
	const signIn = async (page, login) => {
		await shot(page, 'signed-out')
		await page.locator('.band').getByRole('button', { name: t('Sign in') }).click()
		const dialog = page.locator('dialog')
		await dialog.getByLabel(t('Login')).fill(login)
		await dialog.getByLabel(t('Password')).fill('correct horse')
		await dialog.getByRole('button', { name: t('Sign in') }).click()
	}
	await open(page, doc)
	await s.must('POST', '/api/v1/logout', {}, { cookie: park.cookie, token: null })
	await type(page, 'Kept. ')
	await says(page, /Signed out · \d+ edits? kept/)
	assert.ok(!(await textOf(doc)).includes('K'))
	await until(async () => (await shown(page)).includes('Kept. '), 'no dialog takes the words away')
	await signIn(page, 'park-offline')
	await says(page, SAVED)
	once(await textOf(doc), 'Kept. ')

	// Somebody else signs in beside the open page: its edits are not theirs.
	const other = await context.newPage()
	await signedIn(context, way.url, lee.cookie)
	await type(page, 'Mine. ')
	await says(page, /Signed out · \d+ edits? kept/)
	await kept(page, 1)
	await open(other, doc)
	assert.ok(!(await shown(other)).includes('M'))
	await page.close()
	await other.reload()
	await type(other, 'Theirs. ')
	await says(other, SAVED)
	await until(async () => (await textOf(doc)).includes('Theirs. '), 'the other account writes on')
	assert.ok(!(await textOf(doc)).includes('Mi'))

	const again = await s.ask('POST', '/api/v1/login', { login: 'park-offline', password: 'correct horse' }, { token: null })
	await signedIn(context, way.url, again.headers.get('set-cookie').split(';')[0])
	await open(other, doc)
	await other.locator('.cm-content', { hasText: 'Mine.' }).waitFor()
	await until(async () => (await textOf(doc)).includes('Mine. '), 'sent by whoever wrote it')
	once(await textOf(doc), 'Kept. ', 'Mine. ', 'Theirs. ')
	await context.close()
})

test('two tabs of one browser keep apart what waits in them', async () => {
	const doc = await newDocument('Tabs')
	const { page: one, context } = await person(browser, way.url, { cookie: kim.cookie, offline: true }), two = await context.newPage()
	await open(one, doc)
	await open(two, doc)
	await equipped(one)
	way.cut()
	await type(one, 'First tab. ')
	await type(two, 'Second tab. ')
	await kept(one, 2)
	await two.reload()
	await two.locator('.cm-content', { hasText: 'Second tab.' }).waitFor()
	assert.ok(!(await shown(two)).includes('First'), 'the other tab lives and has its own')
	await one.reload() // while the other waits for what it might leave behind
	await one.locator('.cm-content', { hasText: 'First tab.' }).waitFor()
	assert.ok(!(await shown(one)).includes('Second'))
	await one.close() // the other takes over what it had
	await back(two)
	await until(async () => { const text = await textOf(doc); return text.includes('First tab. ') && text.includes('Second tab. ') && text === await shown(two) }, 'both are in the text')
	once(await textOf(doc), 'First tab. ', 'Second tab. ')
	await kept(two, 0)
	await context.close()
})

test('who goes to another page and comes back finds what waits', async () => {
	const doc = await newDocument('There and back')
	const { page, context } = await person(browser, way.url, { cookie: kim.cookie, offline: true })
	await open(page, doc)
	await equipped(page)
	way.cut()
	await type(page, 'Waits. ')
	await kept(page, 1)
	await page.keyboard.press('Escape')
	await page.evaluate(ref => { history.pushState({}, '', '/incidents'); dispatchEvent(new PopStateEvent('popstate')) }, doc.ref)
	await page.locator('.cm-content').waitFor({ state: 'detached' })
	await page.goBack()
	await page.locator('.cm-content', { hasText: 'Waits.' }).waitFor()
	await type(page, 'More. ')
	await back(page)
	await until(async () => (await textOf(doc)).includes('Waits. More. '), 'sent')
	once(await textOf(doc), 'Waits. ', 'More. ')
	await kept(page, 0)
	await context.close()
})

// The last words: no request of the page that is left gets through, and no write of its database is waited for.
for (const [how, leave] of Object.entries({ closed: page => page.close(), 'gone from': page => page.goto('/incidents'), reloaded: page => page.reload() })) test(`the last words are there when the page is ${how} while they are being saved`, async () => {
	const doc = await newDocument('Last words'), words = 'The last words are kept 123456789.'
	const { page, context } = await person(browser, s.url, { cookie: kim.cookie })
	let held = true
	await context.route('**/updates', async route => {
		while (held) await sleep(20)
		await route.abort().catch(() => {})
	})
	await open(page, doc)
	await type(page, words)
	await leave(page)
	held = false
	await context.unroute('**/updates')
	const after = how === 'closed' ? await context.newPage() : page
	await after.goto('/actions') // wherever one begins
	await until(async () => (await textOf(doc)).includes(words), 'all of it is in the text')
	await open(after, doc)
	await after.locator('.cm-content', { hasText: words }).waitFor()
	await kept(after, 0)
	once(await textOf(doc), words)
	assert.equal(await after.evaluate(() => Object.keys(localStorage).filter(name => name.startsWith('bokgi-pending')).length), 0)
	await context.close()
})

test('a page that goes sends what it has by a request that outlives it', async () => {
	const doc = await newDocument('Outlives')
	const { page, context } = await person(browser, s.url, { cookie: kim.cookie })
	await open(page, doc)
	s.child.kill('SIGSTOP')
	await type(page, 'Sent by the dying page.')
	await page.goto('about:blank')
	s.child.kill('SIGCONT')
	await until(async () => (await textOf(doc)).includes('Sent by the dying page.'), 'it came without anybody coming back')
	await context.close()
})

for (const lang of ['en', 'ko']) test(`what is finished while it is being saved is complete, and the page says what is on its way (${lang})`, async () => {
	const doc = await newDocument('Finish'), say = words(lang)
	const { page, context, troubles } = await person(browser, s.url, { cookie: (await s.person('editor', undefined, { lang })).cookie, lang })
	let held = true
	await context.route('**/updates', async route => {
		while (held) await sleep(20)
		await route.continue().catch(() => {})
	})
	await open(page, doc)
	await type(page, 'Finished and important.')
	await page.getByRole('link', { name: say('Finish'), exact: true }).click()
	await page.locator('article.doc').waitFor()
	const note = page.locator('.unsent', { hasText: doc.ref })
	await note.waitFor()
	const { violations } = await new AxeBuilder({ page }).analyze()
	assert.deepEqual(violations.map(v => v.id), [])
	await shot(page, `unsent-${lang}`)
	held = false
	await page.locator('article.doc', { hasText: 'Finished and important.' }).waitFor()
	await note.waitFor({ state: 'detached' })
	once(await textOf(doc), 'Finished and important.')
	assert.deepEqual(troubles, [])
	await context.close()
})

test('whoever comes back to the editor while it is still being sent goes on in the same text', async () => {
	const doc = await newDocument('Back soon')
	const { page, context } = await person(browser, s.url, { cookie: kim.cookie })
	let held = true
	await context.route('**/updates', async route => {
		while (held) await sleep(20)
		await route.continue().catch(() => {})
	})
	await open(page, doc)
	await type(page, 'Before. ')
	await page.getByRole('link', { name: 'Finish', exact: true }).click()
	await page.locator('article.doc').waitFor()
	await page.goBack()
	await page.locator('.cm-content', { hasText: 'Before.' }).waitFor()
	await type(page, 'After. ')
	held = false
	await says(page, SAVED)
	await until(async () => (await textOf(doc)).includes('Before. After. '), 'both are in the text')
	once(await textOf(doc), 'Before. ', 'After. ')
	await kept(page, 0)
	await context.close()
})

const paste = (page, text) => page.evaluate(text => {
	const data = new DataTransfer()
	data.setData('text/plain', text)
	document.querySelector('.cm-content').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
}, text)

test('what is pasted from elsewhere is text as the server takes it', async () => {
	const doc = await newDocument('Paste', '')
	const { page, context } = await person(browser, s.url, { cookie: kim.cookie })
	await open(page, doc)
	await page.locator('.cm-content').focus()
	await paste(page, 'one\r\ntwo\rthree\0 and\r\n')
	await page.keyboard.type('four')
	await says(page, SAVED)
	await until(async () => await textOf(doc) === 'one\ntwo\nthree and\nfour', 'it is in the text')
	assert.equal(await shown(page), 'one\ntwo\nthree and\nfour')
	await context.close()
})

test('what the server does not take can be tried again, or put aside', async () => {
	const doc = await newDocument('Refused')
	const { page, context } = await person(browser, s.url, { cookie: kim.cookie })
	let refuses = true
	await context.route('**/updates', route => refuses ? route.fulfill({ status: 422, contentType: 'application/problem+json', body: JSON.stringify({ status: 422, code: 'test.no', detail: 'Not like this.' }) }) : route.continue())
	await open(page, doc)
	await type(page, 'First. ')
	const band = page.locator('.notice.danger', { hasText: 'Not like this.' })
	await band.waitFor()
	await type(page, 'Second. ')
	await band.getByText('Not like this.').waitFor()
	await page.getByRole('button', { name: 'Go on from the text of all' }).click()
	const mine = page.getByLabel('Your version')
	await mine.waitFor()
	assert.match(await mine.inputValue(), /First. Second. /)
	assert.equal(await shown(page), 'The pool was small.\n')
	await page.getByRole('button', { name: 'I have it' }).click()
	await type(page, 'Third. ')
	await band.waitFor()
	refuses = false
	await page.getByRole('button', { name: 'Try again' }).click()
	await until(async () => (await textOf(doc)).includes('Third. '), 'it is taken now')
	await says(page, SAVED)
	await context.close()
})

test('who leaves what the server does not take is told so wherever they go', async () => {
	const doc = await newDocument('Refused and left')
	const { page, context } = await person(browser, s.url, { cookie: kim.cookie })
	await context.route('**/updates', route => route.fulfill({ status: 422, contentType: 'application/problem+json', body: JSON.stringify({ status: 422, code: 'test.no', detail: 'Not like this.' }) }))
	await open(page, doc)
	await type(page, 'Mine. ')
	await page.locator('.notice.danger', { hasText: 'Not like this.' }).waitFor()
	await page.getByRole('link', { name: 'Finish', exact: true }).click()
	const note = page.locator('.unsent', { hasText: 'did not accept' })
	await note.waitFor()
	await context.unroute('**/updates')
	await note.getByRole('link', { name: doc.ref }).click()
	await page.locator('.cm-content', { hasText: 'Mine.' }).waitFor()
	await until(async () => (await textOf(doc)).includes('Mine. '), 'it is taken now')
	once(await textOf(doc), 'Mine. ')
	await context.close()
})

test('a title that is changed without a line waits for it', async () => {
	const doc = await newDocument('Old title')
	const { page, context } = await person(browser, way.url, { cookie: kim.cookie, offline: true })
	await open(page, doc)
	await equipped(page)
	way.cut()
	const title = page.getByLabel('Title', { exact: true })
	await title.fill('New title')
	await title.press('Enter')
	await sleep(1500)
	assert.equal(await title.inputValue(), 'New title')
	await back(page)
	await until(async () => (await s.get(`/api/v1/documents/${doc.ref}`)).title === 'New title', 'the server has it')
	await context.close()
})

test('the server is killed twenty times while two type', async () => {
	const doc = await newDocument('Kills', 'Here:\n\nThere:\n')
	const people = await Promise.all([kim, lee].map(({ cookie }) => person(browser, way.url, { cookie, offline: true })))
	for (const { page } of people) await open(page, doc)
	let over = false
	const typed = people.map(async ({ page }, i) => {
		await page.locator('.cm-content').focus()
		await page.keyboard.press(i ? 'Control+End' : 'Control+Home')
		if (!i) await page.keyboard.press('End')
		let n = 0
		for (; !over; n++) await page.keyboard.type(`${'ab'[i]}${n}.`, { delay: 20 })
		return n
	})
	try {
		for (let kill = 0; kill < 20; kill++) {
			await sleep(150)
			await s.kill()
			const token = s.token
			s = await serve({ data })
			s.token = token
			way.port = Number(new URL(s.url).port)
		}
	} finally {
		over = true
	}
	const counts = await Promise.all(typed)
	for (const { page } of people) await says(page, SAVED)
	await until(async () => { const text = await textOf(doc); return (await Promise.all(people.map(({ page }) => shown(page)))).every(x => x === text) && counts.every((n, i) => text.includes(`${'ab'[i]}${n - 1}.`)) }, 'one text')
	const run = (letter, n) => Array.from({ length: n }, (_, i) => `${letter}${i}.`).join('')
	assert.equal(await textOf(doc), `Here:${run('a', counts[0])}\n\nThere:\n${run('b', counts[1])}`)
	for (const { context } of people) await context.close()
})
