// A postmortem on its way from draft to publication, with real browsers: asked for, sent back, mended, approved, published, changed, asked for again. Once in Korean, once in English.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { launch, person, staying } from './lib/browser.mjs'
import { serveWithAdmin, until } from './lib/server.mjs'

const told = {
	ko: { author: '김서연', reviewer: '이도윤', title: '결제 승인이 느려진 일', text: '## 요약\n\n결제 승인이 38분 동안 느렸고 넷 가운데 하나가 실패했습니다.\n\n## 영향\n\n동쪽 지역의 주문이 많이 실패했습니다.\n',
		action: '커넥션 수를 워커 수에 맞춘다', missing: '주문 수가 빠졌습니다', comment: '몇 건인지 적어 주세요', asked: '숫자를 보아 주세요', old: '많이', now: '1,213건', fixed: '적었습니다', note: '지역을 바로잡았습니다', from: '38분', to: '83분' },
	en: { author: 'Ann Lee', reviewer: 'Ben Cho', title: 'Payments were slow', text: '## Summary\n\nPayments were slow for 38 minutes and every fourth one failed.\n\n## Impact\n\nMany orders failed in the east.\n',
		action: 'Size the pool by the workers', missing: 'the number of orders', comment: 'How many?', asked: 'Look at the numbers, please', old: 'Many', now: '1,213', fixed: 'Written down', note: 'Times corrected', from: '38 minutes', to: '83 minutes' },
}

