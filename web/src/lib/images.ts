// Pictures in the editor. One on its way stands at its place on this person's screen alone; when the server has it, it becomes a line of the text that all have. Nothing of it is lost
// when the way breaks: it waits there, says why, and is tried again.
import { EditorSelection, StateEffect, StateField, type EditorState, type Extension } from '@codemirror/state'
import { Decoration, EditorView, ViewPlugin, WidgetType, type DecorationSet, type ViewUpdate } from '@codemirror/view'
import { Offline, Problem } from './api.ts'
import { t } from './i18n.svelte.ts'
import { alone } from './paste.ts'
import { mostBytes, send } from './upload.ts'

function element<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, ...inside: (Node | string)[]): HTMLElementTagNameMap[K] {
	const e = document.createElement(tag)
	e.className = className
	e.append(...inside)
	return e
}

function button(label: string, press: () => void): HTMLButtonElement {
	const b = element('button', 'btn s', label)
	b.type = 'button'
	b.onclick = press
	return b
}

/** What a picture shows, for those who do not see it. Enter says it, Escape goes back to the text. */
function altField(value: string, said: (words: string) => void, back: () => void): HTMLInputElement {
	const input = element('input', 'input')
	input.value = value
	input.placeholder = t('What does it show?')
	input.setAttribute('aria-label', t('What does the picture show?'))
	input.onkeydown = (e) => {
		e.stopPropagation()
		if (e.isComposing || e.keyCode === 229) return
		if (e.key === 'Enter' || e.key === 'Escape') {
			e.preventDefault()
			if (e.key === 'Escape') input.value = value
			back()
			if (document.activeElement === input) input.blur()
		}
	}
	input.onblur = () => said(input.value.trim())
	return input
}

/** Words between the brackets of a link. */
const inBrackets = (words: string) => words.replace(/\s+/g, ' ').replace(/[[\]\\]/g, '\\$&')

// ── on their way ──
const added = StateEffect.define<Upload>({ map: (u) => u })
const gone = StateEffect.define<Upload>()

class Upload {
	pos: number
	readonly file: File
	readonly name: string
	alt = ''
	private error: unknown
	private part = 0
	private readonly uploads: Uploads
	private abort = new AbortController()
	private dom: HTMLElement | undefined
	private bar = element('progress', '')
	private said = element('span', 'said')
	private buttons = element('span', 'btns')
	private input: HTMLInputElement | undefined

	constructor(uploads: Uploads, file: File, pos: number) {
		this.uploads = uploads
		this.file = file
		this.pos = pos
		this.name = file.name || t('picture')
	}

	draw(): HTMLElement {
		if (this.dom) return this.dom
		this.input = altField(this.alt, (words) => {
			this.alt = words
			this.settle()
		}, () => this.uploads.view?.focus())
		this.bar.setAttribute('aria-label', t('Uploading {name}', { name: this.name }))
		this.said.setAttribute('role', 'status')
		const thumb = element('img', '')
		thumb.alt = ''
		thumb.hidden = true
		if (this.file.size < 4 << 20) {
			const reader = new FileReader()
			reader.onload = () => {
				thumb.src = String(reader.result)
				thumb.hidden = false
			}
			reader.readAsDataURL(this.file)
		}
		thumb.onerror = () => (thumb.hidden = true)
		this.dom = element('span', 'cm-upload', thumb, element('span', 'grow', element('span', 'name', this.name), this.bar, this.said, this.input, this.buttons))
		this.dom.setAttribute('role', 'group')
		this.dom.setAttribute('aria-label', t('Picture {name}', { name: this.name }))
		this.show()
		return this.dom
	}

	private show(): void {
		this.bar.hidden = !!this.error
		if (this.part > 0 && this.part < 1) this.bar.value = this.part
		else this.bar.removeAttribute('value')
		this.said.className = this.error ? 'said error' : 'said vh'
		this.said.textContent = this.error ? why(this.error) : t('Uploading {name}', { name: this.name })
		this.buttons.replaceChildren(...(this.error && mayHelp(this.error) ? [button(t('Try again'), () => void this.go())] : []), button(t('Remove'), () => this.drop()))
		this.uploads.view?.requestMeasure()
	}

	async go(): Promise<void> {
		this.error = undefined
		this.part = 0
		this.abort = new AbortController()
		this.show()
		try {
			if (this.file.size > mostBytes) throw new Problem(413, { detail: t('This picture is larger than 10 MB. Make it smaller or cut out a part.') })
			const made = await send(this.uploads.document, this.file, this.name, (part) => ((this.part = part), this.show()), this.abort.signal)
			this.link = made.link
			this.settle()
		} catch (e) {
			if ((e as Error).name === 'AbortError') return
			this.error = e
			this.show()
		}
	}

	/** The line is back: what failed because of it goes again. */
	again(): void {
		if (this.error instanceof Offline || (this.error instanceof Problem && (this.error.status === 401 || this.error.status >= 502))) void this.go()
	}

