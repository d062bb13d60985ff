// Postmortems of others come in: from files through the three ways of the command line, and through the browser; and what came in goes out and in again without loss.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { launch, person } from './lib/browser.mjs'
import { answer, bokgi } from './lib/command.mjs'
import { serveWithAdmin } from './lib/server.mjs'

const real = process.env.BOKGI_TEST_DATA ?? '../shared/data'
const folders = []
after(async () => { for (const folder of folders) await rm(folder, { recursive: true, force: true }) })
async function folder() {
	folders.push(await mkdtemp(join(tmpdir(), 'bokgi-import-')))
	return folders.at(-1)
}

const samples = {
	'queue.md': '---\ntitle: Queue stuck\ndate: 2024-03-05\n---\n\n## Timeline\n\nAll times in UTC\n\n- 09:00 Outage begins\n- 09:20 First detected\n\n## Action items\n\n- [ ] Alert on age\n',
	'deep/결제.md': '# 결제 장애\n\n## 경과\n\n| 시각 | 내용 |\n| - | - |\n| 2023-04-05 09:10 | 배포가 나갔다 |\n\n## 재발 방지 대책\n\n- 알림을 단다\n',
	'not-a-text.bin': '\u0000',
}

async function written() {
	const to = await folder()
	await mkdir(join(to, 'deep'))
	for (const [name, text] of Object.entries(samples)) await writeFile(join(to, name), text)
	return to
}

async function lookAt(where) {
	const { items } = await answer(['incident', 'list', '--state', 'all', ...where])
	assert.deepEqual(items.map(i => i.title).sort(), ['Queue stuck', '결제 장애'])
	const queue = await answer(['incident', 'get', String(items.find(i => i.title === 'Queue stuck').id), ...where])
	assert.equal(queue.state, 'closed')
	assert.deepEqual(queue.milestones.map(m => m.kind), ['outage_begins', 'detected'])
	assert.equal(queue.documents.length, 1)
	assert.equal(queue.actions.length, 1)
}

test('in this process: a folder, with what it says of each file, and nothing twice', async () => {
	const data = await folder(), from = await written()
	const first = await bokgi(['import', from, '--data', data])
	assert.equal(first.code, 0, first.err)
	assert.match(first.out, /^PM-\d INC-\d .*queue\.md: 2 timeline entries, 1 action items$/m)
	assert.match(first.err, /2 files: 2 taken in, 0 were here already, 0 failed/)
	await lookAt(['--data', data])
	const again = await bokgi(['import', from, '--data', data])
	assert.match(again.err, /0 taken in, 2 were here already/)
})

test('a file that cannot be read does not stop the others', async () => {
	const data = await folder(), from = await written()
	const { code, out, err } = await bokgi(['import', join(from, 'missing.md'), join(from, 'not-a-text.bin'), join(from, 'queue.md'), '--data', data])
	assert.notEqual(code, 0)
	assert.match(err, /missing\.md: No such file/)
	assert.match(err, /not-a-text\.bin: /)
	assert.match(out, /queue\.md: 2 timeline/)
	assert.match(err, /1 taken in, 0 were here already, 2 failed/)
})

test('through the socket of a running server, and over HTTP with a token', async () => {
	const s = await serveWithAdmin(), from = await written()
	const token = join(await folder(), 'token')
	await writeFile(token, s.token, { mode: 0o600 })
	const first = await bokgi(['import', from, '--data', s.data])
	assert.equal(first.code, 0, first.err)
	const again = await bokgi(['import', from, '--server', s.url, '--token-file', token])
	assert.match(again.err, /2 were here already/)
	await lookAt(['--server', s.url, '--token-file', token])
	assert.equal((await s.stop()).code, 0, s.log)
})

test('bokgi parse prints one object a file', async () => {
	const from = await written()
	const { code, out } = await bokgi(['parse', join(from, 'queue.md'), join(from, 'deep/결제.md')])
	assert.equal(code, 0)
	const [queue, pay] = out.trim().split('\n').map(line => JSON.parse(line))
	assert.equal(queue.title, 'Queue stuck')
	assert.deepEqual(queue.timeline[0], { timestamp_text: '09:00', utc: '2024-03-05T09:00:00Z', text: 'Outage begins' })
	assert.equal(pay.timezone, 'KST')
	assert.equal(pay.timeline[0].utc, '2023-04-05T00:10:00Z')
	assert.deepEqual(Object.keys(pay), ['id', 'source_file', 'lang', 'title', 'date', 'status', 'authors', 'attendees', 'severity', 'summary', 'impact', 'root_causes', 'contributing_factors', 'trigger', 'detection',
		'resolution', 'timezone', 'timeline', 'action_items', 'lessons', 'stats', 'notes'])
})

