// Pictures and the comforts of the editor, as two people use them: pasted, dragged, described, failing and tried again; tables by keys; what is pasted becomes what it is; «/» in Korean while a
// syllable is being composed; live blocks whose rows are changed where they stand.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { launch, person } from './lib/browser.mjs'
import { answer, bokgi } from './lib/command.mjs'
import { program, serveWithAdmin, until } from './lib/server.mjs'

const file = name => readFileSync(`test/image/${name}`)

let s, browser
before(async () => {
	s = await serveWithAdmin()
	browser = await launch()
})
after(async () => {
	await browser?.close()
	assert.equal((await s.stop()).code, 0, s.log)
})

const shot = async ({ page }, name) => { if (process.env.BOKGI_SHOTS) await page.screenshot({ path: `${process.env.BOKGI_SHOTS}/image-${name}.png`, fullPage: true }) }
const content = ({ page }) => page.locator('.cm-content')
const text = async doc => (await s.get(`/api/v1/documents/${doc.ref}`)).text
const is = (doc, want, what = want) => until(async () => { const now = await text(doc); assert.equal(now, want); return true }, `the text is ${JSON.stringify(what)}`)
async function well({ page }, what) {
	const { violations } = await new AxeBuilder({ page }).analyze()
	assert.deepEqual(violations.map(({ id, nodes }) => `${what}: ${id} ${nodes[0].html}`), [])
}

/** Somebody with a text before them: {…person, doc}. */
async function writing(markdown, { lang = 'en', doc, more = {} } = {}) {
	const { cookie } = await s.person('editor', undefined, { lang })
	const it = doc ?? await s.post('/api/v1/documents', { title: 'T', kind: 'project', template: 'none', lang, text: markdown, ...more })
	const one = await person(browser, s.url, { lang, cookie })
	await one.page.goto(`/documents/${it.ref}/edit`)
	await content(one).waitFor()
	return { ...one, doc: it, end: async () => { assert.deepEqual(one.troubles, []); await one.context.close() } }
}
/** The cursor behind these words. */
async function behind({ page }, words) {
	await page.locator('.cm-line', { hasText: words }).first().waitFor()
	await page.evaluate(words => {
		const walk = document.createTreeWalker(document.querySelector('.cm-content'), NodeFilter.SHOW_TEXT)
		for (let n = walk.nextNode(); n; n = walk.nextNode()) {
			const at = n.data.indexOf(words)
			if (at < 0) continue
			document.querySelector('.cm-content').focus()
			getSelection().setBaseAndExtent(n, at + words.length, n, at + words.length)
			return
		}
		throw new Error(`“${words}” is not there`)
	}, words)
	await page.waitForTimeout(60) // the editor reads the selection at its own pace
}
const transfer = (page, how, { files = [], types = {}, at } = {}) => page.evaluate(([how, files, types, at]) => {
	const data = new DataTransfer()
	for (const { name, type, bytes } of files) data.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name, { type }))
	for (const [type, value] of Object.entries(types)) data.setData(type, value)
	const target = document.querySelector('.cm-content')
	if (how === 'paste') target.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
	else {
		const line = [...document.querySelectorAll('.cm-line')].find(l => l.textContent.includes(at)).getBoundingClientRect()
		for (const kind of ['dragenter', 'dragover', 'drop']) target.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true, clientX: line.right - 2, clientY: line.top + line.height / 2 }))
	}
}, [how, files.map(f => ({ type: 'image/png', ...f, bytes: f.bytes.toString('base64') })), types, at])
const paste = (page, types) => transfer(page, 'paste', { types })

/** As an input method does it: what is composed is replaced until it is done. */
async function compose(one, ...steps) {
	one.keys ??= await one.context.newCDPSession(one.page)
	for (const step of steps) await one.keys.send('Input.imeSetComposition', { text: step, selectionStart: step.length, selectionEnd: step.length })
}
const composed = (one, words) => one.keys.send('Input.insertText', { text: words })

const SHA = /PM-\d+\/images\/[0-9a-f]{64}\.(png|jpg|webp)/

