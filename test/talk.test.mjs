// What is said to records: a timeline entry, an action item, a cause, a live block; on the incident's page, beside the text that is read, in the editor. Seen by the other at once, found by its
// address, and a record that was made of a comment says so.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { launch, person } from './lib/browser.mjs'
import { serveWithAdmin, until } from './lib/server.mjs'

let s, browser
before(async () => {
	s = await serveWithAdmin()
	browser = await launch()
})
after(async () => {
	await browser?.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

const told = {
	ko: { title: '결제 지연', entry: '롤백을 시작했다', action: '풀 크기에 경보를 건다', cause: '연결 풀이 작았다', ask: '왜 이때 시작했나요?', answer: '경보가 그때 왔습니다', names: ['김서연', '이도윤', '박지호'], initials: 'ㅇㄷㅇ' },
	en: { title: 'Slow checkout', entry: 'Began to roll back', action: 'Alert on the size of the pool', cause: 'The pool was small', ask: 'Why then?', answer: 'The alert came then', names: ['Ann Lee', 'Ben Cho', 'Cid Roe'], initials: 'Ben' },
}
const shot = async ({ page }, name) => { if (process.env.BOKGI_SHOTS) await page.screenshot({ path: `${process.env.BOKGI_SHOTS}/talk-${name}.png` }) }
const well = async ({ page }, what) => assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${what}: ${id} ${nodes[0].html}`), [])
const button = ({ page, t }, name, root = page) => root.getByRole('button', { name: t(name), exact: true })
const many = (t, n, what) => t('{n} comment on “{what}”', { n, what })

for (const lang of ['ko', 'en']) test(`records are talked about (${lang})`, async () => {
	const story = told[lang], handles = ['a', 'b', 'c'].map(x => `talk-${x}-${lang}`)
	const cookies = await Promise.all(handles.map((login, i) => s.person('editor', login, { lang, name: story.names[i] })))
	const incident = await s.post('/api/v1/incidents', { title: story.title, severity: 'SEV2' })
	const entry = await s.post(`/api/v1/incidents/${incident.ref}/timeline`, { text: story.entry })
	const doc = await s.post('/api/v1/documents', { title: story.title, kind: 'incident', template: 'none', lang, incident: incident.id, text: `# ${story.title}\n\n${story.cause}.\n\n\`\`\`bokgi timeline\n\`\`\`\n\n\`\`\`bokgi actions\n\`\`\`\n` })
	const action = await s.post('/api/v1/actions', { title: story.action, type: 'detect', document: doc.id })
	const cause = await s.post(`/api/v1/documents/${doc.ref}/causes`, { kind: 'trigger', text: story.cause })
	const [one, two, three] = await Promise.all(cookies.map(({ cookie }) => person(browser, s.url, { lang, cookie })))
	const { t } = one

	// One asks at the timeline's row, with a name picked; the other, who has the same page open, sees how many.
	for (const { page } of [one, two]) {
		await page.goto(`/incidents/${incident.ref}`)
		await page.locator(`#entry-${entry.id}`).waitFor()
	}
	const row = ({ page }) => page.locator(`#entry-${entry.id}`)
	await row(one).hover()
	await row(one).getByRole('button', { name: t('Comment on “{what}”', { what: story.entry }) }).click()
	const field = row(one).locator('.talk-here textarea')
	await field.pressSequentially(`${story.ask} @${story.initials}`)
	await row(one).locator('[role=option]').first().waitFor()
	await field.press('Enter')
	await until(async () => (await field.inputValue()).includes(`@${handles[1]} `), 'the name is picked')
	await button(one, 'Comment', row(one).locator('.talk-here')).click()
	await row(one).locator('.said', { hasText: story.ask }).waitFor()
	const count = row(two).getByRole('button', { name: many(t, 1, story.entry) })
	await count.waitFor()
	await count.click()
	await row(two).locator('.thread', { hasText: story.ask }).waitFor()
	await row(two).locator('.thread.on textarea').fill(story.answer)
	await button(two, 'Answer', row(two).locator('.thread.on')).click()
	await row(one).locator('.said', { hasText: story.answer }).waitFor()
	await shot(two, `${lang}-incident`)
	await well(two, 'the incident with a thread')
	const { items: [asked] } = await s.get(`/api/v1/documents/${doc.ref}/comments`)
	assert.equal(asked.entry, entry.id)
	assert.equal(asked.quote, story.entry)

	// Its address leads there; a phone too.
	await three.page.setViewportSize({ width: 360, height: 740 })
	await three.page.goto(`/incidents/${incident.ref}#comment-${asked.id}`)
	await row(three).locator(`#comment-${asked.id}.on`).waitFor()
	await shot(three, `${lang}-incident-360`)
	await well(three, 'the incident on a phone')

	// Esc closes it and gives the focus back.
	await row(two).locator('.thread.on').focus()
	await two.page.keyboard.press('Escape')
	await row(two).locator('.talk-here').waitFor({ state: 'detached' })
	assert.match(await two.page.evaluate(() => document.activeElement.getAttribute('aria-label')), new RegExp(story.entry))

	// Beside the text: a cause, an action and a live block, in the margin; made into an action, which says where it came from.
	await one.page.goto(`/documents/${doc.ref}`)
	for (const what of [story.cause, story.action, 'timeline']) {
		await one.page.locator('.helps').evaluate(helps => { helps.open = true })
		const talk = one.page.getByRole('button', { name: t('Comment on “{what}”', { what }) })
		await talk.scrollIntoViewIfNeeded()
		await talk.click()
		await one.page.locator('.draft textarea').fill(`${story.ask} ${what}`)
		await button(one, 'Comment', one.page.locator('.draft')).click()
		await one.page.locator('.thread.on .said', { hasText: what }).waitFor()
		await one.page.keyboard.press('Escape')
	}
	const { items } = await s.get(`/api/v1/documents/${doc.ref}/comments`)
	assert.deepEqual(items.slice(1).map(c => [c.cause, c.action, c.block]), [[cause.id, null, null], [null, action.id, null], [null, null, 'timeline']])
	await shot(one, `${lang}-document`)
	await well(one, 'the document')

	// j and k walk through them, Esc leaves.
	await one.page.locator('article.doc p').first().click()
	const seen = new Set()
	for (let i = 0; i < items.length; i++) {
		await one.page.keyboard.press('j')
		seen.add(await one.page.locator('.thread.on').getAttribute('id'))
	}
	assert.deepEqual([...seen].sort(), items.map(c => `comment-${c.id}`).sort())
	await one.page.keyboard.press('k')
	assert.equal(await one.page.locator('.thread.on').count(), 1)
	await one.page.keyboard.press('Escape')
	await one.page.locator('.thread.on').waitFor({ state: 'detached' })

	// In the editor: the same count at the cause, and resolving it is seen.
	await two.page.goto(`/documents/${doc.ref}/edit`)
	await two.page.locator('.cm-content').waitFor()
	await two.page.locator('.helps').evaluate(helps => { helps.open = true })
	await two.page.getByRole('button', { name: many(t, 1, story.cause) }).click()
	await button(two, 'Resolve', two.page.locator('.thread.on')).click()
	await until(async () => (await s.get(`/api/v1/documents/${doc.ref}/comments`)).items[1].resolution === 'done', 'it is resolved')
	await s.post(`/api/v1/documents/${doc.ref}/comments/${items[1].id}/make`, { make: { kind: 'action', text: `${story.action} 2` } }, { cookie: cookies[0].cookie, token: null })
	await s.post(`/api/v1/documents/${doc.ref}/comments/${asked.id}/make`, { make: { kind: 'timeline', text: `${story.entry} 2` } }, { cookie: cookies[0].cookie, token: null })
	await one.page.goto(`/incidents/${incident.ref}`)
	const back = one.page.locator('.tl li', { hasText: `${story.entry} 2` }).getByRole('link', { name: doc.ref })
	await back.waitFor()
	assert.equal(await back.getAttribute('href'), `/documents/${doc.ref}#comment-${asked.id}`)
	const follow = one.page.locator('.rows li', { hasText: `${story.action} 2` })
	await follow.getByRole('link', { name: doc.ref }).waitFor()

	// At the action itself.
	await one.page.goto(`/actions?q=${action.ref}`)
	await one.page.getByRole('button', { name: story.action, exact: true }).click()
	const dialog = one.page.locator('dialog')
	await dialog.getByRole('button', { name: many(t, 1, story.action) }).click()
	await dialog.locator('.thread', { hasText: story.action }).waitFor()
	await shot(one, `${lang}-action`)
	await well(one, 'the action')

	for (const who of [one, two, three]) {
		assert.deepEqual(who.troubles, [])
		await who.context.close()
	}
})

