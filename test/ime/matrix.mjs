// Korean (Japanese, Chinese) typed into every field through the browser's own input method interface, while a colleague's edits come in through the real server.
// A case is {kind, field, remote}; run() answers what is wrong with it, or nothing.
import { sleep, until } from '../lib/server.mjs'
import { Way } from '../lib/way.mjs'
import { takenBack, typed } from './hangul.mjs'

/* ---- what is typed ---- */

const word = typed('ㅇㅕㅇㅎㅑㅇ') // 영향: also the name of a block and of somebody
const then = after => ({ steps: word, after })
export const kinds = {
	'two-set': { steps: typed('ㅎㅏㄴㄱㅡㄹ') },
	'compound vowel': { steps: typed('ㄱㅗㅏㅇㅗㅐ') },
	'double final': { steps: typed('ㄷㅏㄹㄱㅣ') },
	hanja: { steps: [...typed('ㅎㅏㄴ'), { commit: '韓' }] },
	'backspace by jamo': { steps: [...typed('ㅎㅏㄴ'), ...takenBack('ㅎㅏㄴ'), ...typed('ㄱㅏㅂ')] },
	Enter: then('Enter'), Space: then('Space'), Esc: then('Escape'), click: then('click'), blur: then('blur'), undo: then('undo'), paste: then('paste'),
}

const conversion = (...texts) => texts.map(compose => ({ compose }))
/** Enter closes a conversion and must do nothing else. */
export const eastern = {
	'kana to kanji': { steps: [...conversion('k', 'か', 'かn', 'かん', 'かんj', 'かんじ', '感じ', '漢字')], after: 'converted' },
	'a clause of two': { steps: [...conversion('しょう', 'しょうがい', '障害'), { commit: '障害', compose: 'の' }], after: 'converted' },
	pinyin: { steps: [...conversion('g', 'gu', 'gu zh', 'gu zhang', '故 zhang'), { commit: '故障' }] },
	'pinyin kept': { steps: conversion('z', 'zhong', 'zhong wen'), after: 'converted' },
}
export const remotes = ['none', 'before', 'adjacent', 'after', 'delete', 'reconnect']

/* ---- what must come of it ---- */

/** A line as its letters, each with a name of its own, so that what a colleague has deleted is known later. */
class Line {
	static names = 0
	constructor(left, right) {
		this.cells = this.named(left + right)
		this.start = this.end = left.length
		this.states = [this.cells]
	}
	named(text) { return [...text].map(letter => ({ letter, name: ++Line.names })) }
	get text() { return textOf(this.cells) }
	/** The open syllable becomes this text. */
	compose(text, ends) {
		const old = this.cells.slice(this.start, this.end), now = [...text]
		let kept = 0
		while (kept < old.length && kept < now.length && old[kept].letter === now[kept]) kept++
		const put = [...old.slice(0, kept), ...this.named(now.slice(kept).join(''))]
		this.cells = [...this.cells.slice(0, this.start), ...put, ...this.cells.slice(this.end)]
		this.end = this.start + put.length
		if (ends) this.start = this.end
		this.states.push(this.cells)
	}
	/** The letters of the state that the colleague has read. */
	namesAt(text) { return new Set(this.states.findLast(cells => textOf(cells) === text)?.map(cell => cell.name)) }
}
const textOf = cells => cells.map(cell => cell.letter).join('')

/* ---- who else is there ---- */

/** Somebody else, who edits through the server and shows where their cursor is. */
export class Colleague {
	seq = 0
	constructor(server, cookie, doc, client) { Object.assign(this, { server, options: { cookie, token: null }, doc, client }) }
	read() { return this.server.get(`/api/v1/documents/${this.doc}`, this.options) }
	async put(at, from, to, insert) {
		const length = at.text.length
		const changes = [...(from ? [from] : []), [to - from, ...(insert ? insert.split('\n') : [])], ...(length > to ? [length - to] : [])]
		await this.server.post(`/api/v1/documents/${this.doc}/updates`, { client: this.client, version: at.text_version, updates: [{ seq: ++this.seq, changes }] }, this.options)
		await this.server.post(`/api/v1/documents/${this.doc}/presence`, { client: this.client, from, to: from + insert.length }, this.options)
	}
	async replace(text) {
		const at = await this.read()
		if (at.text !== text) await this.put(at, 0, at.text.length, text)
	}
}