test('a pasted screenshot waits at its place, is described, and stands with both', async () => {
	const one = await writing('앞 문장\n\n\n\n뒤 문장', { lang: 'ko' }), { page, t, doc } = one
	const two = await writing('', { lang: 'ko', doc })
	let go
	const held = new Promise(resolve => { go = resolve })
	await page.route('**/images?*', async route => { await held; await route.continue() })
	await behind(one, '앞 문장')
	await page.keyboard.press('ArrowDown')
	await page.keyboard.press('ArrowDown')
	await transfer(page, 'paste', { files: [{ name: '화면 기록.png', bytes: file('plain.png') }] })
	const waiting = page.getByRole('group', { name: t('Picture {name}', { name: '화면 기록.png' }) })
	await waiting.waitFor()
	await waiting.locator('progress').waitFor()
	assert.equal(await two.page.locator('.cm-upload').count(), 0, 'it is this person\'s alone')
	assert.equal(await text(doc), '앞 문장\n\n\n\n뒤 문장')
	await well(one, 'while it goes')
	await shot(one, 'waits')
	await behind(two, '앞 문장')
	await two.page.keyboard.type(' 그리고')
	await until(async () => /그리고/.test(await content(one).textContent()), 'what others type arrives')
	const field = waiting.getByLabel(t('What does the picture show?'))
	await field.fill('지연 [그래프]')
	go()
	await until(async () => (await s.get(`/api/v1/documents/${doc.ref}/images`)).items.length === 1, 'the server has it')
	assert.ok(await waiting.isVisible(), 'nobody takes the field away that is being written in')
	await field.press('Enter')
	await two.page.locator('.cm-picture img').waitFor()
	const [link] = SHA.exec(await text(doc))
	await is(doc, `앞 문장 그리고\n\n![지연 \\[그래프\\]](${link})\n\n뒤 문장`)
	assert.equal(await two.page.locator('.cm-picture img').getAttribute('alt'), '지연 [그래프]')
	await until(() => two.page.locator('.cm-picture img').evaluate(img => img.naturalWidth === 48), 'the other one sees it')
	await shot(two, 'there')
	await page.goto(`/documents/${doc.ref}`)
	const shown = page.locator('article.doc img')
	assert.deepEqual(await shown.evaluate(img => [img.getAttribute('width'), img.getAttribute('height'), img.alt]), ['48', '32', '지연 [그래프]'])
	await until(() => shown.evaluate(img => img.naturalWidth === 48), 'readers see it')
	assert.equal(await shown.evaluate(img => { img.style.inlineSize = '24px'; return img.offsetHeight }), 16, 'made smaller it keeps its form')
	await one.end()
	await two.end()
})

