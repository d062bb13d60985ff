// A document as one HTML file: opened from a disk without a network it is whole, and printed by a browser its pages are broken where a reader would break them.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { launch } from './lib/browser.mjs'
import { serveWithAdmin } from './lib/server.mjs'

const parts = 24, heading = i => `Part ${i} — 제${i}절 결제 승인`
const sentence = '큐가 길어지고 재시도가 겹쳐서 승인이 늦어졌습니다. The queue grew while retries piled up. '
// Lengths that differ, so that every place of a page meets a heading sooner or later.
const text = `## 요약\n\n${sentence}\n\n${Array.from({ length: parts }, (_, i) => `${i % 3 ? '##' : '###'} ${heading(i)}\n\n${sentence.repeat(3 + i * 7 % 11)}\n\n| 시각 | 일 |\n| --- | --- |\n| 14:51 | 배포를 되돌렸다 |\n| 14:59 | 끝 |\n`).join('\n')}\n\n\`\`\`c\nif (a < b && c) return 0;\n\`\`\`\n\n![밖의 <그림>](https://example.org/a.png?a=1&b=2 "t > t") [![](/favicon.svg)](https://example.org/)\n`
let server, browser, folder, page
const asked = []
before(async () => {
	[server, browser] = await Promise.all([serveWithAdmin(), launch()])
	folder = mkdtempSync(join(tmpdir(), 'bokgi-file-'))
	const { id } = await server.post('/api/v1/documents', { title: '결제 승인 지연 & <승인>', kind: 'project', template: 'none', text })
	const { status, body } = await server.ask('GET', `/documents/${id}.html`)
	assert.equal(status, 200)
	writeFileSync(join(folder, 'one.html'), body)
	const context = await browser.newContext({ offline: true })
	page = await context.newPage()
	page.on('request', request => { if (!/^(data|blob):/.test(request.url())) asked.push(request.url()) })
	await page.goto(`file://${folder}/one.html`)
})
after(async () => {
	await browser?.close()
	if (folder) rmSync(folder, { recursive: true })
	assert.equal((await server.stop()).code, 0, server.log)
})

test('opened from a disk it asks for nothing else, and has its styles', async () => {
	assert.deepEqual(asked, [`file://${folder}/one.html`])
	assert.match(await page.title(), /결제 승인 지연 & <승인>/)
	const seen = await page.evaluate(() => ({ sheets: [...document.styleSheets].reduce((n, s) => n + s.cssRules.length, 0), scripts: document.scripts.length,
		width: document.querySelector('article, main, body').getBoundingClientRect().width, links: document.querySelectorAll('link[rel~="stylesheet"], [src]:not([src^="data:"])').length,
		broken: [...document.images].filter(i => !i.complete || !i.naturalWidth).length, border: getComputedStyle(document.querySelector('td')).borderBottomStyle }))
	assert.ok(seen.sheets > 5, JSON.stringify(seen))
	assert.deepEqual([seen.links, seen.broken, seen.scripts], [0, 0, 0], JSON.stringify(seen))
	assert.notEqual(seen.border, 'none')
	assert.deepEqual(await page.locator('.img').allTextContents(), ['[밖의 <그림>: https://example.org/a.png?a=1&b=2]', '[]'])
})

const pdftotext = spawnSync('pdftotext', ['-v']).error ? 'no pdftotext' : false
test('printed: Korean that can be copied, no heading at the foot of a page, no table cut through', { skip: pdftotext, timeout: 120_000 }, async () => {
	const pdf = join(folder, 'one.pdf')
	await page.pdf({ path: pdf, format: 'A4' })
	const read = spawnSync('pdftotext', ['-layout', '-enc', 'UTF-8', pdf, '-'], { encoding: 'utf8' })
	assert.equal(read.status, 0, read.stderr)
	const pages = read.stdout.split('\f').filter(x => x.trim()), flat = read.stdout.normalize('NFC').replace(/\s+/g, ' ')
	assert.ok(pages.length >= 4, `${pages.length} pages`)
	for (let i = 0; i < parts; i++) assert.ok(flat.includes(heading(i)), `“${heading(i)}” can be found`)
	assert.ok(flat.includes('배포를 되돌렸다') && flat.includes('결제 승인 지연'))
	const lines = p => p.split('\n').map(x => x.trim()).filter(Boolean)
	// What the browser prints at the head and foot of every page is no line of the text.
	for (const [i, p] of pages.entries()) {
		const last = lines(p).filter(x => !/^\d+\s*\/\s*\d+$|^\d+$/.test(x)).at(-1)
		assert.ok(!/^Part \d+ — 제\d+절/.test(last), `page ${i + 1} ends with the heading “${last}”`)
		assert.ok(!/^시각\s+일$/.test(last), `page ${i + 1} ends with the head of a table`)
	}
})