/* ---- fields ---- */

const ADDED = '늘', BEFORE = '앞', BEHIND = '뒤', PASTED = '붙임', HEAD = '# 영향 범위\n\n결제가 느렸다.\n\n', TAIL = '\n\n끝이다.\n'
const viewOf = page => page.evaluateHandle(() => { const content = document.querySelector('.cm-content'); return (content.cmTile ?? content.cmView).view })
const block = '```bokgi impact\n```\n'

/** In the text of the document: the colleague's edit is in the same text. */
class InText {
	constructor(stage, left = BEFORE, right = BEHIND) { Object.assign(this, { stage, left, right }) }
	async begin() {
		const { page, colleague } = this.stage
		await this.stage.go(`/documents/${colleague.doc}/edit`, '.cm-content')
		this.view = await viewOf(page)
		this.head = HEAD
		await colleague.replace(this.head + this.left + this.right + TAIL)
		await until(async () => await this.whole() === this.head + this.left + this.right + TAIL, 'the screen shows the text to begin with')
		await this.view.evaluate((view, at) => { view.focus(); view.dispatch({ selection: { anchor: at } }) }, this.head.length + this.left.length)
		return new Line(this.left, this.right)
	}
	whole() { return this.view.evaluate(view => view.state.doc.toString()) }
	/** [what the colleague adds or null, what they delete of this line] */
	async remote(what, line, turn) {
		const { colleague } = this.stage, at = await colleague.read(), old = at.text.slice(this.head.length, at.text.length - TAIL.length)
		const from = this.head.length, to = from + old.length
		if (what === 'delete') {
			await colleague.put(at, from, to, '')
			return line.namesAt(old)
		}
		const other = Math.floor(turn / remotes.length) % 2
		const open = Math.max(0, Math.min(old.length - this.right.length, line.start)), beside = other ? old.length - this.right.length : open
		const place = { before: other ? from - 2 : from, adjacent: from + beside, after: other ? to + 1 : to, reconnect: from + beside }[what]
		await colleague.put(at, place, place, ADDED)
		return new Set()
	}
	async click() {
		const { x, y } = await this.view.evaluate(view => { const line = view.state.doc.lineAt(view.state.selection.main.head), at = view.coordsAtPos(line.to); return { x: at.right + 60, y: (at.top + at.bottom) / 2 } })
		await this.stage.page.mouse.click(x, y)
		await this.stage.keys.send('Input.insertText', { text: '끝' })
	}
	after(text, how) { return how === 'Enter' ? [`${text(BEFORE_CARET)}\n${text(BEHIND_CARET)}`] : how === 'click' ? [`${text()}끝`] : undefined }
	/** The text of the line, as screen and server have it, when they agree and the colleague's word stands there once. */
	async read(added) {
		const { colleague } = this.stage
		const [screen, { text }] = [await this.whole(), await colleague.read()]
		if (screen !== text) throw new Error(`the screen has ${JSON.stringify(screen)}, the server ${JSON.stringify(text)}`)
		const parts = text.split(ADDED)
		if (parts.length !== (added ? 2 : 1)) throw new Error(`the colleague's word is there ${parts.length - 1} times: ${JSON.stringify(text)}`)
		const rest = parts.join('')
		if (!rest.startsWith(this.head) || !rest.endsWith(TAIL)) throw new Error(`around the line: ${JSON.stringify(text)}`)
		return rest.slice(this.head.length, rest.length - TAIL.length)
	}
	undoes = true
}

class InCell extends InText {
	constructor(stage) { super(stage, `| 항목 | ${BEFORE}`, `${BEHIND} |`) }
}