test('in the browser: a pasted text and a file become documents, and what was not understood is shown', async () => {
	const s = await serveWithAdmin(), browser = await launch(), from = await written()
	const who = await person(browser, s.url, { cookie: s.cookie })
	await who.page.goto(`${s.url}/documents`)
	await who.page.getByRole('button', { name: 'Bring in' }).click()
	const dialog = who.page.getByRole('dialog')
	await dialog.getByLabel('Files').setInputFiles(join(from, 'queue.md'))
	await dialog.getByLabel('Or paste a text').fill('# Pasted\n\n## Odd section\n\ntext\n')
	await dialog.getByRole('button', { name: 'Bring in' }).click()
	await dialog.getByRole('link', { name: 'Queue stuck' }).waitFor()
	await dialog.getByText(/note/).last().click()
	await dialog.getByText('Odd section').waitFor()
	await dialog.locator('footer').getByRole('button', { name: 'Close' }).click()
	await who.page.getByRole('link', { name: 'Pasted' }).waitFor()
	assert.deepEqual(who.troubles, [])
	await browser.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

async function tree(root) {
	const files = {}
	for (const name of (await readdir(root, { recursive: true })).sort()) files[name] = await readFile(join(root, name), 'utf8').catch(() => null)
	return files
}

test('all real ones come in; exported, read into an empty instance and exported again they are the same', { skip: existsSync(join(real, 'icco')) ? false : `no test data in ${real}` }, async () => {
	const [data, empty, out] = [await folder(), await folder(), await folder()]
	const { code, out: said, err } = await bokgi(['import', join(real, 'postmortems'), join(real, 'icco'), '--data', data])
	assert.equal(code, 0, err)
	const files = (await readdir(real, { recursive: true })).filter(name => /^(postmortems|icco)\/.*\.md$/.test(name))
	assert.equal(said.match(/^PM-/gm).length, files.length)
	assert.equal((await bokgi(['export', join(out, 'one'), '--data', data])).code, 0)
	assert.equal((await bokgi(['import', join(out, 'one'), '--data', empty])).code, 0)
	assert.equal((await bokgi(['export', join(out, 'two'), '--data', empty])).code, 0)
	const [one, two] = [await tree(join(out, 'one')), await tree(join(out, 'two'))]
	assert.deepEqual(Object.keys(one), Object.keys(two))
	for (const name of Object.keys(one)) assert.equal(one[name], two[name], name)
	const again = await bokgi(['import', join(real, 'icco'), '--data', empty])
	assert.match(again.err, / 0 taken in, /)
})

const told = {
	en: { name: 'Ann Lee', title: 'Retries stop the payments', summary: 'Payments stopped for 38 minutes.', entry: 'A deploy goes out', action: 'Cap the retries', lesson: 'The rollback was quick' },
	ko: { name: '김서연', title: '재시도 폭주로 결제가 멈춤', summary: '결제가 38분 동안 멈추었다.', entry: '배포가 나갔다', action: '재시도에 상한을 둔다', lesson: '되돌리기가 빨랐다' },
}

/** A resolved incident with an entry and an action item. */
async function lived(s, lang) {
	const words = told[lang], { person: { id }, cookie } = await s.person('responder', `${lang}-writer`, { lang, zone: 'Asia/Seoul', name: words.name })
	const as = { cookie, token: null }
	const { ref } = await s.post('/api/v1/incidents', { title: words.title, severity: 'SEV2', summary: words.summary }, as)
	await s.ask('PUT', `/api/v1/incidents/${ref}/roles`, { role: 'commander', person: id }, as)
	await s.post(`/api/v1/incidents/${ref}/timeline`, { text: words.entry, at: new Date(Date.now() - 60_000).toISOString() }, as)
	await s.post('/api/v1/actions', { title: words.action, type: 'prevent', priority: 'P1', incident: ref, owner: id, due: '2031-12-01' }, as)
	await s.post(`/api/v1/incidents/${ref}/resolve`, {}, as)
	return { ref, as, words }
}

let serving
after(() => serving?.stop())
test('what bokgi itself writes is read again, of every template in both languages', async () => {
	const s = serving = await serveWithAdmin(), to = await folder(), written = []
	const incidents = { en: await lived(s, 'en'), ko: await lived(s, 'ko') }
	for (const { name, kind, lang } of (await s.get('/api/v1/templates')).items) {
		const { ref, as, words } = incidents[lang]
		const doc = await s.post('/api/v1/documents', { title: words.title, kind, lang, template: name, incident: ref }, as)
		for (const list of ['went_well', 'went_wrong', 'lucky']) await s.post(`/api/v1/documents/${doc.ref}/lessons`, { list, text: words.lesson }, as)
		const text = await (await s.fetch(`/documents/${doc.ref}.md`, { headers: { cookie: as.cookie } })).text()
		written.push({ name, words, text, live: (await s.get(`/api/v1/documents/${doc.ref}`, as)).text })
		await writeFile(join(to, `${name}.md`), text)
	}
	assert.equal(written.length, 18)
	for (const { name, words, text, live } of written) {
		const { code, out } = await bokgi(['parse', join(to, `${name}.md`)])
		const lifted = JSON.parse(out), has = block => live.includes('```bokgi ' + block)
		assert.equal(code, 0)
		assert.equal(lifted.title, words.title, name)
		assert.equal(lifted.severity, text.includes('SEV2') ? 'SEV2' : null, name)
		assert.deepEqual(lifted.authors, /(written by:? |작성:? )[가-힣A-Z]/i.test(text) && text.includes('SEV2') ? [words.name] : [], name)
		assert.deepEqual(lifted.action_items.map(x => [x.text, x.owner, x.due]), has('actions') ? [[words.action, words.name, '2031-12-01']] : [], name)
		assert.equal(lifted.timeline.filter(x => x.text === words.entry && x.utc).length, has('timeline') ? 1 : 0, name)
		assert.equal(lifted.timeline.filter(x => !x.utc).length, 0, name)
		for (const list of ['went_well', 'went_wrong', 'lucky']) assert.deepEqual(lifted.lessons[list], has(`lessons ${list}`) ? [words.lesson] : [], `${name} ${list}`)
		if (live.includes(words.summary)) assert.ok([lifted.summary, lifted.notes].some(said => said?.includes(words.summary)) || /drill/.test(name), name)
		assert.doesNotMatch(lifted.notes, /was left in the text|was not understood|no time/, name)
	}
})
