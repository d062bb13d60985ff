// The archive in a real browser: typing, facets that write themselves into the address, the keyboard; and what an open incident is like while its timeline grows.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, person } from './lib/browser.mjs'
import { serveWithAdmin, until } from './lib/server.mjs'

let s, browser, incident
before(async () => {
	[s, browser] = await Promise.all([serveWithAdmin(), launch()])
	const service = await s.post('/api/v1/services', { name: '결제 서버' })
	for (const [title, kind, text] of [
		['Certificate of the gateway expired', 'incident', 'The certificate expired over night; the renewal had stalled.'],
		['인증서 만료를 사흘 전에 알다', 'near_miss', '게이트웨이 인증서 만료 날짜가 한 사람의 달력에만 있었다. 갱신은 멈춰 있었다.'],
		['Deadlock of two writers', 'incident', 'Two writers locked the same rows.'],
		['The queue grew', 'project', 'The consumer of the broker hung.'],
	]) await s.post('/api/v1/documents', { title, kind, text })
	incident = await s.post('/api/v1/incidents', { title: '결제가 안 된다', severity: 'SEV1', services: [service.id] })
	await until(async () => (await s.get('/api/v1/search/facets')).total === 5, 'everything is indexed')
})
after(async () => {
	await browser?.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

const titles = page => page.locator('.hit h2').allTextContents()

for (const lang of ['en', 'ko']) test(`the archive: typing, facets, keyboard (${lang})`, async () => {
	const { cookie } = await s.person('viewer', undefined, { lang })
	const { page, t, troubles } = await person(browser, s.url, { lang, cookie })
	await page.goto('/search')
	await until(async () => (await titles(page)).length === 5, 'the newest are shown')
	const facets = page.getByRole('navigation', { name: t('Narrow down') })
	await page.keyboard.type('인증서')
	await until(async () => (await titles(page)).join() === '인증서 만료를 사흘 전에 알다', 'what was typed is found')
	await page.locator('#sq').fill('')
	await until(async () => (await titles(page)).length === 5, 'all again')
	await facets.getByRole('checkbox', { name: t('Near miss') }).check()
	await until(async () => (await titles(page)).length === 1, 'narrowed down')
	assert.equal(new URL(page.url()).searchParams.get('q'), 'kind:near_miss')
	await facets.getByRole('checkbox', { name: t('Near miss') }).uncheck()
	await facets.getByRole('checkbox', { name: '결제 서버' }).check()
	await until(async () => (await titles(page)).join() === '결제가 안 된다', 'those of the service')
	assert.equal(new URL(page.url()).searchParams.get('q'), 'service:"결제 서버"')
	/* The address alone shows the same. */
	await page.reload()
	await until(async () => (await titles(page)).join() === '결제가 안 된다', 'the same from its address')
	await page.locator('#sq').fill('certificate')
	await until(async () => (await titles(page))[0] === 'Certificate of the gateway expired', 'found')
	await page.locator('#sq').blur()
	await page.keyboard.press('j')
	await until(() => page.locator('.hit.cursor').count(), 'the cursor is on a result')
	await page.keyboard.press('/')
	assert.equal(await page.evaluate(() => document.activeElement.id), 'sq')
	await page.locator('#sq').blur()
	await page.keyboard.press('j')
	await page.keyboard.press('Enter')
	await page.waitForURL(/\/documents\//)
	assert.deepEqual(troubles, [])
})

test('an open incident shows what it is like as its timeline grows', async () => {
	const { cookie } = await s.person('responder', undefined, { lang: 'en' })
	const { page, troubles } = await person(browser, s.url, { cookie })
	await page.goto(`/incidents/${incident.ref}`)
	await page.getByRole('heading', { name: '결제가 안 된다' }).waitFor()
	assert.equal(await page.locator('.alike').count(), 0)
	await page.waitForTimeout(300) // so that it listens
	await s.post(`/api/v1/incidents/${incident.ref}/timeline`, { text: 'the certificate of the gateway expired' })
	await until(async () => (await page.locator('.alike li').first().textContent())?.includes('Certificate of the gateway expired'), 'it is shown, without a reload', 30_000)
	assert.match(await page.locator('.alike .why').first().textContent(), /shares: Certificate expiry/)
	assert.deepEqual(troubles, [])
})