	private link = ''
	/** The server has it, and nobody is typing into its field. */
	settle(): void {
		if (!this.link || !this.uploads.view || this.uploads.gone(this) || (this.input && document.activeElement === this.input)) return
		this.uploads.put(this, `![${inBrackets(this.alt)}](${this.link})`)
	}

	drop(): void {
		this.abort.abort()
		this.uploads.view?.dispatch({ effects: gone.of(this) })
		this.uploads.view?.focus()
	}
}

/** A file that was refused for what it is will be refused again. */
const mayHelp = (e: unknown): boolean => !(e instanceof Problem) || ![400, 413, 415, 422].includes(e.status)

function why(e: unknown): string {
	if (e instanceof Offline) return t('The server cannot be reached. The picture waits here and goes when the line is back.')
	if (e instanceof Problem && e.status === 401) return t('You are signed out. The picture waits here until you have signed in.')
	return e instanceof Problem && e.message ? e.message : t('The picture did not arrive.')
}

class Placeholder extends WidgetType {
	readonly upload: Upload
	constructor(upload: Upload) {
		super()
		this.upload = upload
	}
	override eq(o: Placeholder) {
		return o.upload === this.upload
	}
	override toDOM() {
		return this.upload.draw()
	}
	override ignoreEvent() {
		return true
	}
}

/** Those of one person and document; they outlive a text that had to be loaded anew, and an editor that was left for another page. */
export class Uploads {
	view: EditorView | undefined
	readonly document: string
	private list: Upload[] = []

	constructor(document: string) {
		this.document = document
	}

	get waiting(): number {
		return this.list.length
	}
	gone(u: Upload): boolean {
		return !this.list.includes(u)
	}

	readonly field = StateField.define<DecorationSet>({
		create: (state) => this.drawn(state.doc.length),
		update: (set, tr) => {
			if (tr.docChanged) for (const u of this.list) u.pos = tr.changes.mapPos(u.pos, 1)
			const change = tr.effects.some((e) => e.is(added) || e.is(gone))
			for (const e of tr.effects) {
				if (e.is(added)) this.list = [...this.list.filter((u) => u !== e.value), e.value]
				if (e.is(gone)) this.list = this.list.filter((u) => u !== e.value)
			}
			return change || tr.docChanged ? this.drawn(tr.state.doc.length) : set
		},
		provide: (f) => EditorView.decorations.from(f),
	})

	private drawn(length: number): DecorationSet {
		return Decoration.set(this.list.map((u) => Decoration.widget({ widget: new Placeholder(u), side: 1 }).range(Math.min(u.pos, length))), true)
	}

	add(files: readonly File[], at: number): void {
		for (const file of files) {
			const u = new Upload(this, file, at)
			this.view?.dispatch({ effects: added.of(u) })
			void u.go()
		}
	}

	/** In the text from now on, where its place is by now. A picture beside words stands on a line of its own. */
	put(u: Upload, markdown: string): void {
		if (!this.view) return
		const { state } = this.view
		const pos = Math.min(u.pos, state.doc.length)
		const insert = alone(state, pos, pos, markdown)
		const here = state.selection.main.empty && state.selection.main.head === pos && this.view.hasFocus
		this.view.dispatch({ changes: { from: pos, insert }, effects: gone.of(u), userEvent: 'input.image', ...(here && { selection: EditorSelection.cursor(pos + insert.length) }) })
	}

	again(): void {
		for (const u of this.list) u.again()
	}

	/** The editor is there, or gone. */
	attach(view: EditorView | undefined): void {
		this.view = view
		for (const u of this.list) u.settle()
	}
}

const everywhere = new Map<string, Uploads>()
export function uploadsOf(user: number, document: string): Uploads {
	const key = `${user} ${document}`
	const there = everywhere.get(key) ?? new Uploads(document)
	everywhere.set(key, there)
	return there
}

