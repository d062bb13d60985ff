// Many action items at once: chosen by boxes, Shift and keys; changed by one request; what is refused is listed; the toast takes it back.
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
const boxes = ({ page }) => page.locator('tbody input[type=checkbox]')
const shot = async ({ page }, name) => { if (process.env.BOKGI_SHOTS) await page.screenshot({ path: `${process.env.BOKGI_SHOTS}/${name}.png` }) }
/** n open items of their own, found by one word. */
async function items(word, n) {
	const all = []
	for (let i = 0; i < n; i++) all.push(await s.post('/api/v1/actions', { title: `${word} ${i}`, type: 'prevent', priority: i ? 'P2' : 'P0' }))
	return all
}
const read = refs => Promise.all(refs.map(({ ref }) => s.get(`/api/v1/actions/${ref}`)))

for (const [lang, width] of [['ko', 360], ['en', 1440]]) test(`chosen by boxes, changed by one request, taken back (${lang}, ${width} px)`, async () => {
	const word = `batch-${lang}`, all = await items(word, 4)
	const team = await s.post('/api/v1/teams', { name: `결제팀 ${lang}`, handle: `pay-${lang}` })
	const it = await s.person('responder', undefined, { lang, name: '김서연' })
	const who = await person(browser, s.url, { lang, cookie: it.cookie, width })
	const { page, t } = who
	const said = async () => (await read(all)).map(a => [a.owner?.id, a.team?.id, a.due, a.priority, a.horizon, a.state, !!a.started_at]), before = await said()
	const asked = []
	page.on('request', request => { if (request.method() === 'PATCH') asked.push(request.postDataJSON()) })
	await page.goto(`/actions?q=${word}`)
	await boxes(who).nth(3).waitFor()
	await boxes(who).nth(0).click()
	await boxes(who).nth(2).click({ modifiers: ['Shift'] })
	await page.getByRole('status').filter({ hasText: t('{n} chosen', { n: 3 }) }).waitFor()
	await shot(who, `bulk-chosen-${lang}-${width}`)
	await page.getByRole('group', { name: t('Chosen actions') }).getByRole('button', { name: t('Change…') }).click()
	await dialog(who).getByRole('combobox', { name: t('Owner') }).fill('김서연')
	await dialog(who).getByRole('option').filter({ hasText: it.person.login }).click()
	await dialog(who).getByLabel(t('Due'), { exact: true }).fill('2031-12-01')
	await dialog(who).getByLabel(t('Priority')).selectOption('P1')
	await dialog(who).getByLabel(t('Team')).selectOption({ label: team.name })
	await dialog(who).getByLabel(t('State')).selectOption('doing')
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
	await shot(who, `bulk-${lang}-${width}`)
	await dialog(who).getByRole('button', { name: t('Change them') }).click()
	await dialog(who).waitFor({ state: 'detached' })
	assert.equal(asked.length, 1)
	const now = await read(all)
	for (const a of now.slice(0, 3)) assert.deepEqual([a.owner.id, a.due, a.priority, a.team.id, !!a.started_at, a.horizon], [it.person.id, '2031-12-01', 'P1', team.id, true, 'short'])
	assert.deepEqual([now[3].owner, now[3].priority], [null, 'P2'])
	await page.getByRole('button', { name: t('Undo') }).click()
	await until(async () => { assert.deepEqual(await said(), before); return true }, 'it is as it was')
	assert.deepEqual(who.troubles, [])
	await who.context.close()
})

test('by keys alone; what is refused is listed with the reason and the rest is changed', async () => {
	const all = await items('keyed', 3)
	const it = await s.person('responder', undefined, { lang: 'en' })
	const who = await person(browser, s.url, { cookie: it.cookie })
	await who.page.goto('/actions?q=keyed')
	await boxes(who).nth(2).waitFor()
	for (const key of ['j', 'x', 'j', 'j', 'Shift+X', 'Escape']) await who.page.keyboard.press(key)
	await who.page.locator('.bulk').waitFor({ state: 'detached' })
	for (const key of ['x', 'k', 'k', 'Shift+X']) await who.page.keyboard.press(key)
	await who.page.locator('.bulk', { hasText: '3 chosen' }).waitFor()
	// Somebody closes one meanwhile; the page still asks for what was chosen.
	await who.page.keyboard.press('e')
	await dialog(who).getByLabel('State').selectOption('dropped')
	await dialog(who).getByRole('button', { name: 'Change them' }).click()
	await dialog(who).locator('textarea[aria-invalid=true]').waitFor()
	await dialog(who).getByLabel('Reason').fill('not worth it')
	await s.post(`/api/v1/actions/${all[1].ref}/close`, { evidence: 'seen' })
	await dialog(who).getByRole('button', { name: 'Change them' }).click()
	await dialog(who).locator('li', { hasText: all[1].ref }).filter({ hasText: 'Only an open action can be dropped.' }).waitFor()
	await dialog(who).getByText('2 were changed.').waitFor()
	assert.deepEqual((await read(all)).map(a => a.state), ['dropped', 'done', 'dropped'])
	await dialog(who).getByRole('button', { name: 'Close', exact: true }).last().click()
	await dialog(who).waitFor({ state: 'detached' })
	await who.context.close()
})

test('a viewer chooses nothing', async () => {
	await items('looked-at', 1)
	const it = await s.person('viewer', undefined, { lang: 'en' })
	const who = await person(browser, s.url, { cookie: it.cookie })
	await who.page.goto('/actions?q=looked-at')
	await who.page.locator('tbody tr').waitFor()
	assert.equal(await who.page.locator('main input[type=checkbox]').count(), 0)
	await who.context.close()
})

test('the form knows the team', async () => {
	const team = await s.post('/api/v1/teams', { name: 'Storage', handle: 'storage' })
	const who = await person(browser, s.url, { cookie: s.cookie })
	await who.page.goto('/actions')
	await who.page.getByRole('button', { name: 'Action', exact: true }).click()
	await dialog(who).getByLabel('What will be different?').fill('Disks are watched')
	await dialog(who).getByLabel('Team').selectOption({ label: 'Storage' })
	await dialog(who).getByRole('button', { name: 'Add', exact: true }).click()
	await dialog(who).waitFor({ state: 'detached' })
	const { items: found } = await s.get('/api/v1/actions?q=watched')
	assert.equal(found[0].team.id, team.id)
	await who.context.close()
})