test('one without words asks for them; a button takes files, too', async () => {
	const one = await writing('Look:'), { page, t, doc } = one
	await behind(one, 'Look:')
	const chosen = page.waitForEvent('filechooser')
	await page.getByRole('button', { name: t('Put in a picture') }).click()
	await (await chosen).setFiles([{ name: 'a.webp', mimeType: 'image/webp', buffer: file('plain.webp') }, { name: 'b.gif', mimeType: 'image/gif', buffer: file('moving.gif') }])
	await page.locator('.cm-picture img').nth(1).waitFor()
	await until(async () => /^Look:\n\n!\[\]\(PM-\d+\/images\/\w+\.webp\)\n\n!\[\]\(PM-\d+\/images\/\w+\.png\)\n$/.test(await text(doc)), 'each has a line of its own, in order')
	await well(one, 'without words')
	await shot(one, 'hint')
	await page.locator('.cm-picture input').first().fill('Queue over time')
	await page.locator('.cm-picture input').first().press('Enter')
	await until(async () => /^Look:\n\n!\[Queue over time\]\(/.test(await text(doc)), 'the words are in the text')
	assert.equal(await page.locator('.cm-picture input').count(), 1)
	await one.end()
})

test('dragged pictures land where they are dropped, other files do not; dropped words are text', async () => {
	const one = await writing('first\n\nsecond'), { page, t, doc } = one
	await content(one).click()
	await transfer(page, 'drop', { at: 'first', files: [{ name: 'x.jpg', type: 'image/jpeg', bytes: file('phone.jpg') }, { name: 'notes.txt', type: 'text/plain', bytes: Buffer.from('no') }] })
	await page.getByText(t('Only pictures can be put into the text: PNG, JPEG, WebP or GIF.')).waitFor()
	await page.locator('.cm-picture img').waitFor()
	await until(async () => /^first\n\n!\[\]\(PM-\d+\/images\/\w+\.jpg\)\n\nsecond$/.test(await text(doc)), 'it stands behind the first line')
	await transfer(page, 'drop', { at: 'second', types: { 'text/plain': 'dropped words' } })
	await until(async () => /dropped words/.test(await text(doc)), 'words are dropped as ever')
	await one.end()
})

test('a picture that does not arrive says why, waits, and is tried again', async () => {
	const one = await writing('before'), { page, t, doc } = one
	await behind(one, 'before')
	await page.route('**/images?*', route => route.abort())
	await transfer(page, 'paste', { files: [{ name: 'one.png', bytes: file('plain.png') }] })
	const waiting = page.locator('.cm-upload')
	await waiting.getByText(t('The server cannot be reached. The picture waits here and goes when the line is back.')).waitFor()
	await well(one, 'failed')
	await shot(one, 'failed')
	await behind(one, 'before')
	await page.keyboard.type(' and more')
	await is(doc, 'before and more')
	await page.unroute('**/images?*')
	await waiting.getByRole('button', { name: t('Try again') }).click()
	await page.locator('.cm-picture img').waitFor()
	await until(async () => /^before and more\n\n!\[\]\(/.test(await text(doc)), 'it is there')
	// One goes by itself when the line is back.
	await page.route('**/images?*', route => route.abort())
	await transfer(page, 'paste', { files: [{ name: 'two.png', bytes: file('clear.png') }] })
	await waiting.locator('.error').waitFor()
	await page.unroute('**/images?*')
	await page.evaluate(() => dispatchEvent(new Event('online')))
	await page.locator('.cm-picture img').nth(1).waitFor()
	// One that waits is still there when one has been to another page.
	await page.route('**/images?*', route => route.abort())
	await transfer(page, 'paste', { files: [{ name: 'later.jpg', type: 'image/jpeg', bytes: file('phone.jpg') }] })
	await waiting.locator('.error').waitFor()
	await page.getByRole('link', { name: t('Finish') }).click()
	await page.locator('article.doc').waitFor()
	await page.unroute('**/images?*')
	await page.getByRole('link', { name: t('Edit'), exact: true }).click()
	await waiting.getByRole('button', { name: t('Try again') }).click()
	await page.locator('.cm-picture img').nth(2).waitFor()
	// What is none is refused in words, and can be taken away.
	await transfer(page, 'paste', { files: [{ name: 'three.png', bytes: file('not.png') }] })
	await waiting.getByText(t('This is not a picture in PNG, JPEG, WebP or GIF. Save it as one of these.')).waitFor()
	await waiting.getByRole('button', { name: t('Remove') }).click()
	await waiting.waitFor({ state: 'detached' })
	await transfer(page, 'paste', { files: [{ name: 'large.png', bytes: Buffer.concat([file('plain.png'), Buffer.alloc(10 << 20)]) }] })
	await waiting.getByText(t('This picture is larger than 10 MB. Make it smaller or cut out a part.')).waitFor()
	await waiting.getByRole('button', { name: t('Remove') }).click()
	one.troubles.splice(0, Infinity, ...one.troubles.filter(x => !/ERR_FAILED|415/.test(x)))
	await one.end()
})

test('over HTTP: kept without what a camera noted, for whom the document is, and never as a page', async () => {
	const doc = await s.post('/api/v1/documents', { title: 'H', kind: 'project', template: 'none', text: '' })
	const put = (raw, path = `/api/v1/documents/${doc.ref}/images?name=phone.jpg`) => s.ask('POST', path, undefined, { raw, headers: { 'content-type': 'image/jpeg' } })
	const first = await put(file('phone.jpg')), again = await put(file('phone.jpg'))
	assert.deepEqual([first.status, again.status], [201, 200])
	assert.deepEqual(first.body, again.body)
	const reply = await fetch(s.url + first.body.path, { headers: { authorization: `Bearer ${s.token}` } })
	const bytes = Buffer.from(await reply.arrayBuffer())
	assert.equal(reply.status, 200)
	assert.equal(reply.headers.get('content-type'), 'image/jpeg')
	assert.equal(reply.headers.get('x-content-type-options'), 'nosniff')
	assert.match(reply.headers.get('content-security-policy'), /default-src 'none'; sandbox/)
	assert.match(reply.headers.get('cache-control'), /private, max-age=\d{8}, immutable/)
	assert.match(reply.headers.get('vary'), /Cookie/)
	const same = await fetch(s.url + first.body.path, { headers: { authorization: `Bearer ${s.token}`, 'if-none-match': reply.headers.get('etag') } })
	assert.equal(same.status, 304)
	assert.equal((await fetch(s.url + first.body.path)).status, 401)
	const folder = mkdtempSync(join(tmpdir(), 'bokgi-image-'))
	writeFileSync(join(folder, 'before.jpg'), file('phone.jpg'))
	writeFileSync(join(folder, 'after.jpg'), bytes)
	const tags = name => JSON.parse(execFileSync('exiftool', ['-j', '-G', join(folder, name)]))[0]
	const told = it => Object.keys(it).filter(key => /GPS|EXIF|Comment|Make|XMP|ICC/.test(key))
	assert.ok(told(tags('before.jpg')).length >= 5, 'the reader finds what is there')
	assert.deepEqual(told(tags('after.jpg')), [])
	assert.equal(tags('after.jpg')['Composite:ImageSize'], '32x48', 'it stands upright')
	rmSync(folder, { recursive: true })
	for (const [name, status] of [['broken.jpg', 422], ['not.png', 415], ['bomb.png', 413], ['broken.gif', 422]]) assert.equal((await put(file(name))).status, status, name)
	assert.equal((await s.get(`/api/v1/documents/${doc.ref}/images`)).items.length, 1)
	const { cookie } = await s.person('viewer')
	assert.equal((await s.ask('POST', `/api/v1/documents/${doc.ref}/images`, undefined, { raw: file('plain.png'), cookie, token: null })).status, 403)
	const page = await s.ask('GET', `/documents/${doc.ref}.html`)
	assert.doesNotMatch(page.body, /<img/)
})

test('at a terminal: a picture goes in and comes out, byte by byte, and with an archive', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'bokgi-image-')), at = name => join(folder, name)
	const data = ['--data', at('data')]
	const doc = await answer(['document', 'create', '--title', 'T', '--kind', 'project', '--template', 'none', ...data])
	const made = await answer(['image', 'add', doc.ref, '--name', '그림.webp', '--body-file', 'test/image/plain.webp', ...data])
	const shown = execFileSync(program, ['image', 'get', doc.ref, made.link.split('/').pop(), ...data])
	assert.equal(createHash('sha256').update(shown).digest('hex'), made.sha256)
	assert.equal((await bokgi(['image', 'add', doc.ref, ...data])).code, 2)
	for (const args of [['export', at('one'), ...data], ['import', at('one'), '--data', at('other')], ['export', at('two'), '--data', at('other')]]) {
		const { code, err } = await bokgi(args)
		assert.equal(code, 0, err)
	}
	assert.deepEqual(readFileSync(join(at('one'), 'documents', made.link)), shown)
	execFileSync('diff', ['-r', at('one'), at('two')])
	assert.deepEqual(execFileSync(program, ['image', 'get', doc.ref, made.link.split('/').pop(), '--data', at('other')]), shown)
	rmSync(folder, { recursive: true })
})