// ── in the text ──
const picture = /!\[((?:[^\]\\\n]|\\.)*)\]\((?:\/documents\/)?((?:PM-\d+\/)?images\/([0-9a-f]{64})\.(?:png|jpg|webp))(?:\s+"[^"\n]*")?\)/g

class Shown extends WidgetType {
	readonly path: string
	readonly alt: string
	readonly editable: boolean
	constructor(path: string, alt: string, editable: boolean) {
		super()
		this.path = path
		this.alt = alt
		this.editable = editable
	}
	override eq(o: Shown) {
		return o.path === this.path && o.alt === this.alt && o.editable === this.editable
	}
	override toDOM(view: EditorView) {
		const img = element('img', '')
		img.src = this.path
		img.alt = this.alt
		img.onload = () => view.requestMeasure()
		img.onerror = () => img.replaceWith(element('span', 'muted', t('This picture cannot be shown.')))
		const box = element('span', 'cm-picture', img)
		if (!this.alt && this.editable) {
			const input = altField('', (words) => words && describe(view, box, this.path, words), () => view.focus())
			box.append(element('label', 'hint', element('span', 'tbd-text', t('No description yet')), input))
		}
		return box
	}
	/** Other words for the same picture: it is not fetched again. */
	override updateDOM(dom: HTMLElement) {
		const img = dom.querySelector('img')
		if (!img || !this.alt || img.getAttribute('src') !== this.path || dom.querySelector('.hint')) return false
		img.alt = this.alt
		return true
	}
	override ignoreEvent() {
		return true
	}
}

/** The words go into the text: between the brackets of the picture that this box stands behind. */
function describe(view: EditorView, box: HTMLElement, path: string, words: string): void {
	const pos = view.posAtDOM(box)
	const line = view.state.doc.lineAt(pos)
	for (const m of line.text.matchAll(picture)) {
		const from = line.from + m.index
		if (m[1] || from + m[0].length !== pos || !path.endsWith(m[2] as string)) continue
		view.dispatch({ changes: { from: from + 2, insert: inBrackets(words) }, userEvent: 'input.image' })
		return
	}
}

class Short extends WidgetType {
	override eq() {
		return true
	}
	override toDOM() {
		return element('span', 'cm-mark', '…')
	}
}
const short = Decoration.replace({ widget: new Short() })

function pictures(view: EditorView, document: string): DecorationSet {
	const out = []
	const { state } = view
	for (const { from, to } of view.visibleRanges)
		for (let pos = from; pos <= to; ) {
			const line = state.doc.lineAt(pos)
			for (const m of line.text.matchAll(picture)) {
				const [at, end] = [line.from + m.index, line.from + m.index + m[0].length]
				const name = (m[2] as string).startsWith('PM-') ? (m[2] as string) : `${document}/${m[2]}`
				const hash = at + m[0].indexOf(m[3] as string)
				if (!state.selection.ranges.some((r) => r.to > hash && r.from < end - 1)) out.push(short.range(hash + 6, hash + 64))
				out.push(Decoration.widget({ widget: new Shown(`/documents/${name}`, (m[1] as string).replace(/\\(.)/g, '$1'), !state.readOnly), side: 1 }).range(end))
			}
			pos = line.to + 1
		}
	return Decoration.set(out, true)
}

const shown = (document: string) =>
	ViewPlugin.fromClass(
		class {
			decorations: DecorationSet
			constructor(view: EditorView) {
				this.decorations = pictures(view, document)
			}
			update(u: ViewUpdate) {
				// While a syllable is composed nothing on its line may be drawn anew.
				if (u.view.composing && !u.docChanged) return
				if (u.docChanged || u.viewportChanged || u.selectionSet) this.decorations = pictures(u.view, document)
			}
		},
		{ decorations: (p) => p.decorations },
	)

const files = (data: DataTransfer | null) => [...(data?.files ?? [])].filter((f) => f.type.startsWith('image/'))

/** Where a picture that is put in at a place stands: never within a link or another picture's line of marks. */
const place = (state: EditorState, pos: number) => {
	const line = state.doc.lineAt(pos)
	for (const m of line.text.matchAll(picture)) if (pos > line.from + m.index && pos < line.from + m.index + m[0].length) return line.from + m.index + m[0].length
	return pos
}

export function images(uploads: Uploads, refused: (words: string) => void): Extension {
	return [
		uploads.field,
		shown(uploads.document),
		EditorView.domEventHandlers({
			paste(e, view) {
				const list = files(e.clipboardData)
				// Spreadsheets bring a picture of their cells along.
				if (!list.length || view.state.readOnly || e.clipboardData?.getData('text/plain').trim()) return false
				uploads.add(list, place(view.state, view.state.selection.main.to))
				e.preventDefault()
				return true
			},
			dragover(e, view) {
				if (view.state.readOnly || !e.dataTransfer?.types.includes('Files')) return false
				e.preventDefault()
				e.dataTransfer.dropEffect = 'copy'
				return true
			},
			drop(e, view) {
				if (view.state.readOnly || !e.dataTransfer?.files.length) return false
				e.preventDefault()
				const list = files(e.dataTransfer)
				const pos = view.posAtCoords({ x: e.clientX, y: e.clientY }) ?? view.state.selection.main.to
				if (list.length) uploads.add(list, place(view.state, pos))
				if (list.length < e.dataTransfer.files.length) refused(t('Only pictures can be put into the text: PNG, JPEG, WebP or GIF.'))
				return true
			},
		}),
	]
}

/** Ask for files, as a button does. */
export function pickImages(uploads: Uploads): void {
	const input = element('input', '')
	input.type = 'file'
	input.multiple = true
	input.accept = 'image/png,image/jpeg,image/webp,image/gif'
	input.onchange = () => {
		const state = uploads.view?.state
		if (state) uploads.add([...(input.files ?? [])], place(state, state.selection.main.to))
	}
	input.click()
}
