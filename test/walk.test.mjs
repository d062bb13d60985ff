// A postmortem on its way from the resolved incident to the archive, by people at their screens: the draft comes by itself, goes out with its gaps, is filled, sent back,
// approved, published, found again, and what it asked for is done. In Korean on a phone and on a desk, in English too.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, person } from './lib/browser.mjs'
import { Mailbox } from './lib/mailbox.mjs'
import { serveWithAdmin, until } from './lib/server.mjs'

const told = {
	ko: {
		title: '결제 승인이 늦어졌다', author: '김서연', reviewer: '이도윤', gap: '얼마나 겪었는지', action: '연결 수를 일꾼 수에 맞춘다', evidence: 'https://ci.example/builds/81', word: '결제', note: '먼저 공유합니다',
		missing: '몇 건인지 적어 주세요', sections: ['요약', '영향', '탐지', '타임라인', '기여 요인', '조치', '잘된 것'],
		body: ['승인 서버가 서른여덟 분 동안 느렸고 주문 넷 가운데 하나가 실패했다.', '주문 1,213건이 실패했다.', '대시보드의 경보가 알렸다.', '14:02 경보, 14:40 회복.', '연결 수가 그것을 기다리는 일꾼보다 적었다.', '연결 수를 일꾼 수에 맞춘다.', '되돌리는 데 오 분이 걸렸다.'],
	},
	en: {
		title: 'Payments were approved late', author: 'Ann Lee', reviewer: 'Ben Cho', gap: 'how many were hit', action: 'Size the pool by its workers', evidence: 'https://ci.example/builds/82', word: 'payments', note: 'For your information, early',
		missing: 'How many were there?', sections: ['Summary', 'Impact', 'Detection', 'Timeline', 'Contributing factors', 'Action items', 'What went well'],
		body: ['Approvals were slow for 38 minutes and every fourth order failed.', '1,213 orders failed.', 'An alert on the dashboard told us.', '14:02 alert, 14:40 recovery.', 'The pool was smaller than the number of workers that wait for it.', 'Size the pool by its workers.', 'Rolling back took five minutes.'],
	},
}
const written = (story, gap) => story.sections.map((heading, i) => `## ${heading}\n\n${i === 1 && gap ? `TBD(@lee, 2031-12-01): ${story.gap}` : story.body[i]}\n`).join('\n')