let s, browser
before(async () => { [s, browser] = await Promise.all([serveWithAdmin(), launch()]) })
after(async () => {
	await browser?.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

/** Types into the text as a program does, as the person whose cookie it is. */
async function replace(ref, old, now, as) {
	const doc = await s.get(`/api/v1/documents/${ref}`, as)
	const from = doc.text.indexOf(old), rest = doc.text.length - from - old.length
	assert.ok(from >= 0, `no ${old} in the text`)
	await s.post(`/api/v1/documents/${ref}/updates`, { client: randomUUID().replaceAll('-', '').slice(0, 22), version: doc.text_version, updates: [{ seq: 1, changes: [...(from ? [from] : []), [old.length, now], ...(rest ? [rest] : [])] }] }, as)
}

const button = ({ page, t }, name) => page.getByRole('button', { name: t(name), exact: true })
const dialog = ({ page }) => page.locator('dialog[open]')
const state = ({ page, t }, key) => page.locator('.chip', { hasText: t(key) }).first().waitFor()

async function press(who, name) {
	await dialog(who).getByRole('button', { name: who.t(name), exact: true }).click()
	await dialog(who).waitFor({ state: 'detached' })
}

for (const lang of ['ko', 'en']) test(`from draft to publication, and back into review (${lang})`, async () => {
	const words = told[lang]
	const more = { lang, zone: 'Asia/Seoul' }
	const ann = await s.person('responder', undefined, { ...more, name: words.author }), ben = await s.person('viewer', undefined, { ...more, name: words.reviewer })
	const chief = await s.person('editor', undefined, { ...more, name: `Chief ${lang}` })
	const asAnn = { cookie: ann.cookie, token: null }
	const doc = await s.post('/api/v1/documents', { title: words.title, kind: 'incident', template: 'none', text: words.text }, asAnn)
	await s.post('/api/v1/actions', { title: words.action, type: 'prevent', priority: 'P0', document: doc.ref }, asAnn)
	const [author, reviewer, editor] = await Promise.all([ann, ben, chief].map(({ cookie }) => person(browser, s.url, { lang, cookie })))

	// The author asks.
	await author.page.goto(`/documents/${doc.ref}`)
	await button(author, 'Submit for review').click()
	const box = dialog(author)
	await box.getByRole('combobox').fill(words.reviewer)
	await box.getByRole('option', { name: words.reviewer }).click()
	await box.getByLabel(author.t('Until when'), { exact: true }).fill('2031-12-01')
	await box.getByLabel(author.t('What should they know?')).fill(words.asked)
	await press(author, 'Submit')
	await state(author, 'In review')

	// The reviewer finds it in the queue, answers, comments, asks for changes; until then nobody sees the comment.
	await reviewer.page.goto('/')
	await reviewer.page.locator('main').getByText(words.title).first().waitFor()
	await reviewer.page.goto('/reviews?mine=true')
	await reviewer.page.getByRole('link', { name: words.title }).click()
	await reviewer.page.getByText(words.asked).waitFor()
	const questions = reviewer.page.locator('.qs > li')
	for (const i of [0, 2, 3, 4]) {
		await questions.nth(i).getByLabel(reviewer.t('Yes'), { exact: true }).check({ force: true })
		await questions.nth(i).locator('.said').waitFor()
	}
	await questions.nth(1).getByLabel(reviewer.t('Not yet'), { exact: true }).check({ force: true })
	await button(reviewer, 'Save').click()
	await questions.nth(1).locator('.error').waitFor()
	await questions.nth(1).getByRole('textbox').fill(words.missing)
	await button(reviewer, 'Save').click()
	await questions.nth(1).locator('.said', { hasText: words.missing }).waitFor()
	await button(reviewer, 'Comment').click()
	await dialog(reviewer).getByLabel(reviewer.t('Comment'), { exact: true }).fill(words.comment)
	await dialog(reviewer).getByRole('checkbox').check()
	await press(reviewer, 'Keep')
	await reviewer.page.locator('.thread', { hasText: words.comment }).waitFor()
	assert.equal((await s.get(`/api/v1/documents/${doc.ref}/review`, asAnn)).comments.length, 0)
	assert.equal(await reviewer.page.locator('input[name=verdict]:checked').count(), 0, 'nothing is chosen')

	await author.page.goto(`/documents/${doc.ref}/review`)
	await author.page.locator('.qs > li').first().waitFor()
	const stays = await staying(author.page)
	await reviewer.page.getByLabel(reviewer.t('Ask for changes')).check({ force: true })
	await reviewer.page.getByRole('button', { name: reviewer.t('Submit review · {n}', { n: 1 }) }).click()
	await state(reviewer, 'Changes asked for')

	// The author hears of it without loading anything again, mends it, says so, submits again.
	await author.page.locator('.thread', { hasText: words.comment }).waitFor()
	await state(author, 'Changes asked for')
	await stays()
	await replace(doc.ref, words.old, words.now, asAnn)
	await button(author, 'Resolve').click()
	await dialog(author).locator('textarea').fill(words.fixed)
	await press(author, 'Resolve')
	await button(author, 'Submit again').click()
	await press(author, 'Submit')
	await state(author, 'In review')

	await reviewer.page.reload()
	await reviewer.page.getByLabel(reviewer.t('Approve'), { exact: true }).check({ force: true })
	await button(reviewer, 'Submit review').click()
	await reviewer.page.locator('.form .error').waitFor() // one answer is still “not yet”
	await questions.nth(1).getByLabel(reviewer.t('Yes'), { exact: true }).check({ force: true })
	await questions.nth(1).locator('.chip, .said').first().waitFor()
	await until(async () => (await s.get(`/api/v1/documents/${doc.ref}/review`, asAnn)).questions[1].answer === 'yes', 'the answer is there')
	await button(reviewer, 'Submit review').click()
	await state(reviewer, 'Approved')

	// An editor publishes; everybody reads that version.
	await editor.page.goto(`/documents/${doc.ref}`)
	await button(editor, 'Publish').click()
	await press(editor, 'Publish')
	await state(editor, 'Published')
	await editor.page.locator('.chip', { hasText: editor.t('{open} of {total} actions open', { open: 1, total: 1 }) }).first().waitFor()
	await editor.page.getByRole('link', { name: editor.t('version {n}', { n: 1 }) }).click()
	await editor.page.locator('article', { hasText: words.now }).waitFor()
	const published = `/documents/${doc.ref}/versions/1`
	const [html, markdown, record] = await Promise.all(['html', 'md', 'json'].map(kind => s.get(`${published}.${kind}`)))
	assert.match(html, /@page/)
	for (const text of [html, markdown, record.text]) assert.ok(text.includes(words.now))

	// A change that matters: the version stays, the approval does not.
	await reviewer.page.goto('/reviews?mine=true')
	await reviewer.page.locator('h1').waitFor()
	assert.equal(await reviewer.page.getByText(words.title).count(), 0)
	await replace(doc.ref, words.from, words.to, asAnn)
	await reviewer.page.getByRole('link', { name: words.title }).click({ timeout: 20000 }) // collab tells of typing after five seconds
	await reviewer.page.locator('.chip', { hasText: reviewer.t('approved an earlier text') }).waitFor()
	const refused = await s.ask('POST', `/api/v1/documents/${doc.ref}/publish`, { note: words.note }, { cookie: chief.cookie, token: null })
	assert.equal(refused.status, 409)
	assert.equal(refused.body.code, 'review.blocked')
	assert.ok(refused.body.current.blockers.some(b => b.code === 'stale' && !b.waived))
	assert.ok((await s.get(`${published}.md`)).includes(words.from))
	await reviewer.page.getByLabel(reviewer.t('Approve'), { exact: true }).check({ force: true })
	await button(reviewer, 'Submit review').click()
	await reviewer.page.locator('.rows .chip.ok').first().waitFor()
	const second = await s.post(`/api/v1/documents/${doc.ref}/publish`, { note: words.note }, { cookie: chief.cookie, token: null })
	assert.equal(second.version, 2)
	assert.equal(second.changes.length, 1)

	for (const who of [author, reviewer, editor]) {
		assert.deepEqual(who.troubles.filter(text => !/status of 4(09|22)/.test(text)), [])
		await who.context.close()
	}
})

test('what happened stands in the event log, enough for mails', async () => {
	const ann = await s.person('responder'), ben = await s.person('viewer')
	const as = who => ({ cookie: who.cookie, token: null })
	const doc = await s.post('/api/v1/documents', { title: 'Told', kind: 'near_miss', template: 'none', text: 'x' }, as(ann))
	await s.post(`/api/v1/documents/${doc.ref}/submit`, { reviewers: [ben.person.id], due: '2031-12-01' }, as(ann))
	await s.post(`/api/v1/documents/${doc.ref}/reviews`, { verdict: 'approve' }, as(ben))
	const review = await s.get(`/api/v1/documents/${doc.ref}/review`, as(ann))
	assert.equal(review.state, 'approved')
	assert.deepEqual(review.blockers.map(b => b.code).sort(), ['actions', ...Array(5).fill('question')])
	for (const b of review.blockers) assert.ok(b.words && b.link.startsWith('/documents/'), JSON.stringify(b))
})