test('the program for pictures has no files, no network and little memory before it reads a byte', async t => {
	const child = spawn(join(dirname(program), 'bokgi-render'), { stdio: ['pipe', 'pipe', 'ignore'] })
	const of = name => readFileSync(`/proc/${child.pid}/${name}`, 'utf8')
	const waits = () => /^State:\s+S/m.test(of('status')) && readFileSync(`/proc/${child.pid}/syscall`, 'utf8').startsWith('0 0x0')
	await until(waits, 'it waits for its picture')
	const seccomp = +/^Seccomp:\s+(\d)/m.exec(of('status'))[1], limits = of('limits'), files = readdirSync(`/proc/${child.pid}/fd`)
	child.stdin.end(file('plain.png'))
	const out = []
	child.stdout.on('data', part => out.push(part))
	await new Promise(resolve => child.on('close', resolve))
	assert.match(Buffer.concat(out).toString('latin1'), /^png 48 32\n/)
	assert.match(limits, /Max file size +0 +0/)
	assert.match(limits, /Max cpu time +20 +20/)
	assert.deepEqual(files.sort(), ['0', '1', '2'])
	if (!seccomp) return t.skip('built with sanitizers, which need more than it may have')
	assert.equal(seccomp, 2, 'a filter stands before the kernel')
	assert.match(limits, /Max address space +805306368 +805306368/)
	assert.match(limits, /Max open files +0 +0/)
})

