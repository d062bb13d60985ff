// CodeMirror, set up for a postmortem: Markdown that looks like what it becomes, colleagues' cursors, the composition guard. A chunk of its own.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, completionStatus, selectedCompletionIndex, setSelectedCompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { markdownKeymap, markdownLanguage } from '@codemirror/lang-markdown'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { search, searchKeymap } from '@codemirror/search'
import { ChangeSet, EditorState, RangeSetBuilder, StateEffect, StateField, type Extension, type Transaction } from '@codemirror/state'
import { Decoration, drawSelection, EditorView, keymap, placeholder, ViewPlugin, WidgetType, type DecorationSet, type ViewUpdate } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { Collab, restore, type Holder, type Kept } from './collab.ts'
import { comforts, inCode, inTable, tableCommands } from './comforts.ts'
import { t } from './i18n.svelte.ts'
import { images, pickImages, type Uploads } from './images.ts'
import type { LiveBlocks } from './live.svelte.ts'
import * as pasted from './paste.ts'
import { phrases } from './phrases.ts'
import { alone, asked, meant, offered, type Block } from './slash.ts'
import '../style/editor.css'

export const looks = HighlightStyle.define([
	{ tag: tags.heading1, class: 'cm-h1' },
	{ tag: tags.heading2, class: 'cm-h2' },
	{ tag: tags.heading3, class: 'cm-h3' },
	{ tag: [tags.heading4, tags.heading5, tags.heading6], class: 'cm-h4' },
	{ tag: tags.strong, class: 'cm-strong' },
	{ tag: tags.emphasis, class: 'cm-em' },
	{ tag: tags.strikethrough, class: 'cm-strike' },
	{ tag: [tags.link, tags.url], class: 'cm-link' },
	{ tag: tags.monospace, class: 'cm-code' },
	{ tag: tags.quote, class: 'cm-quote' },
	{ tag: [tags.processingInstruction, tags.contentSeparator, tags.labelName], class: 'cm-mark' },
])

// TBD values, and the fences of live blocks.
const tbd = /\bTBD(?:\([^)\n]*\))?(?::[^\n.;]*)?/g
const tbdMark = Decoration.mark({ class: 'tbd-text' })
const liveLine = Decoration.line({ class: 'cm-live' })
const tableLine = Decoration.line({ class: 'cm-tableline' })

