// What was written down wrong is put right, by people at their screens: times that are set already, and records that two change at once.
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

const more = async (who, label) => {
	await who.page.getByRole('button', { name: who.t('More'), exact: true }).click()
	await who.page.locator('.verbs').getByRole('button', { name: who.t(label), exact: true }).click()
	await dialog(who).waitFor()
}
const collided = (who, words) => dialog(who).getByRole('alert').filter({ hasText: `“${words}”` }).waitFor()
const refused = text => !/status of 412/.test(text)

for (const lang of ['en', 'ko']) test(`two who change an incident at once lose nothing (${lang})`, async () => {
	const { cookie } = await s.person('responder', undefined, { lang })
	const who = await person(browser, s.url, { lang, cookie })
	const it = await look(who, { summary: 'p99 8 s' }), path = `/api/v1/incidents/${it.ref}`
	await more(who, 'Edit the details')
	await field(who, 'Title').fill('Payments fail')
	await s.patch(path, { summary: 'p99 12 s' })
	await press(who, 'Save')
	await closed(who)
	let now = await it.read()
	assert.deepEqual([now.title, now.summary], ['Payments fail', 'p99 12 s'])

	await more(who, 'Edit the details')
	await field(who, 'Title').fill('Mine')
	await field(who, 'By whom or what').fill('a customer')
	await s.patch(path, { title: 'Theirs', channel: '#war' })
	await press(who, 'Save')
	await collided(who, 'Theirs')
	assert.equal(await field(who, 'Title').inputValue(), 'Mine')
	assert.equal((await it.read()).title, 'Theirs')
	await press(who, 'Save')
	await closed(who)
	now = await it.read()
	assert.deepEqual([now.title, now.detected_by, now.channel], ['Mine', 'a customer', '#war'])

	await more(who, 'Change the severity')
	await dialog(who).locator('input[value=SEV2]').check()
	await s.patch(path, { severity: 'SEV1' })
	await press(who, 'Change')
	await collided(who, 'SEV1')
	await press(who, 'Change')
	await closed(who)
	assert.equal((await it.read()).severity, 'SEV2')
	assert.deepEqual(who.troubles.filter(refused), [])
	await who.context.close()
})

test('two who change a mitigation, an entry or an action at once lose nothing', async () => {
	const who = await person(browser, s.url, { cookie: s.cookie })
	const it = await look(who), on = `/api/v1/incidents/${it.ref}`
	const m = await s.post(`${on}/mitigations`, { kind: 'rollback', text: 'v2', started_at: minutesAgo(60) })
	const entry = await s.post(`${on}/timeline`, { text: 'the error rate goes up', at: minutesAgo(50), knew: '12 %' })
	await who.page.getByText('the error rate goes up').waitFor()
	await who.page.getByRole('button', { name: who.t('Edit: {what}', { what: who.t('Rollback') }), exact: true }).click()
	await field(who, 'What exactly').fill('v3')
	await s.patch(`/api/v1/mitigations/${m.id}`, { text: 'v4', result: 'worked' })
	await press(who, 'Save')
	await collided(who, 'v4')
	await press(who, 'Save')
	await closed(who)
	const [now] = (await it.read()).mitigations
	assert.deepEqual([now.text, now.result], ['v3', 'worked'])

	const row = who.page.locator('.tl > li', { hasText: 'the error rate goes up' }), form = who.page.locator('.entry-edit')
	await row.hover()
	await row.getByRole('button', { name: who.t('Edit the entry'), exact: true }).click()
	await form.getByLabel(who.t('Knew'), { exact: true }).fill('14 %')
	await s.patch(`/api/v1/timeline/${entry.id}`, { text: 'the error rate rises' })
	await form.getByRole('button', { name: who.t('Save'), exact: true }).click()
	await form.waitFor({ state: 'detached' })
	const { items } = await s.get(`${on}/timeline`), read = items.find(({ id }) => id === entry.id)
	assert.deepEqual([read.text, read.knew], ['the error rate rises', '14 %'])

	const action = await s.post('/api/v1/actions', { title: 'Try it before', type: 'prevent', incident: it.ref })
	await who.page.goto(`/actions?q=${action.ref}`)
	await who.page.getByRole('button', { name: /Try it before/ }).first().click()
	await field(who, 'What will be different?').fill('Try it twice')
	await s.patch(`/api/v1/actions/${action.ref}`, { title: 'Try it once', priority: 'P0' })
	await press(who, 'Save')
	await collided(who, 'Try it once')
	await press(who, 'Save')
	await closed(who)
	const done = await s.get(`/api/v1/actions/${action.ref}`)
	assert.deepEqual([done.title, done.priority], ['Try it twice', 'P0'])
	assert.deepEqual(who.troubles.filter(refused), [])
	await who.context.close()
})

test('two who change the words at the head of documents, or a title, at once lose nothing', async () => {
	const who = await person(browser, s.url, { cookie: s.cookie })
	await who.page.goto('/settings?part=creed')
	const english = who.page.getByLabel(who.t('In English'), { exact: true }), save = who.page.getByRole('button', { name: who.t('Save'), exact: true })
	await english.fill('We look for what contributed.')
	const { ko, version } = await s.get('/api/v1/creed')
	await s.must('PUT', '/api/v1/creed', { ko: `${ko} 그렇습니다.`, en: 'Theirs.', version })
	await save.click()
	await who.page.getByRole('alert').filter({ hasText: '“Theirs.”' }).waitFor()
	await save.click()
	await until(async () => (await s.get('/api/v1/creed')).en === 'We look for what contributed.', 'mine is there')
	assert.equal((await s.get('/api/v1/creed')).ko, `${ko} 그렇습니다.`)

	const doc = await s.post('/api/v1/documents', { title: 'Late', kind: 'incident' })
	await who.page.goto(`/documents/${doc.ref}/edit`)
	const title = who.page.locator('#doc-title'), read = async () => (await s.get(`/api/v1/documents/${doc.ref}`)).title
	await title.fill('Mine')
	await s.patch(`/api/v1/documents/${doc.ref}`, { title: 'Theirs' })
	await title.press('Enter')
	await who.page.getByText('“Theirs”').waitFor()
	assert.deepEqual([await title.inputValue(), await read()], ['Mine', 'Theirs'])
	await title.blur()
	await until(async () => await read() === 'Mine', 'the title is mine')
	assert.deepEqual(who.troubles.filter(text => !/status of 4(09|12)/.test(text)), [])
	await who.context.close()
})

for (const lang of ['en', 'ko']) test(`what a field asks for is said without the name that programs call it by (${lang})`, async () => {
	const { cookie } = await s.person('responder', undefined, { lang })
	const who = await person(browser, s.url, { lang, cookie })
	await look(who)
	await who.page.keyboard.press('c')
	await press(who, 'Declare')
	const alert = dialog(who).getByRole('alert')
	assert.equal(await alert.innerText(), who.t('This must not be empty.'))
	await field(who, 'What is wrong?').fill('Something')
	await dialog(who).locator('summary').click()
	await field(who, 'What do you see?').fill('x'.repeat(10001))
	await press(who, 'Declare')
	await alert.filter({ hasText: who.t('{n} characters; at most {max} fit.', { n: 10001, max: 10000 }) }).waitFor()
	assert.deepEqual(who.troubles.filter(text => !/status of 422/.test(text)), [])
	await who.context.close()
})
