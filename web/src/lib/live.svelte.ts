// Live blocks in the editor: where the cursor is not, a fence stands as what it shows, written by the server as on the page; there its rows can be changed.
import { RangeSetBuilder, StateEffect, StateField, type EditorState, type Extension, type Text } from '@codemirror/state'
import { Decoration, EditorView, WidgetType, type DecorationSet } from '@codemirror/view'
import { mount, unmount } from 'svelte'
import LiveBlock from '../parts/LiveBlock.svelte'
import { article } from './trusted.ts'
import type { Doc } from './types.ts'

const fence = /^(`{3,}|~{3,})\s*bokgi\s+(\S.*?)\s*$/

/** What each block of the document shows, by what stands behind «bokgi». The same words show the same. */
export function shownBlocks(doc: Pick<Doc, 'html' | 'text'>): Map<string, string> {
	const out = new Map<string, string>()
	const lines = doc.text.split('\n')
	const page = document.createElement('template')
	page.innerHTML = article(doc.html)
	for (const e of page.content.querySelectorAll<HTMLElement>('div[data-line]')) {
		const words = fence.exec(lines[Number(e.dataset.line) - 1] ?? '')?.[2]
		if (words && !out.has(words)) out.set(words, e.innerHTML)
	}
	return out
}

export interface LiveProps { words: string; html: string; doc: Doc; edit: boolean; source: () => void; changed: () => void }
type Shown = Map<string, string>
const setShown = StateEffect.define<Shown>()

class Live extends WidgetType {
	readonly words: string
	readonly html: string
	readonly blocks: LiveBlocks
	constructor(words: string, html: string, blocks: LiveBlocks) {
		super()
		this.words = words
		this.html = html
		this.blocks = blocks
	}
	override eq(o: Live) {
		return o.words === this.words && o.html === this.html
	}
	override toDOM(view: EditorView) {
		const box = document.createElement('div')
		box.className = 'cm-block'
		const props = $state<LiveProps>({
			words: this.words, html: this.html, doc: this.blocks.doc(), edit: !view.state.readOnly, changed: this.blocks.changed,
			source: () => {
				const pos = view.posAtDOM(box)
				view.dispatch({ selection: { anchor: view.state.doc.lineAt(pos).to } })
				view.focus()
			},
		})
		const part = mount(LiveBlock, { target: box, props })
		parts.set(box, { props, end: () => void unmount(part) })
		const size = new ResizeObserver(() => view.requestMeasure())
		size.observe(box)
		return box
	}
	/** What is being changed in it stays. */
	override updateDOM(dom: HTMLElement) {
		const part = parts.get(dom)
		if (part?.props.words !== this.words) return false
		part.props.html = this.html
		part.props.doc = this.blocks.doc()
		return true
	}
	override destroy(dom: HTMLElement) {
		parts.get(dom)?.end()
		parts.delete(dom)
	}
	override get estimatedHeight() {
		return 120
	}
	override ignoreEvent() {
		return true
	}
}
const parts = new Map<HTMLElement, { props: LiveProps; end: () => void }>()

interface Fence { from: number; to: number; words: string }

function fences(doc: Text): Fence[] {
	const out: Fence[] = []
	let open: { from: number; words: string | undefined; marks: string } | undefined
	let pos = 0
	for (const line of doc.iterLines()) {
		const marks = /^(`{3,}|~{3,})/.exec(line)?.[1]
		if (open && marks && marks[0] === open.marks[0] && marks.length >= open.marks.length && line.trim() === marks) {
			if (open.words) out.push({ from: open.from, to: pos + line.length, words: open.words })
			open = undefined
		} else if (!open && marks) open = { from: pos, words: fence.exec(line)?.[2], marks }
		pos += line.length + 1
	}
	return out
}

export class LiveBlocks {
	private shown: Shown = new Map()
	readonly doc: () => Doc
	readonly changed: () => void

	constructor(doc: () => Doc, changed: () => void) {
		this.doc = doc
		this.changed = changed
	}

	/** The document was read anew. */
	show(view: EditorView, doc: Doc): void {
		this.shown = shownBlocks(doc)
		view.dispatch({ effects: setShown.of(this.shown) })
	}

	private draw(state: EditorState, all: Fence[]): DecorationSet {
		const out = new RangeSetBuilder<Decoration>()
		for (const f of all) {
			const html = this.shown.get(f.words)
			const inside = state.selection.ranges.some((r) => r.from <= f.to && r.to >= f.from)
			if (html !== undefined && !inside) out.add(f.from, f.to, Decoration.replace({ widget: new Live(f.words, html, this), block: true }))
		}
		return out.finish()
	}

	readonly extension: Extension = StateField.define<{ all: Fence[]; set: DecorationSet }>({
		create: (state) => {
			const all = fences(state.doc)
			return { all, set: this.draw(state, all) }
		},
		update: (value, tr) => {
			const all = tr.docChanged ? fences(tr.state.doc) : value.all
			return tr.docChanged || tr.selection || tr.effects.some((e) => e.is(setShown)) ? { all, set: this.draw(tr.state, all) } : value
		},
		provide: (f) => EditorView.decorations.from(f, (v) => v.set),
	})
}