export const marks = ViewPlugin.fromClass(
	class {
		decorations: DecorationSet
		constructor(view: EditorView) {
			this.decorations = this.build(view)
		}
		update(u: ViewUpdate) {
			if (u.docChanged || u.viewportChanged) this.decorations = this.build(u.view)
		}
		build(view: EditorView): DecorationSet {
			const out = new RangeSetBuilder<Decoration>()
			for (const { from, to } of view.visibleRanges)
				for (let pos = from; pos <= to; ) {
					const line = view.state.doc.lineAt(pos)
					if (/^```+\s*bokgi\b/.test(line.text)) out.add(line.from, line.from, liveLine)
					else if (/^\s*\|.*\|/.test(line.text)) out.add(line.from, line.from, tableLine)
					for (const m of line.text.matchAll(tbd)) out.add(line.from + m.index, line.from + m.index + m[0].length, tbdMark)
					pos = line.to + 1
				}
			return out.finish()
		}
	},
	{ decorations: (p) => p.decorations },
)

// ── colleagues ──
export interface Peer { client: string; person: { id: number; name: string }; from: number; to: number; seat: number; at: number }
export const setPeers = StateEffect.define<Peer[]>()

class Flag extends WidgetType {
	name: string
	seat: number
	/** Made anew when the cursor moves: then the name is seen for three seconds. */
	at: number
	constructor(name: string, seat: number, at: number) {
		super()
		this.name = name
		this.seat = seat
		this.at = at
	}
	override eq(o: Flag) {
		return o.name === this.name && o.seat === this.seat && o.at === this.at
	}
	override toDOM() {
		const flag = document.createElement('span')
		flag.className = `cur p${this.seat}`
		flag.setAttribute('aria-hidden', 'true')
		flag.append(document.createElement('b'))
		;(flag.firstChild as HTMLElement).dataset.name = this.name // beside the text, not in it: whoever reads or finds the text does not meet the name
		return flag
	}
	override ignoreEvent() {
		return true
	}
}

// Their places are told rarely and go along with the text in between.
const peers = StateField.define<{ list: Peer[]; set: DecorationSet }>({
	create: () => ({ list: [], set: Decoration.none }),
	update({ list, set }, tr) {
		if (tr.docChanged) {
			list = list.map((p) => ({ ...p, from: tr.changes.mapPos(p.from, 1), to: tr.changes.mapPos(p.to, 1) }))
			set = set.map(tr.changes)
		}
		for (const e of tr.effects)
			if (e.is(setPeers)) {
				const old = new Map(list.map((p) => [p.client, p]))
				list = e.value.map((p) => (old.get(p.client)?.at === p.at ? { ...p, from: (old.get(p.client) as Peer).from, to: (old.get(p.client) as Peer).to } : placed(p, tr.state.doc.length)))
				set = drawPeers(list, tr.state.doc.length)
			}
		return { list, set }
	},
	provide: (f) => EditorView.decorations.from(f, (v) => v.set),
})

function placed(p: Peer, length: number): Peer {
	const clamp = (n: number) => Math.max(0, Math.min(length, n))
	return { ...p, from: clamp(p.from), to: clamp(p.to) }
}

/** Where a colleague's cursor is now. */
export const peerAt = (view: EditorView, client: string): number | undefined => view.state.field(peers).list.find((p) => p.client === client)?.to

function drawPeers(list: Peer[], length: number): DecorationSet {
	const clamp = (n: number) => Math.max(0, Math.min(length, n))
	return Decoration.set(
		list.flatMap((p) => {
			const [from, to] = [clamp(Math.min(p.from, p.to)), clamp(Math.max(p.from, p.to))]
			const flag = Decoration.widget({ widget: new Flag(p.person.name, p.seat, p.at), side: 1 }).range(clamp(p.to))
			return from < to ? [Decoration.mark({ class: `sel p${p.seat}` }).range(from, to), flag] : [flag]
		}),
		true,
	)
}

// ── what others say to the text ──
export interface Marked { id: number; from: number; to: number; on: boolean; changes: ChangeSet | null }
export const setMarked = StateEffect.define<Marked[]>()

class Inserted extends WidgetType {
	text: string
	id: number
	constructor(text: string, id: number) {
		super()
		this.text = text
		this.id = id
	}
	override eq(o: Inserted) {
		return o.text === this.text && o.id === this.id
	}
	override toDOM() {
		const ins = document.createElement('ins')
		ins.className = 'sugg-ins'
		ins.dataset.comment = String(this.id)
		ins.textContent = this.text
		return ins
	}
	override ignoreEvent() {
		return false
	}
}

const marked = StateField.define<DecorationSet>({
	create: () => Decoration.none,
	update(set, tr) {
		let next = set.map(tr.changes)
		for (const e of tr.effects) if (e.is(setMarked)) next = drawMarked(e.value, tr.state.doc.length)
		return next
	},
	provide: (f) => EditorView.decorations.from(f),
})

function drawMarked(list: Marked[], length: number): DecorationSet {
	const within = (n: number) => Math.max(0, Math.min(length, n))
	return Decoration.set(
		list.flatMap((m) => {
			const attributes = { 'data-comment': String(m.id) }
			const out = []
			if (m.changes && m.changes.length === length)
				m.changes.iterChanges((from, to, _a, _b, inserted) => {
					if (from < to) out.push(Decoration.mark({ class: 'sugg-del', attributes }).range(from, to))
					if (inserted.length) out.push(Decoration.widget({ widget: new Inserted(inserted.toString(), m.id), side: 1 }).range(to))
				}, true)
			else if (within(m.from) < within(m.to)) out.push(Decoration.mark({ class: m.on ? 'anchor on' : 'anchor', attributes }).range(within(m.from), within(m.to)))
			return out
		}),
		true,
	)
}

/** Where each comment's words are now, by its number. */
export function markedPlaces(view: EditorView): Map<number, number> {
	const out = new Map<number, number>()
	for (const it = view.state.field(marked).iter(); it.value; it.next()) {
		const spec = it.value.spec as { attributes?: { 'data-comment': string }; widget?: Inserted }
		const id = spec.widget?.id ?? Number(spec.attributes?.['data-comment'])
		if (!out.has(id)) out.set(id, it.from)
	}
	return out
}

// ── blocks by «/» ──
const blocks = (o: Setup) => ({ state, pos }: CompletionContext): CompletionResult | null => {
	const line = state.doc.lineAt(pos)
	const slash = asked(line.text.slice(0, pos - line.from))
	if (!slash || state.readOnly || inCode(state, line.from + slash.at)) return null
	const from = line.from + slash.at
	const options = offered(slash.typed, inTable(state, from)).map((b) => ({ label: `/${t(b.label)}`, detail: t(b.detail), apply: (view: EditorView, _c: unknown, at: number, to: number) => take(o, b, view, at, to) }))
	return options.length ? { from, filter: false, options } : null
}

const takeFirst = EditorView.updateListener.of(({ state, view }) => {
	if (completionStatus(state) !== 'active' || selectedCompletionIndex(state) !== null) return
	const { head } = state.selection.main
	const line = state.doc.lineAt(head)
	if (meant(line.text.slice(0, head - line.from))) view.dispatch({ effects: setSelectedCompletion(0) })
})

function take(o: Setup, b: Block, view: EditorView, from: number, to: number): void {
	let words = b.run && !tableCommands[b.run] ? o.words(b.run) : (b.insert ?? '')
	const before = view.state.sliceDoc(view.state.doc.lineAt(from).from, from)
	if (alone(b) && before.trim()) {
		from -= before.length - before.trimEnd().length
		words = pasted.alone(view.state, from, to, words)
	}
	const cursor = words.includes('¦') ? words.indexOf('¦') : words.length
	view.dispatch({ changes: { from, to, insert: words.replace('¦', '') }, selection: { anchor: from + cursor }, scrollIntoView: true, userEvent: 'input.complete' })
	if (b.run === 'image') pickImages(o.uploads)
	if (b.run) tableCommands[b.run]?.(view)
}

/** Panels stand below the bar of the document, which is as high as its words need. */
const belowBar = ViewPlugin.define((view) => {
	const bar = document.querySelector<HTMLElement>('.ed-bar')
	const sizes = new ResizeObserver(() => view.dom.style.setProperty('--bar', `${bar?.offsetHeight ?? 0}px`))
	if (bar) sizes.observe(bar)
	return { destroy: () => sizes.disconnect() }
})

export interface Setup {
	parent: HTMLElement
	nonce: string
	label: string
	hint: string
	editable: boolean
	collab: Collab
	version: number
	text: string
	kept: Kept | undefined
	/** What «/tbd» and «/time» stand for just now. */
	words: (name: string) => string
	uploads: Uploads
	live: LiveBlocks
	refused: (words: string) => void
	changed: (state: EditorState, tr: readonly Transaction[]) => void
	selected: () => void
	/** Lines stand elsewhere now. */
	moved: () => void
}

export function createEditor(o: Setup): EditorView {
	const extensions = (version: number): Extension => [
		EditorView.cspNonce.of(o.nonce),
		o.collab.extension(version),
		history(),
		drawSelection(),
		EditorView.lineWrapping,
		closeBrackets(),
		markdownLanguage.extension, // not markdown(): that brings parsers for HTML, CSS and JavaScript along
		syntaxHighlighting(looks),
		autocompletion({ override: [blocks(o)], icons: false, selectOnOpen: false }),
		takeFirst,
		images(o.uploads, o.refused),
		o.live.extension,
		search({ top: true }),
		EditorState.phrases.of(phrases()),
		belowBar,
		marks,
		peers,
		marked,
		placeholder(o.hint),
		EditorState.readOnly.of(!o.editable),
		EditorView.contentAttributes.of({ 'aria-label': o.label, spellcheck: 'true', autocapitalize: 'sentences' }),
		keymap.of([...completionKeymap, ...closeBracketsKeymap]),
		comforts,
		keymap.of([...markdownKeymap, ...defaultKeymap.filter((k) => k.key !== 'Mod-k'), ...historyKeymap, ...searchKeymap]),
		EditorView.domEventHandlers({ compositionend: () => o.collab.compositionEnd() }),
		EditorView.updateListener.of((u) => {
			if (u.docChanged || u.transactions.length) o.changed(u.state, u.transactions)
			if (u.selectionSet || u.docChanged || u.focusChanged) o.selected()
			if (u.docChanged || u.geometryChanged) o.moved()
		}),
	]
	const state = o.kept ? restore(o.kept, extensions(o.kept.version)) : EditorState.create({ doc: o.text, extensions: extensions(o.version) })
	const view = new EditorView({ state, parent: o.parent })
	const holder: Holder = {
		state: () => view.state,
		dispatch: (tr) => view.dispatch(tr),
		composing: () => view.composing || view.compositionStarted,
		endComposition: () => {
			view.contentDOM.blur()
			view.focus()
		},
		replace: (text, version, kept) => {
			const { main } = view.state.selection
			const next = kept ? restore(kept, extensions(version)) : EditorState.create({ doc: text, extensions: extensions(version) })
			const clip = (n: number) => Math.min(n, next.doc.length)
			view.setState(kept ? next.update({ selection: { anchor: clip(main.anchor), head: clip(main.head) } }).state : next)
		},
	}
	o.collab.attach(holder)
	o.uploads.attach(view)
	return view
}

/** Bring a place into view, without taking the keys. */
export const showAt = (view: EditorView, pos: number): void => view.dispatch({ effects: EditorView.scrollIntoView(pos, { y: 'center' }) })

/** The first TBD after the cursor, or the first of all. */
export function jumpToTbd(view: EditorView): boolean {
	const text = view.state.doc.toString()
	const all = [...text.matchAll(tbd)]
	const next = all.find((m) => m.index > view.state.selection.main.head) ?? all[0]
	if (!next) return false
	view.dispatch({ selection: { anchor: next.index, head: next.index + next[0].length }, effects: EditorView.scrollIntoView(next.index, { y: 'center' }) })
	view.focus()
	return true
}

export const countTbd = (text: string): number => [...text.matchAll(tbd)].length
