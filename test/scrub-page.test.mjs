// Somebody finds a password in a document that a colleague has open: selects it, sees where it stands, says why, and it is gone on both screens while the colleague types on.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { choose, launch, person } from './lib/browser.mjs'
import { serveWithAdmin, until } from './lib/server.mjs'

const told = {
	ko: { title: '배포 사고', before: '비밀번호는 ', words: 'Zx9-앵무새', after: ' 입니다.', typed: '계속 쓴다', reason: '비밀번호가 본문에 적혀 있었다', colleague: '이도윤' },
	en: { title: 'Deploy went wrong', before: 'The password is ', words: 'Zx9-parrot', after: ' here.', typed: 'goes on', reason: 'a password was pasted', colleague: 'Ben Cho' },
}
let s, browser
before(async () => {
	s = await serveWithAdmin()
	browser = await launch()
})
after(async () => {
	await browser?.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

const shot = async ({ page }, name) => { if (process.env.BOKGI_SHOTS) await page.screenshot({ path: `${process.env.BOKGI_SHOTS}/scrub-${name}.png`, fullPage: false }) }
async function well({ page }, what) {
	const { violations } = await new AxeBuilder({ page }).analyze()
	assert.deepEqual(violations.map(({ id, nodes }) => `${what}: ${id} ${nodes[0].html}`), [])
}
async function select({ page }, words) {
	await choose(page, words)
	await page.locator('.selbar').waitFor()
}

for (const lang of ['ko', 'en'])
	test(`a passage is removed for good (${lang})`, async () => {
		const x = told[lang]
		const [one, two] = await Promise.all([s.person('editor', `remover-${lang}`, { lang }), s.person('responder', `writer-${lang}`, { lang, name: x.colleague })])
		const doc = await s.post('/api/v1/documents', { title: x.title, kind: 'project', template: 'none', lang, text: `## A\n\n${x.before}${x.words}${x.after}\n` }, { cookie: two.cookie })
		await s.post(`/api/v1/documents/${doc.id}/comments`, { text: `${x.words}?` }, { cookie: two.cookie })
		const writer = await person(browser, s.url, { lang, cookie: two.cookie }), remover = await person(browser, s.url, { lang, cookie: one.cookie, ...(lang === 'ko' ? { width: 360, height: 740 } : {}) })
		for (const p of [writer, remover]) await p.page.goto(`/documents/${doc.ref}/edit`)
		await select(writer, x.words)
		assert.equal(await writer.page.getByRole('button', { name: writer.t('Must not be here') }).count(), 0, 'a responder may not')
		await writer.page.locator('.cm-content').press('Control+End')
		await select(remover, x.words)
		await shot(remover, `bar-${lang}`)
		await remover.page.locator('.selbar').getByRole('button', { name: remover.t('Must not be here') }).click()
		const dialog = remover.page.getByRole('dialog')
		await dialog.locator('.chip').first().waitFor()
		await dialog.locator('summary').click()
		assert.ok(!(await dialog.innerText()).includes(x.words))
		await shot(remover, `dialog-${lang}`)
		await well(remover, 'dialog')
		await dialog.getByLabel(remover.t('Why must it go?')).fill(x.reason)
		await dialog.getByRole('button', { name: remover.t('Remove for good') }).click()
		await dialog.getByRole('alert').waitFor() // not sure yet
		await writer.page.locator('.cm-content').pressSequentially(x.typed, { delay: 15 })
		await dialog.getByLabel(remover.t('I know that this cannot be undone.')).check()
		await dialog.getByRole('button', { name: remover.t('Remove for good') }).click()
		await dialog.waitFor({ state: 'detached' })
		for (const p of [writer, remover]) {
			await p.page.locator('.cm-content', { hasText: '█'.repeat(x.words.length) }).waitFor()
			await p.page.locator('.scrubbed', { hasText: x.reason }).waitFor()
			await until(async () => !(await p.page.locator('body').innerText()).includes(x.words), 'the comment beside it, too')
		}
		/* What was undone does not bring it back, and typing goes on. */
		await writer.page.locator('.cm-content').press('Control+End')
		for (let i = 0; i < 5; i++) await writer.page.locator('.cm-content').press('Control+z')
		await writer.page.locator('.cm-content').pressSequentially('!', { delay: 15 })
		await until(async () => { const { text } = await s.get(`/api/v1/documents/${doc.id}`); return text.includes('!') && text.includes(x.typed) && !text.includes(x.words) }, 'what was typed is there')
		await remover.page.locator('.scrubbed .chip.ok').waitFor({ timeout: 30000 })
		await shot(remover, `editor-${lang}`)
		await well(remover, 'editor')
		await remover.page.goto(`/documents/${doc.ref}`)
		await remover.page.locator('.scrubbed', { hasText: x.reason }).waitFor()
		await shot(remover, `document-${lang}`)
		const admin = await person(browser, s.url, { lang, cookie: s.cookie, ...(lang === 'ko' ? { width: 360, height: 740 } : {}) })
		await admin.page.goto('/settings?part=scrubs')
		await admin.page.getByText(x.reason).waitFor()
		await shot(admin, `settings-${lang}`)
		await well(admin, 'settings')
	})
