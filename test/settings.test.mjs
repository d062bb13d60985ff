// Settings at the screen: labels of what contributed, from the first to the search by them; tokens, from their making to where they were last used.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, person } from './lib/browser.mjs'
import { serveWithAdmin, until } from './lib/server.mjs'

let s, browser
before(async () => { [s, browser] = await Promise.all([serveWithAdmin(), launch()]) })
after(async () => {
	await browser?.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

const dialog = ({ page }) => page.locator('dialog[open]')
const row = ({ page }, name) => page.locator('main .rows li', { hasText: name })
async function press(who, name) {
	await dialog(who).getByRole('button', { name: who.t(name), exact: true }).click()
	await dialog(who).waitFor({ state: 'detached' })
}

for (const [lang, width] of [['ko', 360], ['en', 1440]]) test(`a label is added, renamed, merged and retired, and the archive is narrowed down by it (${lang}, ${width} px)`, async () => {
	const editor = await s.person('editor', undefined, { lang })
	const who = await person(browser, s.url, { lang, cookie: editor.cookie, width })
	const { page, t } = who
	const [first, renamed, other] = lang === 'ko' ? ['배치 시간', '배치 창', '월말 마감'] : ['Batch time', 'Batch window', 'End of the month']
	const doc = await s.post('/api/v1/documents', { title: `Report ${lang}`, kind: 'incident', text: 'x' })

	await page.goto('/settings?part=factors')
	for (const [ko, en] of [[`${lang === 'ko' ? first : 'ㄱ'}`, lang === 'en' ? first : 'Batch one'], [lang === 'ko' ? other : 'ㄴ', lang === 'en' ? other : 'Month end']]) {
		await page.getByRole('button', { name: t('Add a label') }).first().click()
		await dialog(who).getByLabel(t('In Korean')).fill(ko)
		await dialog(who).getByLabel(t('In English')).fill(en)
		await press(who, 'Add')
	}
	const code = lang === 'ko' ? 'batch_one' : 'batch_time', into = lang === 'ko' ? 'month_end' : 'end_of_the_month'
	await row(who, code).getByRole('button', { name: t('Edit: {what}', { what: first }) }).click()
	await dialog(who).getByLabel(t(lang === 'ko' ? 'In Korean' : 'In English')).fill(renamed)
	await press(who, 'Save')
	await row(who, renamed).waitFor()

	// On a cause it is found by, from the list of labels.
	await s.post(`/api/v1/documents/${doc.ref}/causes`, { kind: 'latent', text: 'y', factor: code })
	await until(async () => (await s.get(`/api/v1/search?q=factor:${code}`)).items.length === 1, 'the index knows it')
	await row(who, renamed).getByRole('link', { name: renamed }).click()
	await page.locator('.hit a', { hasText: `Report ${lang}` }).waitFor()
	assert.match(decodeURIComponent(page.url()), new RegExp(`q=factor:${code}`))
	if (width > 1000) {
		await page.locator('.facets label', { hasText: renamed }).getByRole('checkbox').uncheck()
		await page.waitForFunction(() => !location.search.includes('factor'))
		await page.locator('.facets label', { hasText: renamed }).getByRole('checkbox').check()
		await page.waitForFunction(() => location.search.includes('factor'))
	}

	// Merged: what had the one has the other, which alone is offered.
	await page.goto('/settings?part=factors')
	await row(who, renamed).getByRole('button', { name: t('Merge…') }).click()
	await dialog(who).getByRole('button', { name: t('Merge for good') }).click()
	await dialog(who).locator('select[aria-invalid=true]').waitFor()
	await dialog(who).getByLabel(t('The label that stays')).selectOption(into)
	await press(who, 'Merge for good')
	await row(who, renamed).filter({ hasText: t('retired') }).waitFor()
	assert.equal((await s.get(`/api/v1/documents/${doc.ref}`)).causes[0].factor, into)
	await until(async () => (await s.get(`/api/v1/search?q=factor:${into}`)).items.length === 1, 'the index knows it')
	assert.equal((await s.get(`/api/v1/search?q=factor:${code}`)).items.length, 0)

	// Retired, and taken back.
	await row(who, other).getByRole('button', { name: t('Retire') }).click()
	await row(who, other).filter({ hasText: t('retired') }).waitFor()
	await page.getByRole('button', { name: t('Undo') }).click()
	await row(who, other).getByRole('button', { name: t('Retire') }).waitFor()
	assert.deepEqual(who.troubles.filter(text => !/422 \(/.test(text)), [])
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
	await who.context.close()
})

test('a viewer reads the labels and changes none', async () => {
	const viewer = await s.person('viewer', undefined, { lang: 'en' })
	const who = await person(browser, s.url, { cookie: viewer.cookie })
	await who.page.goto('/settings?part=factors')
	await row(who, 'missing_alert').waitFor()
	assert.equal(await who.page.locator('section button').count(), 0)
	await who.context.close()
})

for (const [lang, width] of [['ko', 360], ['en', 1440]]) test(`a token says what for, when and from where it was used, and ends (${lang}, ${width} px)`, async () => {
	const it = await s.person('responder', undefined, { lang })
	const who = await person(browser, s.url, { lang, cookie: it.cookie, width })
	const { page, t } = who
	await page.goto('/settings?part=tokens')
	await page.getByRole('button', { name: t('Make a token') }).first().click()
	await dialog(who).getByLabel(t('What is it for?')).fill('our assistant')
	await dialog(who).getByLabel(t('Who uses it?')).selectOption('mcp')
	await dialog(who).getByRole('button', { name: t('Make a token') }).click()
	const token = await until(async () => (await dialog(who).locator('input').first().inputValue()).match(/^bokgi-mcp_\S+$/)?.[0], 'the secret is shown')
	await press(who, 'I have copied it')
	await row(who, 'our assistant').filter({ hasText: t('for a model that reads') }).filter({ hasText: t('never used, as far as is known') }).waitFor()
	assert.equal((await s.ask('GET', '/api/v1/me', undefined, { token })).status, 200)
	const used = await until(async () => (await s.get('/api/v1/tokens', { cookie: it.cookie, token: null })).items.find(x => x.used_at), 'its use is written down')
	assert.deepEqual([used.use, used.used_from], ['mcp', '127.0.0.0/24'])
	await page.reload()
	await row(who, 'our assistant').filter({ hasText: '127.0.0.0/24' }).waitFor()
	await row(who, 'our assistant').getByRole('button', { name: t('Revoke') }).click()
	await row(who, 'our assistant').getByRole('button', { name: t('Revoke for good') }).click()
	await row(who, 'our assistant').waitFor({ state: 'detached' })
	assert.equal((await s.ask('GET', '/api/v1/me', undefined, { token })).status, 401)
	assert.deepEqual(who.troubles, [])
	await who.context.close()
})

test('the address of a feed is a token that was used, too', async () => {
	const { id, token } = await s.post('/api/v1/tokens', { name: 'my calendar', role: 'viewer', use: 'feed' }, { cookie: s.cookie, token: null })
	const feeds = Object.keys((await s.get('/api/v1/openapi.json')).paths).filter(path => path.includes('{secret}'))
	assert.ok(feeds.length, 'there are feeds')
	assert.equal((await s.ask('GET', feeds[0].replace('{secret}', token), undefined, { token: null })).status, 200)
	const used = await until(async () => (await s.get('/api/v1/tokens')).items.find(x => x.id === id && x.used_at), 'its use is written down')
	assert.equal(used.use, 'feed')
})
