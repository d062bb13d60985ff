// The written policy at the screen: everybody reads it in plain words, administrators change it by a form, any two versions are laid beside each other, waivers are listed.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, person } from './lib/browser.mjs'
import { serveWithAdmin } from './lib/server.mjs'

let s, browser
before(async () => { [s, browser] = await Promise.all([serveWithAdmin(), launch()]) })
after(async () => {
	await browser?.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

const dialog = ({ page }) => page.locator('dialog[open]')
const line = ({ page, t }, trigger) => page.locator('.triggers dt', { hasText: t(trigger) }).locator('xpath=following-sibling::dd[1]')
const shot = async ({ page }, name) => { if (process.env.BOKGI_SHOTS) await page.screenshot({ path: `${process.env.BOKGI_SHOTS}/${name}.png`, fullPage: true }) }
const narrow = async ({ page }) => assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing is wider than the screen')

for (const [lang, width] of [['ko', 360], ['en', 1440]]) test(`the policy is read, changed and compared (${lang}, ${width} px)`, async () => {
	const { version: before } = await s.get('/api/v1/policy')
	const reader = await s.person('viewer', undefined, { lang }), chief = await s.person('administrator', undefined, { lang, name: `Chief ${lang}` })
	const [looks, writes] = await Promise.all([reader, chief].map(({ cookie }) => person(browser, s.url, { lang, cookie, width })))
	await looks.page.goto('/policy')
	await looks.page.getByRole('heading', { name: looks.t('Postmortem policy'), level: 1 }).waitFor()
	await line(looks, 'Data loss').filter({ hasText: looks.t('Data was lost.') }).waitFor()
	assert.equal(await looks.page.getByRole('button', { name: looks.t('Change…') }).count(), 0)

	// A form, with a reason; what is wrong is said at its field.
	await writes.page.goto('/policy')
	await writes.page.getByRole('button', { name: writes.t('Change…') }).click()
	await dialog(writes).getByLabel(writes.t('Downtime in minutes')).fill('30')
	await dialog(writes).getByLabel(writes.t('Minutes from detection to the end')).fill('')
	await dialog(writes).getByLabel(writes.t('Data loss')).uncheck({ force: true })
	await dialog(writes).getByLabel('SEV2').fill('4')
	await dialog(writes).getByRole('button', { name: writes.t('Make it the policy') }).click()
	await dialog(writes).locator('textarea[aria-invalid=true]').waitFor()
	await dialog(writes).getByLabel(writes.t('Why it changes')).fill('열다섯 분은 짧다')
	await dialog(writes).getByRole('button', { name: writes.t('Make it the policy') }).click()
	await dialog(writes).waitFor({ state: 'detached' })
	const now = await s.get('/api/v1/policy')
	assert.deepEqual([now.version, now.down_minutes, now.slow_minutes, now.data_loss, now.sev2_days, now.note], [before + 1, 30, null, false, 4, '열다섯 분은 짧다'])

	// Whoever looks on sees it without loading the page again, and what has changed.
	await line(looks, 'Data loss').filter({ hasText: looks.t('This does not ask for one.') }).waitFor()
	await looks.page.getByRole('button', { name: looks.t('What changed') }).first().click()
	const diff = looks.page.locator('.policy-diff li')
	await diff.filter({ hasText: looks.t('Downtime') }).locator('del', { hasText: '15' }).waitFor()
	await diff.filter({ hasText: looks.t('Downtime') }).locator('ins', { hasText: '30' }).waitFor()
	assert.equal(await diff.count(), 4)
	assert.match(looks.page.url(), new RegExp(`from=${before}&to=${now.version}$`))
	await narrow(looks)
	await shot(looks, `policy-${lang}-${width}`)
	await s.patch('/api/v1/policy', { note: 'as it was', down_minutes: 15, slow_minutes: 120, data_loss: true, sev2_days: 5 })
	await looks.page.goto(`/policy?from=${before}&to=${now.version + 1}`)
	await looks.page.getByText(looks.t('They say the same.')).waitFor()
	await looks.page.getByLabel(looks.t('After'), { exact: true }).selectOption(String(now.version))
	await diff.filter({ hasText: looks.t('Due after a SEV2') }).waitFor()
	assert.deepEqual([...looks.troubles, ...writes.troubles.filter(text => !/422 \(/.test(text))], [])
	await Promise.all([looks.context.close(), writes.context.close()])
})

test('somebody who changes what another has changed meanwhile is told', async () => {
	await s.patch('/api/v1/policy', { note: 'a first one', monitoring: true })
	const who = await person(browser, s.url, { cookie: s.cookie })
	await who.page.goto('/policy')
	await who.page.getByRole('button', { name: 'Change…' }).click()
	await dialog(who).getByLabel('Why it changes').fill('mine')
	await dialog(who).getByLabel('Downtime in minutes').fill('25')
	const { version } = await s.patch('/api/v1/policy', { note: 'theirs', down_minutes: 20 })
	await dialog(who).getByRole('button', { name: 'Make it the policy' }).click()
	await dialog(who).getByRole('alert').filter({ hasText: '“20”' }).waitFor()
	assert.equal((await s.get('/api/v1/policy')).version, version)
	await dialog(who).getByRole('button', { name: 'Make it the policy' }).click()
	await dialog(who).waitFor({ state: 'detached' })
	const now = await s.get('/api/v1/policy')
	assert.deepEqual([now.version, now.down_minutes, now.note], [version + 1, 25, 'mine'])
	await who.context.close()
})

test('a waiver is listed for whoever sees its incident, and the page is found from there, the settings and the palette', async () => {
	const open = await s.post('/api/v1/incidents', { title: 'Late night batch', severity: 'SEV2' }), secret = await s.post('/api/v1/incidents', { title: 'Hidden one', restricted: true })
	const chief = await s.person('administrator', undefined, { name: '박지훈' }), as = { cookie: chief.cookie, token: null }
	for (const [it, reason] of [[open, 'the same as INC-9'], [secret, 'a hidden reason']]) {
		await s.post(`/api/v1/incidents/${it.ref}/postmortem_requests`, { reason: 'x' }, as)
		await s.post(`/api/v1/incidents/${it.ref}/waiver`, { reason }, as)
	}
	const viewer = await s.person('viewer', undefined, { lang: 'en' })
	const who = await person(browser, s.url, { cookie: viewer.cookie })
	await who.page.goto(`/incidents/${open.ref}`)
	await who.page.locator('main a[href="/policy"]').first().click()
	await who.page.locator('.rows li', { hasText: 'the same as INC-9' }).filter({ hasText: '박지훈' }).getByRole('link', { name: 'Late night batch' }).waitFor()
	assert.doesNotMatch(await who.page.locator('main').textContent(), /idden/)
	await who.page.goto('/settings')
	await who.page.locator('.set-nav a[href="/policy"]').click()
	await who.page.getByRole('heading', { name: 'Postmortem policy', level: 1 }).waitFor()
	await who.page.goto('/')
	await who.page.keyboard.press('Control+k')
	await who.page.getByRole('combobox').fill('policy')
	await who.page.getByRole('option', { name: 'Postmortem policy' }).waitFor()
	await who.page.keyboard.press('Enter')
	await who.page.getByRole('heading', { name: 'Postmortem policy', level: 1 }).waitFor()
	assert.deepEqual(who.troubles, [])
	await who.context.close()
})

test('a member says what the team asks for on top, and never less', async () => {
	const it = await s.person('responder', undefined, { lang: 'en' })
	const team = await s.post('/api/v1/teams', { name: 'Payments', handle: 'pay' })
	await s.must('PUT', `/api/v1/teams/${team.id}/members/${it.person.id}`)
	const who = await person(browser, s.url, { cookie: it.cookie })
	await who.page.goto('/policy')
	await who.page.getByRole('button', { name: 'What my team asks for…' }).click()
	await dialog(who).getByLabel('Downtime in minutes').fill('999')
	await dialog(who).getByLabel('Why it changes').fill('we are paid by the minute')
	await dialog(who).getByRole('button', { name: 'Save' }).click()
	await dialog(who).locator('input[aria-invalid=true]').waitFor()
	await dialog(who).getByLabel('Downtime in minutes').fill('5')
	await dialog(who).getByRole('button', { name: 'Save' }).click()
	await dialog(who).waitFor({ state: 'detached' })
	await who.page.locator('li', { hasText: 'Payments' }).filter({ hasText: '5 min' }).first().waitFor()
	await who.context.close()
})
