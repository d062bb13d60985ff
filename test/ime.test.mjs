// Korean typed through the browser's input method interface into every field while a colleague's edits come in through the real server: 40 of the cases of test/long/ime.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { all, east, fields, kinds, remotes, run, Stage } from './ime/matrix.mjs'
import { launch, person } from './lib/browser.mjs'
import { serveWithAdmin, until } from './lib/server.mjs'

let server, browser, stage
before(async () => {
	server = await serveWithAdmin()
	browser = await launch()
	stage = await new Stage().open(server, browser, person)
})
after(async () => {
	await stage?.close()
	await browser?.close()
	assert.equal((await server.stop()).code, 0, server.log)
})

/** Each kind with three of the edits, each time in another field; two cases of the east for each kind there. */
const spread = Object.keys(kinds).flatMap((kind, k) => [0, 1, 2].map(i => {
	const names = Object.keys(fields), wanted = { kind, field: names[(3 * k + i * 2) % names.length], remote: remotes[(k + i * 2 + (i === 2 ? 1 : 0)) % remotes.length] }
	return all.find(c => Object.entries(wanted).every(([name, value]) => c[name] === value))
}))
const chosen = [...spread, ...[3, 14, 25, 36].map(i => east[i])]
chosen.sort((a, b) => Object.keys(fields).indexOf(a.field) - Object.keys(fields).indexOf(b.field))

test('the cases are well spread', () => {
	assert.equal(new Set(chosen.map(c => JSON.stringify(c))).size, 40)
	for (const [name, values] of [['kind', Object.keys(kinds)], ['field', Object.keys(fields)], ['remote', remotes]]) for (const value of values) assert.ok(chosen.some(c => c[name] === value), `nothing with ${value}`)
	assert.ok(all.length + east.length >= 440)
})

for (const [turn, one] of chosen.entries()) test(`${one.kind} × ${one.field} × ${one.remote}`, async () => {
	assert.equal(await run(stage, one, turn), undefined)
})

test('a syllable that stays open for five seconds is closed, and what was held back comes in', async () => {
	assert.equal(await run(stage, { kind: 'two-set', field: 'editor', remote: 'none' }, 0), undefined)
	const text = () => stage.page.evaluate(() => { const content = document.querySelector('.cm-content'); return (content.cmTile ?? content.cmView).view.state.doc.toString() })
	await stage.page.locator('.cm-content').focus()
	await stage.keys.send('Input.imeSetComposition', { text: '가', selectionStart: 1, selectionEnd: 1 })
	await until(async () => (await stage.colleague.read()).text.includes('한글가'), 'the open syllable is on the server')
	const at = await stage.colleague.read(), beside = at.text.indexOf('한글가') + 2
	await stage.colleague.put(at, beside, beside, '늘')
	await stage.colleague.put({ ...at, text: at.text.replace('한글', '한글늘'), text_version: at.text_version + 1 }, 0, 0, '처음 ')
	await until(async () => (await text()).startsWith('처음 ') && (await text()).includes('한글늘가'), 'both edits')
	await stage.keys.send('Input.imeSetComposition', { text: '나', selectionStart: 1, selectionEnd: 1 })
	await stage.keys.send('Input.insertText', { text: '나' })
	await until(async () => (await stage.colleague.read()).text.includes('한글늘가나'), 'the next syllable stands behind it')
})

test('a page that holds nothing back is found out', async () => {
	const planted = await new Stage().open(server, browser, person, { defect: true })
	let found = 0
	for (const [turn, kind] of ['two-set', 'double final', 'Space', 'Enter', 'paste'].entries()) found += await run(planted, { kind, field: 'editor', remote: 'adjacent' }, turn * 2) ? 1 : 0
	assert.ok(planted.planted, 'the defect was planted')
	assert.ok(found > 0)
	await planted.close()
})
