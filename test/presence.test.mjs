// Three in one document: who is here, where their cursors are, what they write in, going along with one of them; and two hundred, of whom a few faces are shown.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { launch, person } from './lib/browser.mjs'
import { serveWithAdmin, until } from './lib/server.mjs'

let s, browser
before(async () => {
	s = await serveWithAdmin()
	browser = await launch()
})
after(async () => {
	await browser?.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

const told = {
	ko: { names: ['김하늘', '이도윤', '남궁서연'], sections: ['영향', '원인', '조치'], typed: '더 씁니다' },
	en: { names: ['Ann Lee', 'Ben Cho', 'Cid Roe'], sections: ['Impact', 'Causes', 'Actions'], typed: 'more to say' },
}
const shot = async ({ page }, name) => { if (process.env.BOKGI_SHOTS) await page.screenshot({ path: `${process.env.BOKGI_SHOTS}/presence-${name}.png` }) }
const faces = ({ page }) => page.locator('.here button[aria-pressed]')
const cursorAt = (page, words) => page.evaluate(words => {
	const content = document.querySelector('.cm-content'), view = (content.cmTile ?? content.cmView).view
	view.focus()
	view.dispatch({ selection: { anchor: view.state.doc.toString().indexOf(words) } })
}, words)

for (const lang of ['ko', 'en']) test(`who is here, and where (${lang})`, async () => {
	const story = told[lang], lines = Array.from({ length: 40 }, (_, i) => `${i + 1}.`).join('\n\n')
	const doc = await s.post('/api/v1/documents', { title: 'Presence', kind: 'project', template: 'none', lang, text: story.sections.map(name => `## ${name}\n\n${lines}\n`).join('\n') })
	const people = await Promise.all(story.names.map((name, i) => s.person('editor', `here-${lang}-${i}`, { lang, name })))
	const [one, two, three] = await Promise.all(people.map(({ cookie }, i) => person(browser, s.url, { lang, cookie, ...(i === 2 && { width: 360, height: 740 }) })))
	const { t } = one
	for (const { page } of [one, two, three]) {
		await page.goto(`/documents/${doc.ref}/edit`)
		await page.locator('.cm-content').waitFor()
	}
	// Nobody has moved: who came first and who came last know of each other.
	for (const who of [one, two, three]) await until(async () => await faces(who).count() === 2, 'two others are here')

	// A cursor with a name, which fades; and the section.
	await cursorAt(two.page, `## ${story.sections[1]}`)
	await two.page.keyboard.press('End')
	const where = t('{name}, at “{section}”', { name: story.names[1], section: story.sections[1] })
	await one.page.getByRole('button', { name: t('Follow {who}', { who: where }) }).waitFor()
	await cursorAt(two.page, `## ${story.sections[0]}`)
	const flag = one.page.locator(`.cur b[data-name="${story.names[1]}"]`)
	await flag.waitFor({ state: 'attached' })
	assert.equal(await flag.evaluate(b => getComputedStyle(b).animationDuration), '3s')
	await until(async () => await flag.evaluate(b => getComputedStyle(b).opacity) === '0', 'the name has faded')

	// Whoever types is said to write there, and the cursor goes along without a word.
	await two.page.keyboard.press('End')
	await two.page.keyboard.insertText(` ${story.typed}`)
	await one.page.locator('.here-said', { hasText: t('{name} is editing “{section}”', { name: story.names[1], section: `${story.sections[0]} ${story.typed}` }).slice(0, 12) }).waitFor()
	await shot(one, `${lang}-writing`)

	// Going along, until Esc or a key.
	const scrolled = () => one.page.evaluate(() => scrollY)
	const face = faces(one).filter({ has: one.page.locator('.av') }).first()
	const follow = name => one.page.locator(`.here button[title^="${name}"]`).click()
	await one.page.evaluate(() => scrollTo(0, 0))
	await face.waitFor()
	await follow(story.names[1])
	await one.page.locator('.here-said', { hasText: t('Following {name}', { name: story.names[1] }) }).waitFor()
	await cursorAt(two.page, `## ${story.sections[2]}`)
	await until(async () => await scrolled() > 1000, 'the view has gone along')
	await shot(one, `${lang}-following`)
	assert.deepEqual((await new AxeBuilder({ page: one.page }).analyze()).violations.map(({ id, nodes }) => `${id} ${nodes[0].html}`), [])
	await one.page.keyboard.press('Escape')
	await until(async () => await one.page.locator('.here button[aria-pressed=true]').count() === 0, 'Esc ends it')
	await follow(story.names[1])
	await cursorAt(one.page, '1.')
	await one.page.keyboard.type('x')
	await until(async () => await one.page.locator('.here button[aria-pressed=true]').count() === 0, 'typing ends it')
	await shot(three, `${lang}-360`)

	// Whoever closes the page has left, whoever goes to another page too.
	await two.page.close()
	await until(async () => await faces(one).count() === 1, 'one has closed the page')
	await three.page.goto('/incidents')
	await until(async () => await faces(one).count() === 0, 'the other has gone elsewhere')
	await two.context.close()
	for (const who of [one, three]) {
		assert.deepEqual(who.troubles, [])
		await who.context.close()
	}
})

test('two hundred are a few faces and a number', async () => {
	const doc = await s.post('/api/v1/documents', { title: 'Many', kind: 'project', template: 'none', lang: 'en', text: `## Impact\n\n${'x'.repeat(400)}\n` })
	const kim = await s.person('editor', undefined, { lang: 'en' })
	const one = await person(browser, s.url, { cookie: kim.cookie })
	await one.page.goto(`/documents/${doc.ref}/edit`)
	await one.page.locator('.cm-content').waitFor()
	const client = i => `crowd-${String(i).padStart(16, '0')}`
	await until(async () => { // so that its page hears who comes
		await s.post(`/api/v1/documents/${doc.ref}/presence`, { client: client(0), from: 0, to: 0 })
		return await faces(one).count() === 1
	}, 'the first is seen')
	for (let i = 0; i < 200; i += 20) await Promise.all(Array.from({ length: 20 }, (_, k) => s.post(`/api/v1/documents/${doc.ref}/presence`, { client: client(i + k), from: i + k, to: i + k })))
	const more = one.page.locator('.here button', { hasText: '+195' })
	await more.waitFor()
	await more.click()
	assert.equal(await one.page.locator('.here-all li').count(), 200)
	await shot(one, 'many')
	assert.deepEqual((await new AxeBuilder({ page: one.page }).include('.here').analyze()).violations.map(v => v.id), [])
	await one.page.keyboard.press('Escape')
	await one.page.locator('.here-all').waitFor({ state: 'detached' })
	await one.page.locator('.cm-content').focus()
	await one.page.keyboard.type('still quick')
	await until(async () => (await s.get(`/api/v1/documents/${doc.ref}`)).text.includes('still quick'), 'one can write among them')
	await s.post(`/api/v1/documents/${doc.ref}/presence`, { client: client(7), gone: true })
	await one.page.locator('.here button', { hasText: '+194' }).waitFor()
	assert.deepEqual(one.troubles, [])
	await one.context.close()
})
