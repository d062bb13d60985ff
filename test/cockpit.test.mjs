// What the page of an incident, and the line above every page, say of times and numbers.
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

const ago = n => new Date(Date.now() - n * 60_000).toISOString()
/** «22 Nov», as a step says it, and «Sun 22 Nov 2026», as a day of the timeline does. */
const parts = (at, how) => new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Seoul', ...how }).format(new Date(at)).replace(',', '').replace('Sept', 'Sep')
const shortDay = at => parts(at, { day: 'numeric', month: 'short' })
const day = at => parts(at, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })
const days = page => page.locator('.tl > li.day').allInnerTexts()

test('a timeline says of which day its times are, from the first row on', async () => {
	const who = await person(browser, s.url, { cookie: s.cookie })
	const it = await s.post('/api/v1/incidents', { title: 'Long ago', zone: 'Asia/Seoul', started_at: ago(4000) })
	await who.page.goto(`/incidents/${it.ref}`)
	await who.page.locator('.tl > li').first().waitFor()
	assert.deepEqual(await days(who.page), [ago(4000), ago(0)].map(day))
	assert.equal(await who.page.locator('.tl > li').first().getAttribute('class'), 'day')
	assert.equal(await who.page.locator('.tl > li.day[aria-hidden]').count(), 0)

	const now = await s.post('/api/v1/incidents', { title: 'Just now', zone: 'Asia/Seoul' })
	await who.page.goto(`/incidents/${now.ref}`)
	await who.page.locator('.tl > li').first().waitFor()
	assert.deepEqual(await days(who.page), [])
	assert.deepEqual(who.troubles, [])
	await who.context.close()
})

test('a step that is not reached has no time, and one of another day says which', async () => {
	const who = await person(browser, s.url, { cookie: s.cookie })
	const it = await s.post('/api/v1/incidents', { title: 'It is over', zone: 'Asia/Seoul', started_at: ago(4000) }), on = `/api/v1/incidents/${it.ref}`
	await s.post(`${on}/mitigate`)
	await s.post(`${on}/resolve`, { reason: 'it holds' })
	await s.post(`${on}/milestones`, { kind: 'detected', at: ago(3990) })
	await who.page.goto(`/incidents/${it.ref}`)
	const time = label => who.page.locator('.steps li', { hasText: who.t(label) }).locator('time').innerText()
	assert.equal(await time('Closed'), '—')
	assert.match(await time('Resolved'), /^\d\d:\d\d/)
	assert.ok((await time('Detected')).startsWith(shortDay(ago(3990))), await time('Detected'))
	await s.post(`${on}/close`, { reason: 'nothing to write' })
	await who.page.locator('.steps li[aria-current=step]', { hasText: who.t('Closed') }).waitFor()
	assert.match(await time('Closed'), /^\d\d:\d\d/)
	assert.deepEqual(who.troubles, [])
	await who.context.close()
})

test('the line of what burns says how many it does not show', async () => {
	for (let n = 0; n < 3; n++) await s.post('/api/v1/incidents', { title: `Burning ${n}`, severity: 'SEV2' })
	const { items } = await s.get('/api/v1/incidents'), burning = items.filter(({ state }) => ['detected', 'declared', 'mitigated'].includes(state)).length
	for (const [width, shown] of [[360, 1], [900, 1], [1440, 2]]) {
		const who = await person(browser, s.url, { cookie: s.cookie, width })
		await who.page.goto('/')
		await who.page.locator('.livebar li:visible').first().waitFor()
		assert.equal(await who.page.locator('.livebar li:visible').count(), shown)
		assert.deepEqual(await who.page.locator('.livebar a', { hasText: /^\+/ }).filter({ visible: true }).allInnerTexts(), [`+${burning - shown}`])
		await who.context.close()
	}
})

test('actions are counted once they are there, and not where a filter is not understood', async () => {
	const who = await person(browser, s.url, { cookie: s.cookie })
	let go
	const held = new Promise(resolve => { go = resolve })
	await who.page.route('**/api/v1/actions?**', async route => { await held; await route.continue() })
	await who.page.goto('/actions?q=owner:me')
	const count = who.page.locator('.filters .meta')
	assert.equal(await count.innerText(), '…')
	go()
	await count.filter({ hasText: '0 shown' }).waitFor()
	await who.page.locator('#aq').fill('due:nonsense')
	await who.page.locator('#aq-wrong').waitFor()
	assert.equal(await count.innerText(), '')
	assert.doesNotMatch(await who.page.locator('.tabs').innerText(), /\d/)
	assert.deepEqual(who.troubles.filter(text => !/status of 422/.test(text)), [])
	await who.context.close()
})