class InMenu extends InText {
	constructor(stage) { super(stage, '/', '') }
	async begin() {
		this.left = ''
		await super.begin()
		this.left = '/'
		await this.stage.page.keyboard.type('/')
		await this.stage.page.locator('.cm-tooltip-autocomplete').waitFor()
		const line = new Line('/', '')
		line.states.unshift([]) // what undo may go back to
		return line
	}
	async click() {
		const { page } = this.stage, option = page.locator('.cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled) li', { hasText: '/영향' })
		await option.click({ timeout: 1500 }).catch(() => page.keyboard.press('Enter')) // no list, when the colleague's edit has made it another word
	}
	after(text, how, touched) { return how === 'Enter' || how === 'click' ? [block, ...(touched ? [`${text()}\n`] : [])] : undefined }
	patient = true
}

/** A field of its own: what a colleague does comes beside it, and must leave it alone. */
class InField {
	constructor(stage) { this.stage = stage }
	left = BEFORE
	right = BEHIND
	async begin() {
		const { page } = this.stage
		await this.open()
		this.input = page.locator(this.selector)
		await this.input.fill(this.left + this.right)
		await this.input.focus()
		await this.input.evaluate((field, at) => field.setSelectionRange(at, at), this.left.length)
		return new Line(this.left, this.right)
	}
	async click() {
		const { page, keys } = this.stage, box = await this.input.boundingBox()
		await page.mouse.click(box.x + box.width * 0.6, box.y + box.height / 2)
		await keys.send('Input.insertText', { text: '끝' })
	}
	after(text, how) { return how === 'click' ? [`${text()}끝`] : how === 'Enter' ? this.entered?.(text) ?? [`${text(BEFORE_CARET)}\n${text(BEHIND_CARET)}`] : undefined }
	read() { return this.input.inputValue() }
}

/** Beside the document's words, which the colleague changes. */
class InComment extends InField {
	selector = '.draft textarea'
	async open() {
		const { page, colleague } = this.stage
		await this.stage.go(`/documents/${colleague.doc}/edit`, '.cm-content')
		if (await page.locator(this.selector).count()) return
		await colleague.replace(`${HEAD}둘째 줄이다.${TAIL}`)
		const view = await viewOf(page)
		await until(() => view.evaluate((view, text) => view.state.doc.toString() === text, `${HEAD}둘째 줄이다.${TAIL}`), 'the text to comment on')
		await view.evaluate((view, at) => { view.focus(); view.dispatch({ selection: { anchor: at, head: at + 2 } }) }, HEAD.length)
		await page.locator('.selbar').waitFor()
		await page.keyboard.press('Control+Alt+m')
		await page.locator(this.selector).waitFor()
	}
	async remote(what, line, turn) {
		const { colleague, server } = this.stage
		await colleague.replace(`${HEAD}둘째 줄이다.${TAIL}`)
		const at = await colleague.read(), from = HEAD.length
		if (what === 'delete') await colleague.put(at, from, from + 7, '')
		else await colleague.put(at, ...({ before: [0, 0], after: [at.text.length, at.text.length] }[what] ?? [from, from]), ADDED)
		if (turn % 5 === 0) await server.post(`/api/v1/documents/${colleague.doc}/comments`, { text: '여기도요' }, colleague.options) // the list beside it is read anew
		return new Set()
	}
}

class InMention extends InComment {
	left = '앞 @'
	right = ''
	async picks() { await this.stage.page.locator('.draft [role=option]').first().waitFor() }
	entered = () => ['앞 @yeonghyang ']
	async click() {
		await this.stage.page.locator('.draft [role=option]').first().click()
	}
	after(text, how) { return how === 'click' || how === 'Enter' ? this.entered() : undefined }
}

class InTimeline extends InField {
	selector = '#entry-text'
	open() { return this.stage.go(`/incidents/${this.stage.incident}`, '#entry-text') }
	async remote(what) {
		const { server, incident, colleague } = this.stage, minute = 60_000
		const entry = by => server.post(`/api/v1/incidents/${incident}/timeline`, { text: '동료가 적은 것', at: new Date(Date.now() + by).toISOString().replace(/\.\d+/, '') }, colleague.options)
		const made = await entry({ before: -30 * minute, after: 0 }[what] ?? -minute)
		if (what === 'delete') await server.must('DELETE', `/api/v1/timeline/${made.id}`, undefined, colleague.options)
		return new Set()
	}
	async begin() {
		this.before = await this.entries()
		return super.begin()
	}
	async entries() { return (await this.stage.server.get(`/api/v1/incidents/${this.stage.incident}/timeline`)).items.map(entry => entry.text).filter(text => text !== '동료가 적은 것') }
	entered = text => [`sent: ${text()}`]
	/** A line that was sent is in the timeline, once. */
	async read() {
		const value = await super.read(), more = (await this.entries()).slice(this.before.length)
		return value || !more.length ? more.length ? `${value} and sent: ${more}` : value : `sent: ${more.join(' and ')}`
	}
}