test('teams and roles are offered behind @, and told', async () => {
	const [kim, lee] = await Promise.all(['kim-team', 'lee-team'].map(login => s.person('editor', login, { lang: 'ko', name: login })))
	const team = await s.post('/api/v1/teams', { name: '결제팀', handle: 'payments' })
	await s.ask('PUT', `/api/v1/teams/${team.id}/members/${lee.person.id}`)
	const incident = await s.post('/api/v1/incidents', { title: 'T', severity: 'SEV2' })
	const doc = await s.post('/api/v1/documents', { title: 'T', kind: 'incident', template: 'none', lang: 'ko', incident: incident.id, text: '서버가 느렸다.' })
	const one = await person(browser, s.url, { lang: 'ko', cookie: kim.cookie }), { page, t } = one
	await page.goto(`/documents/${doc.ref}/edit`)
	await page.locator('.cm-content').click()
	await page.keyboard.press('Control+a')
	await page.keyboard.press('Control+Alt+m')
	const field = page.locator('.draft textarea'), option = page.locator('.draft [role=option]')
	await field.pressSequentially('@ㄱㅈㅌ')
	await option.filter({ hasText: '결제팀' }).filter({ hasText: `payments · ${t('Team')}` }).waitFor()
	await well(one, 'the list of names')
	await field.press('Enter')
	await field.pressSequentially('@지휘')
	await option.filter({ hasText: t('Commander') }).filter({ hasText: t('Role') }).waitFor()
	await field.press('Enter')
	await until(async () => await field.inputValue() === '@payments @지휘자 ', 'both are named')
	await button(one, 'Comment', page.locator('.draft')).click()
	await until(async () => (await s.get('/api/v1/notices?view=all', { cookie: lee.cookie, token: null })).items.some(n => n.kind === 'mention'), 'the team is told')
	// A text about no incident: nobody has a role there.
	const alone = await s.post('/api/v1/documents', { title: 'U', kind: 'project', template: 'none', lang: 'ko', text: '서버가 느렸다.' })
	await page.goto(`/documents/${alone.ref}/edit`)
	await page.locator('.cm-content').click()
	await page.keyboard.press('Control+a')
	await page.keyboard.press('Control+Alt+m')
	await field.pressSequentially('@')
	await option.filter({ hasText: '결제팀' }).waitFor()
	assert.equal(await option.filter({ hasText: t('Role') }).count(), 0)
	assert.deepEqual(one.troubles, [])
	await one.context.close()
})

test('what was said is part of the document as JSON', async () => {
	const kim = await s.person('editor', 'talk-json', { name: 'Kim' })
	const doc = await s.post('/api/v1/documents', { title: 'JSON', kind: 'project', template: 'none', lang: 'en', text: 'The pool was small.' })
	await s.post(`/api/v1/documents/${doc.ref}/comments`, { text: 'How small?', from: 4, to: 8, version: 0 }, { cookie: kim.cookie, token: null })
	await s.post(`/api/v1/documents/${doc.ref}/comments`, { text: 'Mine alone', held: true }, { cookie: kim.cookie, token: null })
	const { body } = await s.ask('GET', `/documents/${doc.ref}.json`)
	assert.deepEqual(body.comments.map(c => [c.text, c.quote]), [['How small?', 'pool']])
})
