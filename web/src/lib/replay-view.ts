// An older text on the screen: CodeMirror that only shows, with authors as colour, or with what differs from another version.
import { markdownLanguage } from '@codemirror/lang-markdown'
import { syntaxHighlighting } from '@codemirror/language'
import { EditorState, StateEffect, StateField, type Text } from '@codemirror/state'
import { Decoration, EditorView, WidgetType, type DecorationSet } from '@codemirror/view'
import { looks, marks } from './editor.ts'
import type { Moment } from './replay.ts'
import type { Hunk } from './types.ts'

class Gone extends WidgetType {
	text: string
	constructor(text: string) {
		super()
		this.text = text
	}
	override eq(o: Gone) {
		return o.text === this.text
	}
	override toDOM() {
		const del = document.createElement('del')
		del.className = 'h-del'
		del.textContent = this.text
		return del
	}
	override ignoreEvent() {
		return true
	}
}

const setDrawn = StateEffect.define<DecorationSet>()
const drawn = StateField.define<DecorationSet>({
	create: () => Decoration.none,
	update(set, tr) {
		for (const e of tr.effects) if (e.is(setDrawn)) return e.value
		return set.map(tr.changes)
	},
	provide: (f) => EditorView.decorations.from(f),
})

export type Look = { kind: 'plain' } | { kind: 'authors'; seats: number[] } | { kind: 'diff'; hunks: Hunk[] }

function draw(m: Moment, look: Look): DecorationSet {
	const out = []
	if (look.kind === 'authors') {
		let at = 0
		for (const run of m.runs) {
			if (run.who >= 0) out.push(Decoration.mark({ class: `by p${look.seats[run.who] ?? 1}` }).range(at, at + run.length))
			at += run.length
		}
	} else if (look.kind === 'diff')
		for (const run of look.hunks.flatMap((h) => h.runs)) {
			const end = Math.min(m.doc.length, run.at + run.text.length)
			if (run.kind === 'removed' && run.at <= m.doc.length) out.push(Decoration.widget({ widget: new Gone(run.text), side: -1 }).range(run.at))
			else if (run.kind === 'added' && run.at < end) out.push(Decoration.mark({ tagName: 'ins', class: 'h-add' }).range(run.at, end))
		}
	return Decoration.set(out, true)
}

/** The one place where two texts differ, from both ends. */
function between(before: Text, after: Text): { from: number; to: number; insert: Text } | null {
	if (before.eq(after)) return null
	const [a, b] = [before.toString(), after.toString()]
	let head = 0
	const most = Math.min(a.length, b.length)
	while (head < most && a.charCodeAt(head) === b.charCodeAt(head)) head++
	let tail = 0
	while (tail < most - head && a.charCodeAt(a.length - 1 - tail) === b.charCodeAt(b.length - 1 - tail)) tail++
	return { from: head, to: a.length - tail, insert: after.slice(head, b.length - tail) }
}

export class OldView {
	private view: EditorView
	private shown = -1

	constructor(parent: HTMLElement, nonce: string, label: string) {
		const extensions = [
			EditorView.cspNonce.of(nonce), EditorView.lineWrapping, EditorState.readOnly.of(true), EditorView.editable.of(false), EditorState.lineSeparator.of('\n'),
			markdownLanguage.extension, syntaxHighlighting(looks), marks, drawn, EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
		]
		this.view = new EditorView({ state: EditorState.create({ doc: '', extensions }), parent })
	}

	/** follow: bring what changed into view. */
	show(m: Moment, look: Look, follow: boolean): void {
		const effects: StateEffect<unknown>[] = [setDrawn.of(draw(m, look))]
		const next = m.changes && this.shown === m.version - 1
		const change = next ? null : between(this.view.state.doc, m.doc)
		let at = change?.from ?? -1
		if (next) m.changes?.iterChangedRanges((_a, _b, from) => (at = at < 0 ? from : at))
		if (look.kind === 'diff') at = look.hunks[0]?.runs.find((r) => r.kind !== 'same')?.at ?? -1
		if (follow && at >= 0) effects.push(EditorView.scrollIntoView(Math.min(at, m.doc.length), { y: 'nearest', yMargin: 190 }))
		const changes = next ? m.changes : change
		this.view.dispatch(changes ? { changes, effects } : { effects })
		this.shown = m.version
	}

	close(): void {
		this.view.destroy()
	}
}