class InSearch extends InField {
	selector = '#sq'
	open() { return this.stage.go('/search', '#sq') }
	async remote(what, line, turn) {
		const { server, colleague } = this.stage
		this.opened ??= (await server.post('/api/v1/incidents', { title: '영향이 큰 한글 장애', severity: 'SEV2' })).ref
		if (what === 'delete') await colleague.replace(`${HEAD}둘째 줄이다.${TAIL}`)
		else await server.post(`/api/v1/incidents/${this.opened}/timeline`, { text: `영향 ${turn}` }, colleague.options)
		return new Set()
	}
	entered = text => [text()]
}

export const fields = { editor: InText, 'comment box': InComment, 'timeline input': InTimeline, search: InSearch, '@ list': InMention, 'slash menu': InMenu, 'table cell': InCell }

/* ---- one case ---- */

const BEFORE_CARET = 1, BEHIND_CARET = 2
const processed = (keys, key, code = key) => keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code, windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 })

async function step(stage, line, { commit, compose }) {
	const { keys } = stage
	await processed(keys, 'Process', 'KeyR')
	if (commit !== undefined) {
		await keys.send('Input.insertText', { text: commit })
		line.compose(commit, true)
	}
	if (compose !== undefined) {
		await keys.send('Input.imeSetComposition', { text: compose, selectionStart: compose.length, selectionEnd: compose.length })
		line.compose(compose, false)
	}
}

/** The open syllable is closed as it is. */
async function close(stage, line) {
	const open = textOf(line.cells.slice(line.start, line.end))
	if (open) await stage.keys.send('Input.insertText', { text: open })
	line.start = line.end
}

const endings = {
	async Enter(stage, field, line) {
		await processed(stage.keys, 'Enter')
		await close(stage, line)
		if (field.patient) await stage.page.locator('.cm-tooltip-autocomplete li[aria-selected]').waitFor({ timeout: 1000 }).catch(() => {})
		if (field.patient) await sleep(90) // the list takes no key in its first moments, so that nobody picks by accident
		if (field.picks) await field.picks()
		await stage.page.keyboard.press('Enter')
	},
	async Space(stage, field, line) {
		await processed(stage.keys, ' ', 'Space')
		await close(stage, line)
		await stage.page.keyboard.press('Space')
	},
	async Escape(stage, field, line) {
		await processed(stage.keys, 'Escape')
		await close(stage, line)
	},
	async converted(stage, field, line) {
		await processed(stage.keys, 'Enter')
		await close(stage, line)
	},
	async click(stage, field, line) {
		if (field.picks) await field.picks()
		else await close(stage, line)
		await field.click()
	},
	async blur(stage) {
		await stage.page.evaluate(() => document.activeElement.blur())
	},
	async undo(stage, field, line) {
		await close(stage, line)
		await stage.page.keyboard.press('Control+z')
	},
	async paste(stage, field, line) {
		await close(stage, line)
		await stage.page.keyboard.press('Control+v')
	},
}

/** What the field may hold at the end: one text, or for undo any state before the last. */
function wanted(line, field, how, deleted, remote) {
	const left = cells => textOf(cells.filter(cell => !deleted.has(cell.name)))
	const text = side => left(side === BEFORE_CARET ? line.cells.slice(0, line.end) : side === BEHIND_CARET ? line.cells.slice(line.end) : line.cells)
	if (how === 'undo') return [...new Set(line.states.map(left))]
	const put = { Space: ' ', paste: PASTED }[how]
	return (put && [text(BEFORE_CARET) + put + text(BEHIND_CARET)]) ?? field.after(text, how, remote !== 'none') ?? [text()]
}

