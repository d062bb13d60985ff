// Two people at one text: what one says to it stands beside the words on the other's screen, and stays there while the other types before them. Answered, resolved, suggested, taken in.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { choose, launch, person } from './lib/browser.mjs'
import { Mailbox } from './lib/mailbox.mjs'
import { serveWithAdmin, until } from './lib/server.mjs'

const told = {
	ko: { title: '결제 지연', text: '## 영향\n\n결제 서버가 오래 느렸고 주문이 실패했다.\n', words: '오래 느렸고', before: '월요일에 ', ask: '얼마나 느렸나요?', answer: '8초였습니다', puts: '38분 동안 느렸고', people: ['김서연', '이도윤'], handles: ['seoyeon-c', 'doyun-c'], initials: 'ㅇㄷㅇ' },
	en: { title: 'Slow checkout', text: '## Impact\n\nThe checkout was slow for long and orders failed.\n', words: 'slow for long', before: 'On Monday ', ask: 'How slow?', answer: '8 s', puts: 'slow for 38 minutes', people: ['Ann Lee', 'Ben Cho'], handles: ['ann-c', 'ben-c'], initials: 'Ben' },
}

let s, box, browser
before(async () => {
	box = await new Mailbox().open()
	s = await serveWithAdmin({ args: ['--smtp', `smtp://127.0.0.1:${box.port}`, '--smtp-plain', '--mail-from', 'bokgi@bokgi.example', '--public-url', 'https://bokgi.example/'] })
	browser = await launch()
})
after(async () => {
	await browser?.close()
	await box?.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

const shot = async ({ page }, name) => { if (process.env.BOKGI_SHOTS) await page.screenshot({ path: `${process.env.BOKGI_SHOTS}/comment-${name}.png` }) }
const button = ({ page, t }, name, root = page) => root.getByRole('button', { name: t(name), exact: true })

/** As one does with the keys: from behind the words back over them. */
async function select({ page }, words) {
	await choose(page, words)
	await page.locator('.selbar').waitFor()
}
const marked = ({ page }) => page.locator('.cm-content .anchor')
async function well({ page }, what) {
	const { violations } = await new AxeBuilder({ page }).analyze()
	assert.deepEqual(violations.map(({ id, nodes }) => `${what}: ${id} ${nodes[0].html}`), [])
}

test('somebody is picked while their name is being composed', async () => {
	const [kim, lee] = await Promise.all([s.person('editor', 'kim-ime', { lang: 'ko', name: '김하늘' }), s.person('viewer', 'park-ime', { lang: 'ko', name: '박바다' })])
	const doc = await s.post('/api/v1/documents', { title: '한글', kind: 'project', template: 'none', lang: 'ko', text: '서버가 느렸다.' }, { cookie: kim.cookie, token: null })
	const one = await person(browser, s.url, { lang: 'ko', cookie: kim.cookie })
	await one.page.goto(`/documents/${doc.ref}/edit`)
	await select(one, '느렸다')
	await button(one, 'Comment', one.page.locator('.selbar')).click()
	const field = one.page.locator('.draft textarea'), keys = await one.context.newCDPSession(one.page)
	await field.pressSequentially('@')
	for (const text of ['ㅂ', '바', '박']) await keys.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
	const option = one.page.locator('.draft [role=option]', { hasText: lee.person.name })
	await option.waitFor()
	await option.click()
	await until(async () => await field.inputValue() === `@${lee.person.login} `, 'the login alone stands there')
	assert.deepEqual(one.troubles, [])
	await one.context.close()
})

test('selected words become an action item, a cause and a TBD, and lead back', async () => {
	const kim = await s.person('editor', 'kim-deeds', { lang: 'en', name: 'Kim' })
	const doc = await s.post('/api/v1/documents', { title: 'Deeds', kind: 'project', template: 'none', lang: 'en', text: 'The pool was too small for its workers.' }, { cookie: kim.cookie, token: null })
	const one = await person(browser, s.url, { cookie: kim.cookie })
	await one.page.goto(`/documents/${doc.ref}/edit`)
	for (const deed of ['Action', 'Cause', 'TBD']) {
		await select(one, 'too small')
		await button(one, deed, one.page.locator('.selbar')).click()
		await button(one, 'Add', one.page.locator('.draft')).click()
		await one.page.locator('.thread.on .made', { hasText: deed }).waitFor()
	}
	await one.page.locator('.cm-content', { hasText: 'too small for its workers TBD: too small.' }).waitFor()
	const { causes } = await s.get(`/api/v1/documents/${doc.ref}`)
	assert.deepEqual(causes.map(c => c.text), ['too small'])
	const { items: [action] } = await s.get(`/api/v1/actions?document=${doc.id}`)
	assert.equal(action.title, 'too small')
	const { items: [source] } = await s.get(`/api/v1/comment-sources?kind=action&record=${action.id}`)
	assert.equal(source.quote, 'too small')
	await one.page.goto(`/documents/${doc.ref}#comment-${source.id}`)
	await one.page.locator(`.thread.on .made a[href="/actions?q=ACT-${action.id}"]`).waitFor()
	assert.deepEqual(one.troubles, [])
	await one.context.close()
})

test('an answer that is being typed survives that somebody else resolves', async () => {
	const [kim, lee] = await Promise.all(['kim-answer', 'lee-answer'].map(login => s.person('editor', login, { lang: 'ko', name: login })))
	const doc = await s.post('/api/v1/documents', { title: 'Answer', kind: 'project', template: 'none', lang: 'en', text: 'The pool was too small for its workers.' })
	await s.post(`/api/v1/documents/${doc.ref}/comments`, { text: 'How small?', from: 4, to: 8, version: 0 }, { cookie: kim.cookie, token: null })
	const one = await person(browser, s.url, { lang: 'ko', cookie: kim.cookie })
	for (const path of [`/documents/${doc.ref}/edit`, `/documents/${doc.ref}`]) {
		const { items: [asked] } = await s.get(`/api/v1/documents/${doc.ref}/comments`)
		await one.page.goto(path)
		await one.page.locator('.thread', { hasText: 'How small?' }).click()
		const field = one.page.locator('.thread.on textarea')
		await field.pressSequentially('열 개였')
		await s.post(`/api/v1/documents/${doc.ref}/comments/${asked.id}/resolve`, {}, { cookie: lee.cookie, token: null })
		await one.page.locator('.thread.on [role=status]', { hasText: one.t('It was resolved meanwhile. Your answer is still here and can be sent.') }).waitFor()
		await one.page.keyboard.type('습니다')
		assert.equal(await field.inputValue(), '열 개였습니다')
		await well(one, 'an answer to what is resolved')
		await button(one, 'Answer', one.page.locator('.thread.on')).click()
		await one.page.locator('.settled-list .said', { hasText: '열 개였습니다' }).first().waitFor()
		await s.post(`/api/v1/documents/${doc.ref}/comments/${asked.id}/reopen`, {}, { cookie: lee.cookie, token: null })
	}
	assert.deepEqual(one.troubles, [])
	await one.context.close()
})

test('the keys go back to where they were when something was said', async () => {
	const kim = await s.person('editor', 'kim-keys', { name: 'kim-keys' })
	const doc = await s.post('/api/v1/documents', { title: 'Keys', kind: 'project', template: 'none', lang: 'en', text: 'The pool was too small for its workers.' })
	const one = await person(browser, s.url, { cookie: kim.cookie }), { page } = one
	await page.goto(`/documents/${doc.ref}/edit`)
	await select(one, 'pool')
	await page.keyboard.press('Control+Alt+m')
	await page.locator('.draft textarea:focus').waitFor()
	await page.keyboard.type('How small?')
	await page.keyboard.press('Control+Enter')
	await page.locator('.thread.on', { hasText: 'How small?' }).waitFor()
	await page.locator('.cm-content:focus').waitFor()
	await page.keyboard.type(' of connections')
	await page.locator('.cm-content', { hasText: 'The pool of connections was' }).waitFor()
	// Beside the text that is read: to what was said, from where one walks on.
	await page.goto(`/documents/${doc.ref}`)
	await page.locator('article.doc p[data-line]').evaluate(p => getSelection().selectAllChildren(p))
	await page.keyboard.press('Control+Alt+m')
	await page.locator('.draft textarea:focus').waitFor()
	await page.keyboard.press('Escape')
	await page.locator('main:focus').waitFor()
	await page.locator('article.doc p[data-line]').evaluate(p => getSelection().selectAllChildren(p))
	await page.keyboard.press('Control+Alt+m')
	await page.locator('.draft textarea:focus').waitFor()
	await page.keyboard.type('All of it')
	await page.keyboard.press('Control+Enter')
	await page.locator('.thread.on:focus', { hasText: 'All of it' }).waitFor()
	assert.deepEqual(one.troubles, [])
	await one.context.close()
})

test('who writes sees at once that words are gone, and that undoing brings them back', async () => {
	const [kim, lee] = await Promise.all(['kim-gone', 'lee-gone'].map(login => s.person('editor', login, { lang: 'ko', name: login })))
	const doc = await s.post('/api/v1/documents', { title: 'Gone', kind: 'project', template: 'none', lang: 'en', text: 'The pool was too small for its workers.' })
	await s.post(`/api/v1/documents/${doc.ref}/comments`, { text: 'How small?', from: 13, to: 22, version: 0 }, { cookie: kim.cookie, token: null })
	await s.post(`/api/v1/documents/${doc.ref}/comments`, { changes: [31, [7, 'clients'], 1], version: 0, text: '' }, { cookie: kim.cookie, token: null })
	const [one, two] = await Promise.all([kim, lee].map(({ cookie }) => person(browser, s.url, { lang: 'ko', cookie })))
	for (const { page } of [one, two]) {
		await page.goto(`/documents/${doc.ref}/edit`)
		await page.locator('.cm-content .sugg-ins').waitFor()
	}
	const words = who => who.page.locator('.thread', { hasText: 'How small?' }), suggestion = who => who.page.locator('.thread', { has: who.page.locator('.sugg-words') })
	await choose(one.page, 'too small')
	await one.page.keyboard.press('Delete')
	for (const who of [one, two]) {
		await words(who).locator('.gone', { hasText: who.t('These words are gone') }).waitFor()
		await marked(who).waitFor({ state: 'detached' })
	}
	await one.page.keyboard.press('Control+z')
	for (const who of [one, two]) {
		await words(who).locator('.gone').waitFor({ state: 'detached' })
		await marked(who).filter({ hasText: 'too small' }).waitFor()
	}
	await until(async () => { const [c] = (await s.get(`/api/v1/documents/${doc.ref}/comments`)).items; return !c.gone && c.from === 13 && c.to === 22 }, 'the server has them back, too')
	await choose(one.page, 'for its ')
	await one.page.keyboard.press('Control+End')
	for (let i = 0; i < 4; i++) await one.page.keyboard.press('Backspace')
	for (const who of [one, two]) {
		await suggestion(who).click()
		await suggestion(who).locator('.notice', { hasText: who.t('Words that it would change are gone, so it cannot be taken in as it is.') }).waitFor()
		assert.ok(await button(who, 'Take it in', suggestion(who)).isDisabled())
		assert.deepEqual(who.troubles, [])
		await who.context.close()
	}
})

test('words that are not saved yet are commented on when they are', async () => {
	const kim = await s.person('editor', 'kim-unsent', { name: 'kim-unsent' })
	const doc = await s.post('/api/v1/documents', { title: 'Unsent', kind: 'project', template: 'none', lang: 'en', text: 'The pool was small.' })
	const one = await person(browser, s.url, { cookie: kim.cookie }), { page, t } = one
	await page.goto(`/documents/${doc.ref}/edit`)
	await page.locator('.cm-content').click()
	const updates = /\/updates$/
	await page.route(updates, route => route.abort())
	await page.keyboard.press('Control+End')
	await page.keyboard.type(' Workers waited.')
	await select(one, 'Workers')
	await button(one, 'Must not be here', page.locator('.selbar')).click()
	await page.locator('.toasts', { hasText: t('These words are not saved yet. They can be removed once they are.') }).waitFor()
	await choose(page, 'small. Work')
	await page.keyboard.press('Control+Alt+m')
	await page.keyboard.type('How many?')
	await page.keyboard.press('Control+Enter')
	await page.locator('.draft [role=alert]', { hasText: t('These words are not saved yet. What you typed stays here: send it again once they are.') }).waitFor()
	assert.equal(await page.locator('.draft textarea').inputValue(), 'How many?')
	await page.locator('.cm-content').focus()
	await page.keyboard.press('Control+Home')
	await page.keyboard.type('Here: ')
	await page.unroute(updates)
	await page.evaluate(() => dispatchEvent(new Event('online')))
	await until(async () => (await s.get(`/api/v1/documents/${doc.ref}`)).text === 'Here: The pool was small. Workers waited.', 'the words are saved')
	await until(async () => { await page.locator('.draft textarea').press('Control+Enter'); return (await s.get(`/api/v1/documents/${doc.ref}/comments`)).items[0]?.quote === 'small. Work' }, 'it is said to these words')
	assert.deepEqual(one.troubles.filter(x => !x.includes('ERR_FAILED')), [])
	await one.context.close()
})

test('a suggestion that changes nothing is not sent', async () => {
	const kim = await s.person('editor', 'kim-same', { lang: 'ko', name: 'kim-same' })
	const doc = await s.post('/api/v1/documents', { title: 'Same', kind: 'project', template: 'none', lang: 'en', text: 'The pool was small.' })
	const one = await person(browser, s.url, { lang: 'ko', cookie: kim.cookie }), { page, t } = one
	await page.goto(`/documents/${doc.ref}/edit`)
	await select(one, 'small')
	await button(one, 'Suggest', page.locator('.selbar')).click()
	await button(one, 'Suggest', page.locator('.draft')).click()
	await page.locator('.draft [role=alert]', { hasText: t('This suggestion changes nothing.') }).waitFor()
	assert.deepEqual((await s.get(`/api/v1/documents/${doc.ref}/comments`)).items, [])
	assert.deepEqual(one.troubles, [])
	await one.context.close()
})

test('who may only read is offered nothing that must fail', async () => {
	const park = await s.person('viewer', 'park-viewer', { lang: 'ko', name: 'park-viewer' })
	const doc = await s.post('/api/v1/documents', { title: 'Viewer', kind: 'project', template: 'none', lang: 'en', text: 'The pool was small.' })
	const one = await person(browser, s.url, { lang: 'ko', cookie: park.cookie })
	await one.page.goto(`/documents/${doc.ref}/edit`)
	await one.page.locator('.cm-content').waitFor()
	assert.equal(await button(one, 'Action', one.page.locator('.ed-bar')).count(), 0)
	await one.context.close()
})

test('a draft is folded by whatever leads away from it, and thrown away only by hand', async () => {
	const kim = await s.person('editor', 'kim-draft', { lang: 'ko', name: 'kim-draft' })
	const doc = await s.post('/api/v1/documents', { title: 'Drafts', kind: 'project', template: 'none', lang: 'en', text: 'The pool was too small for its workers.' })
	await s.post(`/api/v1/documents/${doc.ref}/comments`, { text: 'How small?', from: 4, to: 8, version: 0 }, { cookie: kim.cookie, token: null })
	const one = await person(browser, s.url, { lang: 'ko', cookie: kim.cookie }), { page } = one
	await page.goto(`/documents/${doc.ref}/edit`)
	await marked(one).filter({ hasText: 'pool' }).waitFor()
	const field = page.locator('.draft textarea').first(), folded = page.locator('.folded')
	const begin = async words => {
		await select(one, words)
		await page.keyboard.press('Control+Alt+m')
		await field.waitFor()
	}
	await begin('small')
	await field.pressSequentially('얼마나 작')
	await marked(one).filter({ hasText: 'pool' }).click()
	await folded.filter({ hasText: '얼마나 작' }).waitFor()
	await page.locator('.thread.on', { hasText: 'How small?' }).waitFor()
	await well(one, 'a folded draft')
	await begin('workers')
	await field.pressSequentially('누구')
	assert.equal(await folded.count(), 1)
	await field.press('Escape')
	await folded.nth(1).waitFor()
	await page.locator('.cm-content:focus').waitFor()
	// The same words once more, and the card: both lead back to it.
	await begin('workers')
	assert.equal(await field.inputValue(), '누구')
	await button(one, 'Go on writing', folded).click()
	await until(async () => await field.inputValue() === '얼마나 작', 'the first is open')
	await button(one, 'Cancel', page.locator('.draft')).click()
	await page.locator('.draft').waitFor({ state: 'detached' })
	await button(one, 'Undo', page.locator('.toasts')).click()
	assert.equal(await field.inputValue(), '얼마나 작')
	await button(one, 'Comment', page.locator('.draft')).click()
	await page.locator('.thread.on .said', { hasText: '얼마나 작' }).waitFor()
	await button(one, 'Throw away', folded).click()
	await folded.waitFor({ state: 'detached' })
	// One in which nothing was typed leaves nothing behind.
	await begin('too')
	await field.press('Escape')
	await page.locator('.draft').waitFor({ state: 'detached' })
	assert.equal(await folded.count(), 0)
	assert.deepEqual(one.troubles, [])
	await one.context.close()
})

for (const lang of ['ko', 'en']) test(`a comment and a suggestion, between two who write (${lang})`, async () => {
	const story = told[lang], more = { lang, zone: 'Asia/Seoul' }
	const [kim, lee] = await Promise.all([0, 1].map(i => s.person('editor', story.handles[i], { ...more, name: story.people[i], email: `${story.handles[i]}@bokgi.example` })))
	const doc = await s.post('/api/v1/documents', { title: story.title, kind: 'project', template: 'none', lang, text: story.text }, { cookie: kim.cookie, token: null })
	const [one, two] = await Promise.all([kim, lee].map(({ cookie }) => person(browser, s.url, { lang, cookie })))
	for (const { page } of [one, two]) {
		await page.goto(`/documents/${doc.ref}/edit`)
		await page.locator('.cm-content').waitFor()
	}

	// Said by one, seen by the other without a word.
	await select(one, story.words)
	await shot(one, `${lang}-bar`)
	await one.page.keyboard.press('Control+Alt+m')
	const field = one.page.locator('.draft textarea')
	await field.waitFor()
	await field.pressSequentially(`${story.ask} @${story.initials}`)
	await one.page.locator('.draft [role=option]').first().waitFor()
	await field.press('Enter')
	await until(async () => (await field.inputValue()).includes(`@${story.handles[1]} `), 'the name is picked')
	await button(one, 'Comment', one.page.locator('.draft')).click()
	await two.page.locator('.thread', { hasText: story.ask }).waitFor()
	await marked(two).filter({ hasText: story.words }).waitFor()

	// The other types before the words: they stay marked, on both screens.
	await two.page.locator('.cm-line').nth(2).click()
	await two.page.keyboard.press('Home')
	await two.page.keyboard.insertText(story.before)
	await one.page.locator('.cm-content', { hasText: story.before.trim() }).waitFor()
	for (const who of [one, two]) assert.equal(await marked(who).textContent(), story.words)
	await until(async () => (await s.get(`/api/v1/documents/${doc.ref}/comments`)).items[0].from === (story.text.indexOf(story.words) + story.before.length), 'the server knows it too')

	// Named, so told, with the way there.
	await until(async () => (await box.read()).some((mail, i) => box.letters[i].to.includes(`${story.handles[1]}@bokgi.example`) && JSON.stringify(mail).includes(`/documents/${doc.ref}#comment-`)), 'the letter')

	// Answered and resolved.
	await two.page.locator('.thread', { hasText: story.ask }).click()
	const answer = two.page.locator('.thread.on textarea')
	await answer.fill(story.answer)
	await button(two, 'Answer', two.page.locator('.thread.on')).click()
	await one.page.locator('.thread .said', { hasText: story.answer }).waitFor()
	await shot(two, `${lang}-thread`)
	await well(two, 'the editor with a thread')
	await button(two, 'Resolve', two.page.locator('.thread.on')).click()
	await one.page.locator('.settled-list summary').waitFor()
	await marked(one).waitFor({ state: 'detached' })

	// A suggestion, beside it the other types on, and it is taken in.
	await select(one, story.words)
	await button(one, 'Suggest', one.page.locator('.selbar')).click()
	await one.page.locator('.draft textarea').first().fill(story.puts)
	await button(one, 'Suggest', one.page.locator('.draft')).click()
	await two.page.locator('.sugg-ins', { hasText: story.puts }).waitFor()
	await two.page.locator('.cm-line').nth(2).click()
	await two.page.keyboard.press('Home')
	await two.page.keyboard.insertText('… ')
	await shot(two, `${lang}-suggestion`)
	await two.page.locator('.thread', { has: two.page.locator('.sugg-words') }).click()
	await button(two, 'Take it in', two.page.locator('.thread.on')).click()
	for (const { page } of [one, two]) await page.locator('.cm-line', { hasText: story.puts }).filter({ hasNot: page.locator('.sugg-ins') }).waitFor() // colleagues' names stand between the words
	await until(async () => (await s.get(`/api/v1/documents/${doc.ref}`)).text.includes(`… ${story.before}`) && (await s.get(`/api/v1/documents/${doc.ref}`)).text.includes(story.puts), 'the text has it')

	// Beside the text that is read, by the address, and on a phone.
	await select(one, story.puts)
	await button(one, 'Comment', one.page.locator('.selbar')).click()
	await one.page.locator('.draft textarea').fill(story.ask)
	await button(one, 'Comment', one.page.locator('.draft')).click()
	await one.page.locator('.thread.on .said', { hasText: story.ask }).waitFor()
	const id = await until(async () => (await s.get(`/api/v1/documents/${doc.ref}/comments`)).items.find(c => !c.resolution)?.id, 'the comment')
	for (const width of [1440, 360]) {
		const reader = await person(browser, s.url, { lang, cookie: lee.cookie, width, height: 800 })
		await reader.page.goto(`/documents/${doc.ref}#comment-${id}`)
		await reader.page.locator('.thread.on', { hasText: story.ask }).waitFor()
		await until(() => reader.page.evaluate(() => [...CSS.highlights.get('comment-on') ?? []].map(String).join()).then(text => text === story.puts), 'its words are marked')
		await shot(reader, `${lang}-${width}`)
		await well(reader, `the page that is read at ${width}`)
		await reader.context.close()
	}
	for (const who of [one, two]) {
		assert.deepEqual(who.troubles, [])
		await who.context.close()
	}
})
