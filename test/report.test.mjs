// A document beside its text: sections, records, TBDs, incidents, and one that belongs to its author. In a browser, by keyboard where a person would.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { launch, person } from './lib/browser.mjs'
import { serveWithAdmin, until } from './lib/server.mjs'

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const shots = process.env.BOKGI_SHOTS

let s, browser, me
before(async () => {
	[s, browser] = await Promise.all([serveWithAdmin(), launch()])
	me = (await s.get('/api/v1/people')).items[0]
})
after(async () => {
	await browser?.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

const speak = lang => s.patch('/api/v1/me', { lang, theme: 'system' }, { cookie: s.cookie, token: null, headers: { 'if-match': '*' } })
const open = async (lang = 'en', more = {}) => {
	await speak(lang)
	return person(browser, s.url, { lang, cookie: s.cookie, ...more })
}

/** What axe finds, and what is wider than a phone; light and dark. */
async function inspect(page, name) {
	const found = []
	for (const [size, viewport] of Object.entries({ phone: { width: 360, height: 2600 }, desk: { width: 1440, height: 1100 } })) for (const theme of ['light', 'dark']) {
		await page.setViewportSize(viewport)
		await page.emulateMedia({ colorScheme: theme })
		await page.waitForTimeout(100)
		const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
		if (width > 0) found.push(`${name} ${size}: ${width} px too wide`)
		await page.evaluate(AXE)
		const axe = await page.evaluate(rules => window.axe.run(document, { runOnly: rules, resultTypes: ['violations'] }), RULES)
		found.push(...axe.violations.flatMap(({ id, nodes }) => nodes.map(node => `${name} ${size} ${theme} ${id}: ${node.target.join(' ')}`)))
		if (shots) await page.screenshot({ path: `${shots}/report-${name}-${theme}-${size}.png` })
	}
	return found
}

test('impact, causes and lessons are written in place by keyboard, and stand in the article', async () => {
	const doc = await s.post('/api/v1/documents', { title: 'Slow checkout', kind: 'incident', template: 'sre.en', zone: 'Asia/Seoul' })
	const { page, context, t, troubles } = await open()
	await page.goto(`/documents/${doc.ref}/edit`)
	await page.locator('.cm-content').waitFor()
	const part = name => page.locator('section.records').filter({ has: page.getByRole('heading', { name, exact: true }) })
	await part(t('Impact in numbers')).getByRole('button', { name: t('Add') }).click()
	await page.keyboard.type('orders lost')
	await page.keyboard.press('Tab')
	await page.keyboard.type('1210')
	await page.keyboard.press('Tab')
	await page.keyboard.type('orders')
	await page.keyboard.press('Enter')
	// The next one can be typed at once.
	await part(t('Impact in numbers')).getByText('1,210').waitFor()
	await page.keyboard.type('revenue')
	await page.keyboard.press('Enter')
	await until(async () => (await s.get(`/api/v1/documents/${doc.ref}`)).impacts.length === 2, 'both are there')
	await page.keyboard.press('Escape')
	const causes = part(t('Causes'))
	for (const words of ['no limit on retries', 'a sale began']) {
		await causes.getByRole('button', { name: t('Add') }).click()
		await page.keyboard.type(words)
		await page.keyboard.press('Control+Enter')
		await causes.getByText(words).waitFor()
		await page.keyboard.press('Escape')
	}
	await causes.getByRole('button', { name: t('Edit: {what}', { what: 'a sale began' }) }).focus()
	await page.keyboard.press('Alt+ArrowUp')
	await until(async () => (await s.get(`/api/v1/documents/${doc.ref}`)).causes[0].text === 'a sale began', 'it moved up')
	await causes.getByRole('button', { name: t('Edit: {what}', { what: 'a sale began' }) }).press('Enter')
	await causes.getByLabel(t('How'), { exact: true }).selectOption('trigger')
	await causes.getByRole('button', { name: t('Save') }).click()
	await causes.locator('.chip.warn').waitFor()
	const lessons = part(t('Lessons'))
	await lessons.getByRole('button', { name: t('Add') }).click()
	await lessons.getByLabel(t('List')).selectOption('lucky')
	await lessons.getByLabel(t('Lesson'), { exact: true }).fill('It was night')
	await page.keyboard.press('Control+Enter')
	await lessons.getByRole('button', { name: t('Make an action of it: {what}', { what: 'It was night' }) }).click()
	await lessons.getByText('→ ACT-1').waitFor()
	await page.goto(`/documents/${doc.ref}`)
	const article = page.locator('article')
	for (const words of ['1210 orders', 'Triggers', 'a sale began', 'no limit on retries', 'It was night → ACT-1']) await article.getByText(words).first().waitFor()
	assert.deepEqual(troubles, [])
	await context.close()
})

test('a section is left out with a reason and asked for again', async () => {
	const doc = await s.post('/api/v1/documents', { title: 'Week 47', kind: 'retrospective', text: '## What went well\n\nDeploys.\n' })
	const { page, context, t, troubles } = await open()
	await page.goto(`/documents/${doc.ref}/edit`)
	await page.getByRole('heading', { name: t('Sections') }).waitFor()
	await page.getByText(t('{n} of {total}', { n: 1, total: 3 }), { exact: true }).waitFor()
	await page.getByRole('button', { name: t('Leave out: {what}', { what: 'What went wrong' }) }).click()
	await page.keyboard.type('Nothing did, this time.')
	await page.keyboard.press('Control+Enter')
	await page.getByText('Nothing did, this time.').waitFor()
	await page.getByText(t('{n} of {total}', { n: 2, total: 3 }), { exact: true }).waitFor()
	await page.getByRole('button', { name: t('Ask for it again: {what}', { what: 'What went wrong' }) }).click()
	await page.getByText(t('{n} of {total}', { n: 1, total: 3 }), { exact: true }).waitFor()
	// What is typed counts without asking.
	await page.locator('.cm-content').click()
	await page.keyboard.press('Control+End')
	await page.keyboard.type('\n## Actions\n\nNone are needed.')
	await page.getByText(t('{n} of {total}', { n: 2, total: 3 }), { exact: true }).waitFor()
	assert.deepEqual(troubles, [])
	await context.close()
})

test('what is not known is counted, dated and listed for whoever is to find it out', async () => {
	const doc = await s.post('/api/v1/documents', { title: 'Late report', kind: 'project', text: `TBD(@admin, 금요일까지): how many\n\nTBD: cost\n` })
	await until(async () => (await s.get('/api/v1/tbds?owner=me', { cookie: s.cookie, token: null })).items.length === 1, 'it is remembered')
	const [mine] = (await s.get('/api/v1/tbds?owner=me', { cookie: s.cookie, token: null })).items
	assert.equal(mine.owner.id, me.id)
	assert.equal(new Date(`${mine.due}T00:00:00Z`).getUTCDay(), 5)
	const { page, context, t, troubles } = await open()
	await page.goto(`/documents/${doc.ref}`)
	await page.getByText(t('{n} of {total} filled', { n: 0, total: 2 })).waitFor()
	await page.locator('article .tbd', { hasText: mine.due }).waitFor()
	await page.goto('/documents')
	await page.getByRole('heading', { name: t('For you to find out') }).waitFor()
	await page.getByRole('link', { name: 'how many' }).click()
	await page.locator('.cm-content').click()
	await page.keyboard.press('Control+End')
	await page.keyboard.press('ArrowUp')
	await page.keyboard.press('End')
	await page.keyboard.press('Shift+Home')
	await page.keyboard.type('It cost nothing.')
	await page.getByText(t('{n} of {total} filled', { n: 1, total: 2 })).waitFor()
	assert.deepEqual(troubles, [])
	await context.close()
})

test('a departure is read by nobody until its author agrees, then by those who are named', async () => {
	const kim = await s.person('responder', 'kim', { name: 'Kim' }), lee = await s.person('responder', 'lee', { name: 'Lee' })
	await speak('en')
	const author = await person(browser, s.url, { cookie: kim.cookie })
	const { page, t } = author
	await page.goto('/documents')
	await page.getByRole('button', { name: t('Write one') }).first().click()
	await page.getByLabel(t('Title')).fill('Three years here')
	await page.getByRole('dialog').getByText(t('Departure'), { exact: true }).click()
	await page.getByText(t('Yours alone: nobody else reads it until you agree.')).waitFor()
	await page.locator('.heads').getByText('Why I leave').waitFor()
	await page.getByRole('button', { name: t('Begin writing') }).click()
	await page.locator('.cm-content').waitFor()
	const path = /\/documents\/PM-\d+/.exec(page.url())[0]
	const status = async cookie => (await s.ask('GET', `/api/v1${path}`, undefined, { cookie, token: null })).status
	assert.equal(await status(lee.cookie), 404)
	await page.getByRole('button', { name: t('I agree that others read it') }).click()
	await page.getByLabel(t('Let somebody read it')).fill('Lee')
	await page.getByRole('option', { name: 'Lee' }).click()
	await until(async () => (await status(lee.cookie)) === 200, 'Lee reads it')
	await page.getByRole('button', { name: t('Take it back') }).click()
	await until(async () => (await status(lee.cookie)) === 404, 'Lee no longer does')
	assert.deepEqual(author.troubles, [])
	await author.context.close()
})

test('documents and incidents are connected from both pages', async () => {
	const [a, b] = [await s.post('/api/v1/incidents', { title: 'One' }), await s.post('/api/v1/incidents', { title: 'Two' })]
	const doc = await s.post('/api/v1/documents', { title: 'Both of them', kind: 'incident', incident: a.ref })
	const { page, context, t, troubles } = await open()
	await page.goto(`/documents/${doc.ref}`)
	await page.getByRole('button', { name: t('Connect'), exact: true }).click()
	await page.getByLabel(t('Number of the incident')).fill('INC-999')
	await page.keyboard.press('Enter')
	await page.getByRole('alert').waitFor()
	await page.getByLabel(t('Number of the incident')).fill(b.ref)
	await page.keyboard.press('Enter')
	await page.getByRole('link', { name: b.ref, exact: true }).waitFor()
	await page.getByRole('button', { name: t('Disconnect {ref}', { ref: b.ref }) }).click()
	await until(async () => (await s.get(`/api/v1/documents/${doc.ref}`)).incidents.length === 1, 'one is left')
	await page.goto(`/incidents/${b.ref}`)
	await page.getByRole('button', { name: t('Connect'), exact: true }).click()
	await page.getByLabel(t('Number of the document')).fill(doc.ref)
	await page.keyboard.press('Enter')
	await page.getByRole('link', { name: 'Both of them' }).waitFor()
	assert.deepEqual(troubles.filter(text => !/status of 422/.test(text)), [])
	await context.close()
})

test('who publishes it, and by when, is changed on its page', async () => {
	const doc = await s.post('/api/v1/documents', { title: 'By whom', kind: 'project', lang: 'en' }), lee = await s.person('editor', 'lee-keeps', { name: '이하늘' })
	const { page, context, t, troubles } = await open('ko')
	await page.goto(`/documents/${doc.ref}`)
	const section = page.locator('aside section', { has: page.getByRole('heading', { name: t('Published by') }) })
	await section.getByRole('button', { name: t('Change') }).click()
	await page.getByLabel(t('Owner'), { exact: true }).fill('ㅇㅎㄴ')
	await page.getByRole('option', { name: '이하늘' }).click()
	await page.getByLabel(t('Due'), { exact: true }).fill('2030-02-01')
	await page.getByRole('button', { name: t('Save'), exact: true }).click()
	await section.getByText('이하늘').waitFor()
	const said = await s.get(`/api/v1/documents/${doc.ref}`)
	assert.deepEqual([said.owner.id, said.due], [lee.person.id, '2030-02-01'])
	await section.getByRole('button', { name: t('Change') }).click()
	assert.deepEqual(await inspect(page, 'keeper'), [])
	await page.getByLabel(t('Owner'), { exact: true }).fill('')
	await page.getByLabel(t('Due'), { exact: true }).fill('')
	await page.getByRole('button', { name: t('Save'), exact: true }).click()
	await section.getByText(t('no owner')).waitFor()
	assert.deepEqual([(await s.get(`/api/v1/documents/${doc.ref}`)).due, troubles], [null, []])
	await context.close()
})

test('a creed and a template of the organisation reach the next document', async () => {
	const { page, context, t, troubles } = await open()
	await page.goto('/settings?part=creed')
	await page.getByLabel(t('In English')).fill('We look for conditions, **never** for people.')
	await page.getByRole('button', { name: t('Save') }).click()
	await page.getByText(t('Saved.')).waitFor()
	await page.goto('/settings?part=templates')
	await page.getByRole('button', { name: t('Begin one from: {what}', { what: 'Retrospective' }) }).click()
	await page.getByLabel(t('Name')).fill('weekly')
	await page.getByLabel(t('Title')).fill('Our week')
	await page.getByLabel(t('Sections it asks for')).fill('went_well blame')
	await page.getByRole('button', { name: t('Add'), exact: true }).click()
	await page.getByRole('alert').waitFor()
	await page.getByLabel(t('Sections it asks for')).fill('went_well')
	await page.getByRole('button', { name: t('Add'), exact: true }).click()
	await page.getByText('weekly').waitFor()
	const doc = await s.post('/api/v1/documents', { title: 'Week 48', kind: 'retrospective', template: 'weekly', lang: 'en' })
	assert.equal(doc.template, 'weekly@1')
	await page.goto(`/documents/${doc.ref}`)
	await page.locator('article .creed strong', { hasText: 'never' }).waitFor()
	assert.deepEqual(troubles.filter(text => !/status of 422/.test(text)), [])
	await context.close()
})

for (const lang of ['en', 'ko']) test(`what is new can be read and used by everybody (${lang})`, async () => {
	const doc = await s.post('/api/v1/documents', { title: '결제 승인 지연', kind: 'incident', template: `sre.${lang}`, zone: 'Asia/Seoul' })
	const at = `/api/v1/documents/${doc.ref}`
	await s.post(`${at}/impacts`, { metric: '실패한 결제', value: 214, unit: '건', estimated: true, method: 'compared with the same hour of last week, by the dashboard of payments' })
	await s.post(`${at}/impacts`, { metric: 'revenue' })
	await s.post(`${at}/windows`, { begins_at: '2026-11-22T05:00:00Z', ends_at: '2026-11-22T05:17:00Z', what: '전혀 안 됨' })
	await s.post(`${at}/causes`, { kind: 'trigger', text: '할인 행사가 시작됨', factor: 'load' })
	await s.post(`${at}/causes`, { kind: 'defence_failed', text: 'payments_authorization_gateway_timeout_seconds_bucket_by_region_total had no alert', factor: 'missing_alert' })
	await s.post(`${at}/lessons`, { list: 'went_well', text: '배포가 빨랐다', mark: 'drill' })
	const { page, context, t } = await open(lang, { bypassCSP: true })
	const found = []
	await page.goto(`/documents/${doc.ref}`)
	await page.locator('article table').first().waitFor()
	found.push(...await inspect(page, `document-${lang}`))
	await page.goto(`/documents/${doc.ref}/edit`)
	await page.locator('.cm-content').waitFor()
	await page.locator('section.records').nth(2).getByRole('button', { name: t('Add') }).click()
	found.push(...await inspect(page, `editor-${lang}`))
	for (const part of ['creed', 'templates']) {
		await page.goto(`/settings?part=${part}`)
		await page.locator('#app :is(.rows li, textarea)').first().waitFor()
		found.push(...await inspect(page, `${part}-${lang}`))
	}
	await page.goto('/documents')
	await page.getByRole('button', { name: t('Write one') }).first().click()
	await page.locator('.heads li').first().waitFor()
	found.push(...await inspect(page, `new-${lang}`))
	await context.close()
	assert.deepEqual(found, [])
})