test('the program for pictures is gone after each', async () => {
	const doc = await s.post('/api/v1/documents', { title: 'P', kind: 'project', template: 'none', text: '' })
	const all = await Promise.all(['plain.png', 'phone.jpg', 'plain.webp', 'moving.gif', 'broken.png', 'bomb.png'].map(name => s.ask('POST', `/api/v1/documents/${doc.ref}/images`, undefined, { raw: file(name) })))
	assert.deepEqual(all.map(x => x.status).sort(), [200, 201, 201, 201, 413, 422], 'the first frame of the moving one is the plain one, whichever comes first')
	const children = readdirSync('/proc').filter(pid => /^\d+$/.test(pid)).filter(pid => { try { return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1] === String(s.child.pid) } catch { return false } })
	assert.deepEqual(children, [])
})

test('tables: Tab, Shift-Tab, Enter, columns; bars line up under Hangul; nobody is kept in', async () => {
	const one = await writing(''), { page, t, doc } = one
	await content(one).click()
	await page.keyboard.type('/table')
	await page.locator('.cm-tooltip-autocomplete li', { hasText: `/${t('table')}` }).first().waitFor()
	await page.waitForTimeout(120) // a choice that has just appeared is not taken yet
	await page.keyboard.press('Enter')
	await page.keyboard.type('서비스')
	await page.keyboard.press('Tab')
	await page.keyboard.type('n')
	await page.keyboard.press('Tab')
	await page.keyboard.type('c')
	await page.keyboard.press('Tab')
	await page.keyboard.type('결제와 주문')
	await page.keyboard.press('Shift+Tab')
	await page.keyboard.type('C')
	await page.keyboard.press('Tab')
	await page.keyboard.press('Tab')
	await page.keyboard.press('Tab')
	await page.keyboard.type('x')
	await page.keyboard.press('Enter')
	await page.keyboard.type('y')
	await page.keyboard.press('Tab')
	await is(doc, '| 서비스      | n   | C   |\n| ----------- | --- | --- |\n| 결제와 주문 |     | x   |\n| y           |     |     |\n')
	await page.keyboard.type(' /delete')
	await page.locator('.cm-tooltip-autocomplete li', { hasText: t('delete the column') }).first().click()
	await until(async () => !/\| n/.test(await text(doc)), 'the column is gone')
	await page.keyboard.press('Control+End')
	await page.keyboard.press('ArrowUp')
	await page.keyboard.press('End')
	await page.keyboard.press('Enter')
	await page.keyboard.press('Enter')
	await page.keyboard.type('below')
	await until(async () => /\nbelow\n$/.test(await text(doc)), 'an empty last row leads out')
	await page.keyboard.press('Control+Home')
	await page.keyboard.press('Escape')
	await page.keyboard.press('Tab')
	assert.equal(await page.evaluate(() => !!document.activeElement?.closest('.cm-content')), false, 'Escape, then Tab leaves')
	await one.end()
})

test('lists go on, move in and out, and are ticked', async () => {
	const one = await writing(''), { page, t, doc } = one
	await content(one).click()
	await page.keyboard.type('- [ ] one')
	await page.keyboard.press('Enter')
	await page.keyboard.type('two')
	await page.keyboard.press('Tab')
	await page.keyboard.press('Enter')
	await page.keyboard.type('three')
	await page.keyboard.press('Shift+Tab')
	await is(doc, '- [ ] one\n  - [ ] two\n- [ ] three')
	await page.getByRole('checkbox', { name: 'two' }).click()
	await is(doc, '- [ ] one\n  - [x] two\n- [ ] three')
	await page.keyboard.press('Control+Enter')
	await is(doc, '- [ ] one\n  - [x] two\n- [x] three')
	await page.keyboard.press('Enter')
	await page.keyboard.press('Enter')
	await page.keyboard.type('prose')
	await page.keyboard.press('Tab')
	assert.equal(await page.evaluate(() => !!document.activeElement?.closest('.cm-content')), false, 'in prose Tab leads on')
	await behind(one, 'prose')
	await page.keyboard.press('Enter')
	await page.keyboard.type('```sh')
	await page.keyboard.press('Enter')
	await page.keyboard.type('ls')
	await until(async () => /prose\n```sh\nls\n```$/.test(await text(doc)), 'a fence is closed')
	await well(one, 'lists')
	await one.end()
})

