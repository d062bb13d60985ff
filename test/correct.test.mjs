// What was written down wrong is put right, by people at their screens: times that are set already, and records that two change at once.
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
const field = (who, label) => dialog(who).getByLabel(who.t(label), { exact: true })
const press = (who, name) => dialog(who).getByRole('button', { name: who.t(name), exact: true }).click()
const closed = who => dialog(who).waitFor({ state: 'detached' })
const minutesAgo = n => new Date(Date.now() - n * 60_000).toISOString()
const meant = async text => Date.parse((await s.post('/api/v1/when', { text, zone: 'Asia/Seoul' })).at)

/** An incident that somebody looks at. */
async function look(who, more = {}) {
	const it = await s.post('/api/v1/incidents', { title: 'Payments are slow', zone: 'Asia/Seoul', started_at: minutesAgo(90), ...more })
	await who.page.goto(`/incidents/${it.ref}`)
	return { ...it, read: () => s.get(`/api/v1/incidents/${it.ref}`) }
}

test('what is typed wins over the time of a milestone that was there', async () => {
	const who = await person(browser, s.url, { cookie: s.cookie })
	const it = await look(who), begins = async () => Date.parse((await it.read()).milestones.find(({ kind }) => kind === 'outage_begins').at)
	const was = await begins(), edit = () => who.page.getByRole('button', { name: who.t('Set the time: {what}', { what: who.t('Outage begins') }), exact: true }).click()
	for (const text of ['asdf', '25:00', '9:30 or so I think']) {
		await edit()
		await field(who, 'When').fill(text)
		await press(who, 'Set')
		await dialog(who).getByRole('alert').filter({ hasText: who.t('Not understood as a time. Write it like 14:51 or yesterday 23:10.') }).waitFor()
		assert.equal(await begins(), was, text)
		await who.page.keyboard.press('Escape')
		await closed(who)
	}
	await edit()
	await field(who, 'When').fill('yesterday 21:30')
	await field(who, 'When').press('Enter') // sooner than it is shown how it is understood
	await closed(who)
	assert.equal(await begins(), await meant('yesterday 21:30'))
	await edit()
	await field(who, 'When').fill('yesterday 21:40')
	await field(who, 'When').fill('') // never mind
	await press(who, 'Set')
	await closed(who)
	assert.equal(await begins(), await meant('yesterday 21:30'))
	assert.deepEqual(who.troubles, [])
	await who.context.close()
})

test('what is typed wins over the times of a mitigation, and one of two readings is chosen', async () => {
	const who = await person(browser, s.url, { cookie: s.cookie })
	const it = await look(who)
	await s.post(`/api/v1/incidents/${it.ref}/mitigations`, { kind: 'rollback', text: 'v2', started_at: minutesAgo(60), ended_at: minutesAgo(50) })
	await who.page.getByRole('button', { name: who.t('Edit: {what}', { what: who.t('Rollback') }), exact: true }).click()
	await field(who, 'Began').fill('yesterday 20:00')
	await field(who, 'Ended').fill('soon')
	await press(who, 'Save')
	await dialog(who).getByRole('alert').waitFor()
	await field(who, 'Ended').fill('11/1 9:30')
	await press(who, 'Save')
	await dialog(who).getByRole('alert').filter({ hasText: who.t('Say which of the two times is meant.') }).waitFor()
	await field(who, 'Ended').fill('yesterday 21:00')
	await press(who, 'Save')
	await closed(who)
	const [m] = (await it.read()).mitigations
	assert.deepEqual([Date.parse(m.started_at), Date.parse(m.ended_at)], [await meant('yesterday 20:00'), await meant('yesterday 21:00')])
	assert.deepEqual(who.troubles, [])
	await who.context.close()
})
