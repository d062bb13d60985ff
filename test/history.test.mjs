// The history of a text: two people write, one walks through what they wrote by keyboard, names a version, compares, and brings one back while the other types. And nobody's undo takes back what
// somebody else wrote.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { launch, person } from './lib/browser.mjs'
import { serveWithAdmin, until } from './lib/server.mjs'

const told = {
	ko: { title: '결제 지연', text: '## 영향\n\n결제 서버가 느렸다.\n', one: ' 주문도 실패했다.', two: '## 원인\n\n', more: '모름', name: '검토 전', people: ['김서연', '이도윤'], handles: ['seoyeon-h', 'doyun-h'], word: '느렸다' },
	en: { title: 'Slow checkout', text: '## Impact\n\nThe checkout was slow.\n', one: ' Orders failed.', two: '## Causes\n\n', more: 'unknown', name: 'before the review', people: ['Ann Lee', 'Ben Cho'], handles: ['ann-h', 'ben-h'], word: 'slow' },
}

let s, browser
before(async () => {
	[s, browser] = await Promise.all([serveWithAdmin(), launch()])
})
after(async () => {
	await browser?.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

const shot = async ({ page }, name) => { if (process.env.BOKGI_SHOTS) await page.screenshot({ path: `${process.env.BOKGI_SHOTS}/history-${name}.png` }) }
const button = ({ page, t }, name, root = page) => root.getByRole('button', { name: t(name), exact: true })
const slider = ({ page, t }) => page.getByRole('slider', { name: t('Version') })
const text = ({ page }) => page.locator('.past .cm-content')
/** The words that are shown, as a text. */
const shown = who => text(who).evaluate(node => [...node.querySelectorAll('.cm-line')].map(line => line.textContent).join('\n'))
async function well({ page }, what) {
	const { violations } = await new AxeBuilder({ page }).analyze()
	assert.deepEqual(violations.map(({ id, nodes }) => `${what}: ${id} ${nodes[0].html}`), [])
}
const typed = (doc, cookie, client, version, seq, changes) => s.post(`/api/v1/documents/${doc.ref}/updates`, { client: client.padEnd(22, '-'), version, updates: [{ seq, changes }] }, { cookie, token: null })
const edit = async (who, doc) => {
	await who.page.goto(`/documents/${doc.ref}/edit`)
	await who.page.locator('.editor .cm-content').waitFor()
}

for (const lang of ['ko', 'en']) test(`through the versions of a text, and one of them back (${lang})`, async () => {
	const story = told[lang]
	const [kim, lee] = await Promise.all([0, 1].map(i => s.person('editor', story.handles[i], { lang, name: story.people[i], zone: 'Asia/Seoul' })))
	const doc = await s.post('/api/v1/documents', { title: story.title, kind: 'project', template: 'none', lang, text: story.text }, { cookie: kim.cookie, token: null })
	const n = story.text.length
	await typed(doc, kim.cookie, `kim-${lang}`, 0, 1, [n - 1, [0, story.one], 1])
	await typed(doc, lee.cookie, `lee-${lang}`, 1, 1, [[0, ...story.two.split('\n')], n + story.one.length])
	const texts = [story.text, story.text.slice(0, -1) + story.one + '\n']
	texts.push(story.two + texts[1])
	const [one, two] = await Promise.all([kim, lee].map(({ cookie }) => person(browser, s.url, { lang, cookie })))

	// From the document by a key; the newest version, with its authors as colour.
	await one.page.goto(`/documents/${doc.ref}`)
	await one.page.locator('article.doc').waitFor()
	await one.page.keyboard.press('h')
	await slider(one).waitFor()
	await until(async () => await shown(one) === texts[2], 'the newest is shown')
	assert.deepEqual(await one.page.locator('.legend li').allTextContents().then(all => all.map(x => x.replace(/^\s*\S{1,2}\s*/, ''))).then(all => all.every(x => story.people.some(p => p.endsWith(x) || x.endsWith(p)))), true)
	assert.equal(await one.page.locator('.by').filter({ hasText: story.one.trim() }).count(), 1)
	assert.equal(await one.page.locator('.by').filter({ hasText: story.word }).count(), 0, 'what it began with is nobody’s')
	await well(one, 'history')
	await shot(one, `${lang}-newest`)

	// The line of time by keyboard.
	await slider(one).focus()
	for (const [key, version] of [['ArrowLeft', 1], ['Home', 0], ['ArrowRight', 1], ['End', 2], ['PageDown', 1], ['PageDown', 0], ['PageUp', 1]]) {
		await one.page.keyboard.press(key)
		await until(async () => await shown(one) === texts[version], `${key} shows version ${version}`)
		assert.equal(await slider(one).inputValue(), String(version))
	}
	await until(async () => (await slider(one).getAttribute('aria-valuetext')).includes(story.people[0]), 'it says who')
	await until(() => new URL(one.page.url()).searchParams.get('v') === '1', 'the address follows')

	// It gets a name, which everybody sees.
	await button(one, 'Name…').click()
	await one.page.getByLabel(one.t('Name'), { exact: true }).fill(story.name)
	await button(one, 'Save').click()
	await one.page.locator('.spans .chip', { hasText: story.name }).waitFor()
	assert.equal((await s.get(`/api/v1/documents/${doc.ref}/versions`)).items[0].name, story.name)

	// What changed here.
	await one.page.keyboard.press('Escape')
	await button(one, 'What changed here').click()
	await one.page.locator('ins.h-add', { hasText: story.one.trim() }).waitFor()
	await shot(one, `${lang}-changed`)
	await well(one, 'history with changes')
	// Any two: against the newest, what is missing here is struck out.
	await one.page.getByLabel(one.t('Compared with version')).fill('2')
	await one.page.keyboard.press('Enter')
	await one.page.locator('del.h-del', { hasText: story.two.trim() }).waitFor()
	await until(() => new URL(one.page.url()).searchParams.get('from') === '2', 'the address says with which')
	const link = one.page.url()
	await one.page.goto(link)
	await one.page.locator('del.h-del', { hasText: story.two.trim() }).waitFor()

	// The other opens the text and types, while the first brings the version back.
	await edit(two, doc)
	await two.page.locator('.cm-line').first().click()
	await two.page.keyboard.press('Home')
	await two.page.keyboard.insertText(`${story.more} `)
	await until(async () => (await s.get(`/api/v1/documents/${doc.ref}`)).text_version === 3, 'it is in the text')
	await one.page.goto(`/documents/${doc.ref}/history?v=1`)
	await until(async () => await shown(one) === texts[1], 'the link shows its version')
	await button(one, 'Bring back…').click()
	await well(one, 'the question before')
	await shot(one, `${lang}-ask`)
	// Not on the server yet when it is brought back: the line is cut between the two.
	await two.page.route('**/updates', async route => {
		await until(async () => (await s.get(`/api/v1/documents/${doc.ref}`)).text_version >= 4, 'it is brought back')
		await route.continue()
	})
	await two.page.keyboard.press('Control+End')
	await two.page.keyboard.insertText(story.more)
	await button(one, 'Bring it back').click()
	await until(async () => (await s.get(`/api/v1/documents/${doc.ref}`)).text === texts[1] + story.more, 'brought back, and what was being typed is there')
	await two.page.locator('.cm-content', { hasText: story.more }).waitFor()
	await until(async () => await two.page.locator('.cm-content').evaluate(node => [...node.querySelectorAll('.cm-line')].map(l => l.textContent).join('\n')) === texts[1] + story.more, 'on the other screen, too')
	await one.page.locator('.spans .chip.warn').waitFor()
	await until(async () => (await s.get(`/api/v1/documents/${doc.ref}/history`)).items.length >= 5, 'in the list')

	// From the beginning again, as it was typed.
	await one.page.keyboard.press('Escape')
	await one.page.getByLabel(one.t('Speed')).selectOption('64')
	await one.page.keyboard.press('Escape')
	await slider(one).focus()
	await one.page.keyboard.press('Home')
	await until(async () => await shown(one) === texts[0], 'the beginning')
	await button(one, 'Play').click()
	await until(async () => await shown(one) === texts[1] + story.more, 'the end')
	await button(one, 'Play').waitFor()
	assert.deepEqual([...one.troubles, ...two.troubles], [])
	await Promise.all([one.context.close(), two.context.close()])
})

test('undo takes back one’s own words and never a colleague’s', async () => {
	const [kim, lee] = await Promise.all(['kim-undo', 'lee-undo'].map(login => s.person('editor', login, { lang: 'en', name: login })))
	const doc = await s.post('/api/v1/documents', { title: 'Undo', kind: 'project', template: 'none', lang: 'en', text: 'begun.\n' }, { cookie: kim.cookie, token: null })
	const [one, two] = await Promise.all([kim, lee].map(({ cookie }) => person(browser, s.url, { cookie })))
	await Promise.all([edit(one, doc), edit(two, doc)])
	const now = async () => (await s.get(`/api/v1/documents/${doc.ref}`)).text
	await one.page.locator('.cm-line').first().click()
	await one.page.keyboard.press('Control+Home')
	await one.page.keyboard.insertText('mine ')
	await two.page.locator('.cm-content', { hasText: 'mine begun.' }).waitFor()
	await two.page.locator('.cm-line').first().click()
	await two.page.keyboard.press('End')
	await two.page.keyboard.insertText(' yours')
	await one.page.locator('.cm-content', { hasText: 'mine begun. yours' }).waitFor()
	// The colleague was last; still it is mine that goes. Then there is nothing left to take back.
	for (let i = 0; i < 3; i++) await one.page.keyboard.press('Control+z')
	await until(async () => await now() === 'begun. yours\n', 'mine alone is gone')
	await until(async () => !(await two.page.locator('.cm-content').textContent()).includes('mine'), 'on the other screen, too')
	await two.page.keyboard.press('Control+z')
	await until(async () => await now() === 'begun.\n', 'theirs goes by their own hand')
	await one.page.keyboard.press('Control+Shift+z')
	await until(async () => await now() === 'mine begun.\n', 'and mine comes again')
	assert.deepEqual([...one.troubles, ...two.troubles], [])
	await Promise.all([one.context.close(), two.context.close()])
})

test('links to a section, a version and a comparison, as an address and as words', async () => {
	const doc = await s.post('/api/v1/documents', { title: 'A <b>link</b>', kind: 'project', template: 'none', lang: 'en', text: '## Facts & figures\n\nOne.\n' })
	await s.post(`/api/v1/documents/${doc.ref}/updates`, { client: 'links-----------------', version: 0, updates: [{ seq: 1, changes: [22, [0, ' Two.'], 3] }] })
	const one = await person(browser, s.url, { cookie: s.cookie })
	await one.context.grantPermissions(['clipboard-read', 'clipboard-write'])
	const copied = type => one.page.evaluate(async type => (await (await navigator.clipboard.read())[0].getType(type)).text(), type)
	await one.page.goto(`/documents/${doc.ref}`)
	const heading = one.page.locator('article.doc h2')
	await heading.hover()
	await one.page.getByRole('button', { name: 'Copy the link to “Facts & figures”' }).click()
	await until(async () => await copied('text/plain') === `${s.url}/documents/${doc.ref}#${await heading.getAttribute('id')}`, 'the address of the section')
	assert.match(await copied('text/html'), /&lt;b&gt;link/, 'words, and no markup of the title’s')
	assert.equal(new URL(one.page.url()).hash, `#${await heading.getAttribute('id')}`)
	await one.page.goto(`/documents/${doc.ref}/history?v=1&from=0`)
	await one.page.locator('ins.h-add', { hasText: 'Two' }).waitFor()
	await one.page.keyboard.press('y')
	await until(async () => await copied('text/plain') === `${s.url}/documents/${doc.ref}/history?v=1&from=0`, 'the address of the comparison')
	assert.equal((await s.ask('GET', `/documents/${doc.ref}.md?version=0`)).body.includes('Two'), false)
	assert.deepEqual(one.troubles, [])
	await one.context.close()
})