async function play(stage, { kind, field: name, remote }, turn) {
	const { steps, after } = kinds[kind] ?? eastern[kind]
	const field = (stage.fields[name] ??= new fields[name](stage))
	const line = await field.begin()
	const moments = steps.flatMap((s, i) => (s.compose ? [i] : [])), moment = moments[turn % moments.length]
	let deleted = new Set()
	for (const [i, one] of steps.entries()) {
		await step(stage, line, one)
		if (i !== moment || remote === 'none') continue
		if (remote === 'reconnect') stage.way.cut()
		deleted = await field.remote(remote, line, turn)
		if (remote === 'reconnect') stage.way.restore()
		await sleep(remote === 'reconnect' ? 700 : 40) // so that it comes while the syllable is open
	}
	await (endings[after] ?? ((s, f, l) => close(s, l)))(stage, field, line)
	const may = wanted(line, field, after, deleted, remote)
	let found
	await until(async () => may.includes(found = await field.read(remote !== 'none' && remote !== 'delete')), 'the text', 20_000).catch(error => { throw new Error(`${error.message.replace(/^.*?\(|\)$/g, '')}; found ${JSON.stringify(found)}, wanted ${JSON.stringify(may)}`) })
	if (after === 'Escape' && name === 'comment box' && !(await field.input.count())) throw new Error('the comment was left')
}

/** What is wrong with a case, or nothing. */
export async function run(stage, one, turn) {
	try {
		await play(stage, one, turn)
	} catch (error) {
		stage.way.restore()
		stage.fields = {}
		stage.at = '' // begin anew
		return `${one.kind} × ${one.field} × ${one.remote}: ${error.message}`
	}
	return undefined
}

/* ---- the stage ---- */

export class Stage {
	fields = {}
	at = ''
	/** A server with a document, an incident, somebody to name and a colleague; a browser's page that comes to it over a way that can be cut. defect: the page does not hold edits back. */
	async open(server, browser, person, { defect = false } = {}) {
		this.server = server
		this.way = await new Way(Number(new URL(server.url).port)).open()
		const kim = await server.person('editor', undefined, { lang: 'ko', name: '김하늘' })
		const lee = await server.person('editor', undefined, { lang: 'ko', name: '이도윤' })
		await server.person('viewer', 'yeonghyang', { lang: 'ko', name: '영향' }).catch(() => {})
		const doc = await server.post('/api/v1/documents', { title: '한글 입력', kind: 'project', template: 'none', lang: 'ko', text: HEAD + TAIL })
		this.incident = (await server.post('/api/v1/incidents', { title: '입력기', severity: 'SEV3' })).ref
		this.colleague = new Colleague(server, lee.cookie, doc.ref, `colleague-${String(doc.id).padStart(12, '0')}`)
		this.who = await person(browser, this.way.url, { lang: 'ko', cookie: kim.cookie })
		this.page = this.who.page
		await this.who.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: this.way.url })
		if (defect) await this.plant()
		this.keys = await this.who.context.newCDPSession(this.page)
		await this.page.goto('/search')
		await this.page.evaluate(text => navigator.clipboard.writeText(text), PASTED)
		return this
	}

	async plant() {
		await this.page.route('**/assets/*.js', async route => {
			const reply = await route.fetch(), script = await reply.text()
			const planted = script.replace(/mustHold\((\w)\)\{/g, 'mustHold($1){return!1;')
			if (planted !== script) this.planted = true
			await route.fulfill({ response: reply, body: planted })
		})
	}

	async go(path, selector) {
		if (this.at === path) return
		await this.page.goto(path)
		await this.page.locator(selector).waitFor()
		this.at = path
	}

	async close() {
		await this.who.context.close()
		this.way.close()
	}
}

export const all = Object.keys(fields).flatMap(field => Object.keys(kinds).flatMap(kind => remotes.map(remote => ({ kind, field, remote }))))
/** Ten of each eastern kind: every field without and with an edit beside it. */
export const east = Object.keys(eastern).flatMap((kind, k) => Object.keys(fields).flatMap((field, f) => [...(f < 3 ? ['none'] : []), remotes[1 + ((f + k) % 5)]].map(remote => ({ kind, field, remote }))))
