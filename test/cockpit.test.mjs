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
/** «Sun 22 Nov 2026» */
const parts = (at, how) => new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Seoul', ...how }).format(new Date(at)).replace(',', '').replace('Sept', 'Sep')
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