test('Hangul in a cell and behind a box, while a colleague types next to it', async () => {
	const one = await writing('| 가 | 나 |\n| --- | --- |\n| 다 | 라 |\n\n- [ ] 할 일\n\n끝', { lang: 'ko' }), { page, doc } = one
	const two = await writing('', { doc, lang: 'ko' })
	await behind(one, '할 일')
	const box = await page.locator('.cm-task').elementHandle()
	await compose(one, 'ㄱ', '가', '각')
	await behind(two, '끝')
	await two.page.keyboard.type('!')
	await composed(one, '각')
	await compose(one, 'ㅇ', '이')
	await composed(one, '이')
	await is(doc, '| 가 | 나 |\n| --- | --- |\n| 다 | 라 |\n\n- [ ] 할 일각이\n\n끝!')
	assert.ok(await box.evaluate(e => e.isConnected), 'the box is the same')
	await behind(one, '라')
	await compose(one, 'ㅁ', '마', '만')
	await behind(two, '다')
	await two.page.keyboard.type('x')
	await composed(one, '만')
	await page.keyboard.press('Tab')
	await until(async () => /^\| 가  +\| 나 +\|\n\| --- +\| ---- \|\n\| 다x +\| 라만 \|\n\|/.test(await text(doc)), 'the syllables are whole and the bars in line')
	await one.end()
	await two.end()
})

test('what is pasted becomes what it is', async () => {
	const one = await writing('see the graph here\n\nend'), { page, doc } = one
	await behind(one, 'see the graph')
	for (let i = 0; i < 5; i++) await page.keyboard.press('Shift+ArrowLeft')
	await paste(page, { 'text/plain': 'https://grafana.example/d/1' })
	await is(doc, 'see the [graph](https://grafana.example/d/1) here\n\nend')
	await behind(one, 'end')
	await paste(page, { 'text/plain': '서비스\t건수\n결제\t12\n', 'text/html': '<table><tr><td>서비스</td></tr></table>' })
	await is(doc, 'see the [graph](https://grafana.example/d/1) here\n\nend\n\n| 서비스 | 건수 |\n| ------ | ---: |\n| 결제   |   12 |\n')
	await paste(page, { 'text/plain': '[김하나] [오후 2:51] 느립니다\n[이두리] [오후 2:52] 되돌릴게요' })
	await until(async () => /\n> \*\*김하나\*\* 오후 2:51\n> 느립니다\n>\n> \*\*이두리\*\*/.test(await text(doc)), 'talk is a quote')
	await paste(page, { 'text/plain': 'plain words' })
	await until(async () => /plain words$/.test((await text(doc)).trim()), 'words stay words')
	await one.end()
})

