// Action items until they have held, and the policy on the page of an incident, with real browsers. Once in Korean, once in English.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, person } from './lib/browser.mjs'
import { serveWithAdmin } from './lib/server.mjs'

const told = {
	ko: { title: '결제 승인이 느려진 일', action: '큐 길이에 경보를 건다', other: '배포 절차를 고친다', evidence: '경보 규칙과 훈련 기록', reason: '바꾸는 값이 얻는 것보다 크다', ask: '고객이 물어봤습니다', waive: '지난번 일과 같습니다' },
	en: { title: 'Payments were slow', action: 'Page on the length of the queue', other: 'Mend the deployment steps', evidence: 'The rule and the drill', reason: 'It costs more than it gains', ask: 'Customers asked us', waive: 'The same as last time' },
}

let s, browser
before(async () => { [s, browser] = await Promise.all([serveWithAdmin(), launch()]) })
after(async () => {
	await browser?.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

const dialog = ({ page }) => page.locator('dialog[open]')
async function say(who, label, words, send) {
	await dialog(who).getByLabel(who.t(label), { exact: true }).fill(words)
	await dialog(who).getByRole('button', { name: who.t(send), exact: true }).click()
	await dialog(who).waitFor({ state: 'detached' })
}
const row = ({ page }, title) => page.locator('tr[data-row]', { hasText: title })

for (const lang of ['ko', 'en']) test(`an action item is found, closed, dropped and moved (${lang})`, async () => {
	const words = told[lang], ann = await s.person('responder', undefined, { lang, zone: 'Asia/Seoul', name: `Ann ${lang}` }), as = { cookie: ann.cookie, token: null }
	const first = await s.post('/api/v1/actions', { title: words.action, type: 'detect', due: '2020-01-01' }, as)
	await s.post('/api/v1/actions', { title: words.other, type: 'process' }, as)
	const who = await person(browser, s.url, { lang, cookie: ann.cookie })
	await who.page.goto('/actions')
	await row(who, words.other).waitFor()

	await who.page.locator('#aq').fill('type:detect overdue')
	await row(who, words.other).waitFor({ state: 'detached' })
	await row(who, words.action).waitFor()
	assert.match(who.page.url(), /q=type%3Adetect\+overdue|q=type(:|%3A)detect(\+|%20)overdue/)
	await who.page.locator('#aq').fill('type:nonsense')
	await who.page.locator('#aq-wrong', { hasText: 'type:nonsense' }).waitFor()
	await who.page.locator('#aq').fill('')
	await row(who, words.action).getByRole('button', { name: who.t('Done…') }).click()
	await say(who, 'Evidence', words.evidence, 'Close with this evidence')
	await row(who, words.action).waitFor({ state: 'detached' })
	assert.equal((await s.get(`/api/v1/actions/${first.ref}`, as)).evidence, words.evidence)

	await who.page.getByRole('button', { name: who.t('Board'), exact: true }).click()
	const card = who.page.locator('.board li', { hasText: words.other }).getByRole('button')
	await card.press('Shift+ArrowRight')
	await who.page.getByRole('region', { name: who.t('In progress') }).getByText(words.other).waitFor()
	await who.page.getByRole('button', { name: who.t('Table'), exact: true }).click()
	await row(who, words.other).getByRole('button', { name: who.t('Will not do…') }).click()
	await say(who, 'Reason', words.reason, 'Will not do')
	await row(who, words.other).waitFor({ state: 'detached' })
	assert.deepEqual(who.troubles.filter(x => !x.includes('422')), [])
	await who.context.close()
})

for (const lang of ['ko', 'en']) test(`anybody asks for a postmortem, an editor waives it (${lang})`, async () => {
	const words = told[lang], viewer = await s.person('viewer', undefined, { lang, name: `Vi ${lang}` }), editor = await s.person('editor', undefined, { lang, name: `Ed ${lang}` })
	const incident = await s.post('/api/v1/incidents', { title: words.title, detection_source: 'alert' }, { cookie: editor.cookie, token: null })
	const [asks, waives] = await Promise.all([viewer, editor].map(({ cookie }) => person(browser, s.url, { lang, cookie })))
	await asks.page.goto(`/incidents/${incident.ref}`)
	await asks.page.getByRole('button', { name: asks.t('Ask for a postmortem…') }).click()
	await say(asks, 'Reason', words.ask, 'Ask')
	await waives.page.goto(`/incidents/${incident.ref}`)
	await waives.page.getByText(words.ask).waitFor()
	await waives.page.getByRole('button', { name: waives.t('Waive…') }).click()
	await say(waives, 'Reason', words.waive, 'Waive it')
	await asks.page.getByText(words.waive).waitFor()
	assert.deepEqual([...asks.troubles, ...waives.troubles], [])
	await Promise.all([asks, waives].map(({ context }) => context.close()))
})