let s, box, browser
before(async () => {
	box = await new Mailbox().open()
	s = await serveWithAdmin({ args: ['--smtp', `smtp://127.0.0.1:${box.port}`, '--smtp-plain', '--mail-from', 'bokgi@bokgi.example', '--public-url', 'https://bokgi.example/'] })
	browser = await launch()
})
after(async () => {
	await browser?.close()
	await box?.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

const dialog = ({ page }) => page.locator('dialog[open]')
const button = ({ page, t }, name) => page.getByRole('button', { name: t(name), exact: true })
const state = ({ page, t }, key) => page.locator('.chip', { hasText: t(key) }).first().waitFor()
async function press(who, name) {
	await dialog(who).getByRole('button', { name: who.t(name), exact: true }).click()
	await dialog(who).waitFor({ state: 'detached' })
}

/** Writes the whole text anew, as one does who pastes it. */
async function write({ page }, ref, text, shows) {
	await page.goto(`/documents/${ref}/edit`)
	await page.locator('.cm-content').click()
	await page.keyboard.press('Control+A')
	await page.keyboard.press('Delete') // Chromium puts styles of its own around what is typed over a selection, which the policy refuses
	await page.keyboard.insertText(text)
	await until(async () => (await s.get(`/api/v1/documents/${ref}`)).text.includes(shows), 'the text is kept')
}

for (const [lang, width, height] of [['ko', 360, 740], ['ko', 1440, 900], ['en', 360, 740], ['en', 1440, 900]]) test(`from the resolved incident to the archive (${lang}, ${width} px)`, async () => {
	const story = told[lang], title = `${story.title} ${width}`
	const more = { lang, zone: 'Asia/Seoul' }
	const [kim, lee, chief] = [
		await s.person('responder', undefined, { ...more, name: story.author }), await s.person('viewer', undefined, { ...more, name: story.reviewer, email: `lee-${lang}-${width}@bokgi.example` }),
		await s.person('editor', undefined, { ...more, name: 'Chief' })]
	const asKim = { cookie: kim.cookie, token: null }
	const [author, reviewer, editor] = await Promise.all([kim, lee, chief].map(({ cookie }) => person(browser, s.url, { lang, cookie, width, height })))

	// The incident is resolved, and its draft comes by itself.
	const incident = await s.post('/api/v1/incidents', { title }, asKim)
	await author.page.goto(`/incidents/${incident.ref}`)
	await author.page.locator('h1', { hasText: title }).waitFor()
	await s.post(`/api/v1/incidents/${incident.ref}/resolve`, { reason: story.body[6] }, asKim)
	const draft = await until(async () => (await s.get('/api/v1/documents', asKim)).items.find(d => d.title.includes(title)), 'there is a draft')
	await author.page.goto('/documents')
	await author.page.getByRole('link', { name: title }).first().click()
	await state(author, 'Draft')

	// It goes out with what is not known yet.
	await write(author, draft.ref, written(story, true), story.gap)
	await author.page.goto(`/documents/${draft.ref}`)
	await author.page.locator('article', { hasText: story.gap }).waitFor()
	await button(author, 'Mail').click()
	await dialog(author).getByText(story.gap).first().waitFor()
	await dialog(author).getByRole('combobox').fill(story.reviewer)
	await dialog(author).getByRole('option').filter({ hasText: lee.person.login }).first().click()
	await dialog(author).getByLabel(author.t('A word with it')).fill(story.note)
	await press(author, 'Send')
	await until(async () => (await box.read()).some(x => x.to[0][1] === lee.person.email && x.text.includes(story.note) && x.text.includes(story.gap)), 'the first mail has come')

	// What was missing is found out; the review asks for one thing more.
	await write(author, draft.ref, written(story), story.body[1])
	await s.post('/api/v1/actions', { title: `${story.action} ${width}`, type: 'prevent', priority: 'P0', document: draft.ref, incident: incident.ref }, asKim)
	await author.page.goto(`/documents/${draft.ref}`)
	await button(author, 'Submit for review').click()
	await dialog(author).getByRole('combobox').fill(story.reviewer)
	await dialog(author).getByRole('option').filter({ hasText: lee.person.login }).first().click()
	await press(author, 'Submit')
	await state(author, 'In review')
	await reviewer.page.goto(`/documents/${draft.ref}/review`)
	const questions = reviewer.page.locator('.qs > li')
	for (let i = 0; i < 5; i++) {
		await questions.nth(i).getByLabel(reviewer.t('Yes'), { exact: true }).check({ force: true })
		await questions.nth(i).locator('.said').waitFor()
	}
	await s.post(`/api/v1/documents/${draft.ref}/comments`, { text: story.missing, held: true }, { cookie: lee.cookie, token: null })
	await reviewer.page.reload()
	await reviewer.page.getByLabel(reviewer.t('Ask for changes')).check({ force: true })
	await reviewer.page.getByRole('button', { name: reviewer.t('Submit review · {n}', { n: 1 }) }).click()
	await state(reviewer, 'Changes asked for')
	await author.page.goto(`/documents/${draft.ref}/review`)
	await author.page.locator('.thread', { hasText: story.missing }).waitFor()
	await button(author, 'Submit again').click()
	await press(author, 'Submit')
	await state(author, 'In review')
	await reviewer.page.reload()
	await reviewer.page.getByLabel(reviewer.t('Approve'), { exact: true }).check({ force: true })
	await button(reviewer, 'Submit review').click()
	await state(reviewer, 'Approved')

	// Published, found by a word of two syllables, and what it asked for is done.
	await editor.page.goto(`/documents/${draft.ref}`)
	await button(editor, 'Publish').click()
	await press(editor, 'Publish')
	await state(editor, 'Published')
	await until(async () => (await s.get(`/api/v1/search?q=${encodeURIComponent(`${story.word} ${width}`)}`)).items.some(x => x.noun === 'document' || x.kind === 'document'), 'the index knows it')
	await reviewer.page.goto('/search')
	await reviewer.page.locator('main input[type=search], main input').first().fill(story.word)
	await reviewer.page.getByRole('link', { name: title }).first().waitFor()
	await author.page.goto(`/actions?q=${encodeURIComponent(story.action)}`)
	await author.page.getByText(`${story.action} ${width}`).first().waitFor()
	const todo = (await s.get('/api/v1/actions?state=open', asKim)).items.find(a => a.title === `${story.action} ${width}`)
	await s.post(`/api/v1/actions/${todo.ref}/close`, { evidence: story.evidence }, asKim)
	await editor.page.reload()
	await editor.page.locator('.chip', { hasText: editor.t('all {total} actions done', { total: 1 }) }).first().waitFor()
	for (const who of [author, reviewer, editor]) {
		assert.deepEqual(who.troubles.filter(text => !/status of 404/.test(text)), [])
		assert.ok(await who.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing is wider than the screen')
		if (process.env.BOKGI_SHOTS) await who.page.screenshot({ path: `${process.env.BOKGI_SHOTS}/walk-${lang}-${width}-${who === author ? 'author' : who === reviewer ? 'reviewer' : 'editor'}.png` })
		await who.context.close()
	}
})