test('«/» finds in Korean and English, by initials, while a syllable is being composed', async () => {
	const one = await writing('', { lang: 'ko' }), { page, t, doc } = one
	const offered = page.locator('.cm-tooltip-autocomplete li')
	await content(one).click()
	await page.keyboard.type('/')
	await until(async () => await offered.count() >= 15, 'everything is offered')
	await shot(one, 'slash')
	await page.keyboard.press('Escape')
	await offered.first().waitFor({ state: 'detached' })
	await page.keyboard.press('Backspace')
	for (const [typed, want] of [['timeline', 'timeline'], ['why', 'causes'], ['todo', 'tbd'], ['screenshot', 'image']]) {
		await page.keyboard.type(`/${typed}`)
		await until(async () => (await offered.first().textContent()).startsWith(`/${t(want)}`), typed)
		for (let i = 0; i <= typed.length; i++) await page.keyboard.press('Backspace')
	}
	await page.keyboard.type('/')
	await compose(one, 'ㅍ', '표')
	await until(async () => (await offered.first().textContent()).startsWith(`/${t('table')}`), 'it is found while it is composed')
	// An Enter that belongs to the input method.
	await one.keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', windowsVirtualKeyCode: 229, key: 'Process', code: 'Enter' })
	assert.equal(await content(one).evaluate(e => e.textContent), '/표')
	await composed(one, '표')
	await page.waitForTimeout(150)
	await page.keyboard.press('Enter')
	await page.keyboard.type('이름')
	await until(async () => /^\| 이름/.test(await text(doc)), 'Enter has chosen, after the syllable')
	await page.keyboard.press('Control+End')
	await page.keyboard.type('/')
	await compose(one, 'ㅌ')
	await composed(one, 'ㅌ')
	await compose(one, 'ㅇ')
	await composed(one, 'ㅇ')
	await until(async () => (await offered.first().textContent()).startsWith(`/${t('timeline')}`), 'by its initials')
	await page.waitForTimeout(150)
	await page.keyboard.press('Enter')
	await until(async () => /```bokgi timeline\n```\n$/.test(await text(doc)), 'the block is there')
	await page.keyboard.type('/미정')
	await until(async () => (await offered.first().textContent()).startsWith(`/${t('tbd')}`), 'TBD')
	await page.waitForTimeout(120)
	await page.keyboard.press('Enter')
	await until(async () => /TBD\(@[\w.-]+\): $/.test(await text(doc)), 'a TBD with its owner')
	await one.end()
})

test('a live block stands as it shows, stays current, and its rows are changed in place', async () => {
	const incident = await s.post('/api/v1/incidents', { title: 'Slow', severity: 'SEV2' })
	const entry = await s.post(`/api/v1/incidents/${incident.ref}/timeline`, { text: 'rolled back' })
	const action = await s.post('/api/v1/actions', { title: 'Alarm on the queue', type: 'detect', incident: incident.id })
	const doc = await s.post('/api/v1/documents', { title: 'L', kind: 'incident', incident: incident.id, lang: 'en', text: 'top\n\n```bokgi timeline\n```\n\n```bokgi actions\n```\n\nend' })
	const one = await writing('', { doc }), { page, t } = one
	const two = await writing('', { doc })
	const block = (who, name) => who.page.getByRole('group', { name: t('Block: {name}', { name: t(name) }) })
	await block(one, 'timeline').getByText('rolled back').waitFor()
	await block(one, 'actions').getByText('Alarm on the queue').waitFor()
	await s.post(`/api/v1/incidents/${incident.ref}/timeline`, { text: 'all is well' })
	await block(one, 'timeline').getByText('all is well').waitFor()
	await block(one, 'timeline').getByRole('button', { name: t('Change rows') }).click()
	const row = block(one, 'timeline').locator(`#entry-${entry.id}`)
	await row.hover()
	await well(one, 'rows')
	await row.getByRole('button', { name: t('Edit the entry') }).click()
	const field = block(one, 'timeline').getByLabel(t('What happened'))
	await field.fill('rolled back to v41')
	await page.keyboard.press('Tab')
	await shot(one, 'rows')
	await block(one, 'timeline').getByRole('button', { name: t('Save'), exact: true }).click()
	await block(two, 'timeline').getByText('rolled back to v41').waitFor()
	await block(one, 'timeline').getByRole('button', { name: t('Done with rows') }).click()
	await block(one, 'timeline').getByText('rolled back to v41').waitFor()
	await block(one, 'actions').getByRole('button', { name: t('Change rows') }).click()
	await block(one, 'actions').getByRole('button', { name: /Alarm on the queue/ }).click()
	await block(one, 'actions').getByLabel(t('What will be different?')).fill('Alarm at 80 %')
	await shot(one, 'action')
	await block(one, 'actions').getByRole('button', { name: t('Save'), exact: true }).click()
	await block(two, 'actions').getByText('Alarm at 80 %').waitFor()
	assert.equal((await s.get(`/api/v1/actions/${action.ref}`)).title, 'Alarm at 80 %')
	// The text was not touched by all that; its source is a press away.
	assert.equal(await text(doc), doc.text)
	await block(two, 'timeline').getByRole('button', { name: t('Source') }).click()
	await two.page.locator('.cm-line', { hasText: '```bokgi timeline' }).waitFor()
	await two.page.keyboard.type(' key')
	await is(doc, doc.text.replace('timeline', 'timeline key'))
	await one.end()
	await two.end()
})
