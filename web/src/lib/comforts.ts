// What hands expect of an editor: lists, tables, ticks, and what is pasted. Nothing here runs while a syllable is being composed: CodeMirror keeps its keys back until then.
import { insertNewlineContinueMarkup } from '@codemirror/lang-markdown'
import { syntaxTree } from '@codemirror/language'
import { ChangeSet, EditorSelection, type ChangeSpec, type EditorState, type Extension } from '@codemirror/state'
import { Decoration, EditorView, keymap, ViewPlugin, WidgetType, type Command, type DecorationSet, type ViewUpdate } from '@codemirror/view'
import { t } from './i18n.svelte.ts'
import * as pasted from './paste.ts'
import * as tables from './table.ts'

const within = (state: EditorState, pos: number, kinds: RegExp): boolean => {
	for (let n: ReturnType<ReturnType<typeof syntaxTree>['resolveInner']> | null = syntaxTree(state).resolveInner(pos, -1); n; n = n.parent) if (kinds.test(n.name)) return true
	return false
}
export const inCode = (state: EditorState, pos: number) => within(state, pos, /^(FencedCode|CodeBlock|InlineCode)$/)

// ── tables ──
const here = (view: EditorView) => {
	const { head, empty } = view.state.selection.main
	return empty || view.state.doc.lineAt(view.state.selection.main.anchor).number === view.state.doc.lineAt(head).number ? tables.tableAt(view.state.doc, head) : null
}

/** Lines the bars up, and chooses what stands in a cell. */
function choose(view: EditorView, cell: tables.Cell, table: tables.Table): void {
	const changes = view.state.changes(tables.align(table))
	const [from, to] = [changes.mapPos(cell.from, 1), changes.mapPos(cell.to, -1)]
	view.dispatch({ changes, selection: from < to ? EditorSelection.range(from, to) : EditorSelection.cursor(Math.max(from, to)), scrollIntoView: true, userEvent: 'input.table' })
}

const step = (by: 1 | -1): Command => (view) => {
	const table = here(view)
	if (!table || view.state.readOnly) return false
	const cell = tables.neighbour(table, view.state.selection.main.head, by)
	if (cell) choose(view, cell, table)
	else if (by > 0) addRow(view)
	return true
}

const addRow: Command = (view) => {
	const table = here(view)
	if (!table || view.state.readOnly) return false
	const { row } = tables.cellAt(table, view.state.selection.main.head)
	const aligned = view.state.changes(tables.align(table))
	const text = aligned.apply(view.state.doc)
	const again = tables.tableAt(text, aligned.mapPos(view.state.selection.main.head)) as tables.Table
	const more = tables.addRow(again, row)
	view.dispatch({ changes: aligned.compose(ChangeSet.of(more.changes, text.length)), selection: { anchor: more.cursor }, scrollIntoView: true, userEvent: 'input.table' })
	return true
}

/** Enter: a row more; in an empty last row: out of the table. */
const enter: Command = (view) => {
	const table = here(view)
	if (!table || view.state.readOnly || !view.state.selection.main.empty) return false
	const { row } = tables.cellAt(table, view.state.selection.main.head)
	const at = table.rows[row] as tables.Row
	if (row < 2 || row < table.rows.length - 1 || !tables.empty(at)) return addRow(view)
	view.dispatch({ changes: { from: at.from, to: at.to }, selection: { anchor: at.from }, userEvent: 'delete.table' })
	return true
}

const changing = (make: (table: tables.Table, view: EditorView, at: { row: number; column: number }) => ChangeSpec | null): Command => (view) => {
	const table = here(view)
	const changes = table && !view.state.readOnly && make(table, view, tables.cellAt(table, view.state.selection.main.head))
	if (!changes) return false
	view.dispatch({ changes, userEvent: 'input.table' })
	const after = here(view)
	if (after) view.dispatch({ changes: tables.align(after), userEvent: 'input.table' })
	return true
}

/** What «/» does inside a table. */
export const tableCommands: Record<string, Command> = {
	row: addRow,
	column: changing((table, _v, at) => tables.addColumn(table, at.column)),
	'no-row': changing((table, view, at) => tables.dropRow(view.state.doc, table, at.row)),
	'no-column': changing((table, _v, at) => tables.dropColumn(table, at.column)),
}

export const inTable = (state: EditorState, pos: number): boolean => !!tables.tableAt(state.doc, pos)

// ── lists ──
const item = /^(\s*)([-*+]|\d+[.)])(\s+)/

/** As far in as the words of the item above, or one step out. */
const indent = (by: 1 | -1): Command => (view) => {
	const { state } = view
	const [first, last] = [state.doc.lineAt(state.selection.main.from), state.doc.lineAt(state.selection.main.to)]
	if (state.readOnly || !item.test(first.text) || inCode(state, first.from)) return false
	const own = item.exec(first.text) as RegExpExecArray
	const above = first.number > 1 ? item.exec(state.doc.line(first.number - 1).text) : null
	if (by > 0 && (!above || (above[1] as string).length < (own[1] as string).length)) return true
	const width = by > 0 ? (above?.[1]?.length ?? 0) + (above?.[2]?.length ?? 0) + 1 - (own[1] as string).length : Math.min(2, (own[1] as string).length)
	const changes: ChangeSpec[] = []
	for (let n = first.number; n <= last.number; n++) {
		const line = state.doc.line(n)
		const blank = (/^\s*/.exec(line.text)?.[0] ?? '').length
		if (by > 0 && line.text) changes.push({ from: line.from, insert: ' '.repeat(Math.max(1, width)) })
		else if (by < 0 && blank) changes.push({ from: line.from, to: line.from + Math.min(blank, outdent(state, n)) })
	}
	if (changes.length) view.dispatch({ changes, userEvent: by > 0 ? 'input.indent' : 'delete.dedent' })
	return true
}

/** How far in a list item stands beyond the one it belongs to. */
function outdent(state: EditorState, n: number): number {
	const own = (/^\s*/.exec(state.doc.line(n).text)?.[0] ?? '').length
	for (let i = n - 1; i > 0; i--) {
		const m = item.exec(state.doc.line(i).text)
		if (m && (m[1] as string).length < own) return own - (m[1] as string).length
	}
	return own
}

/** In code Tab is a tab; in prose it leads on, as everywhere on a page. */
const tabInCode: Command = (view) => {
	if (view.state.readOnly || !within(view.state, view.state.selection.main.head, /^FencedCode$/)) return false
	view.dispatch(view.state.replaceSelection('\t'), { scrollIntoView: true, userEvent: 'input' })
	return true
}

/** A fence that was just opened gets its end. */
const closeFence: Command = (view) => {
	const { head, empty } = view.state.selection.main
	const line = view.state.doc.lineAt(head)
	const fence = /^(\s*)(`{3,}|~{3,})[^`]*$/.exec(line.text)
	if (!fence || !empty || head !== line.to || view.state.readOnly) return false
	let open = false
	for (let n = 1; n <= view.state.doc.lines; n++) if (/^\s*(`{3,}|~{3,})/.test(view.state.doc.line(n).text)) open = !open
	if (!open) return false
	const [, space, marks] = fence as unknown as [string, string, string]
	view.dispatch({ changes: { from: head, insert: `\n${space}\n${space}${marks}` }, selection: { anchor: head + 1 + space.length }, userEvent: 'input' })
	return true
}

// ── links ──
/** Of the selected words, with the cursor where the address goes; without any the key is the page's. */
const linkOf: Command = (view) => {
	const { from, to, empty } = view.state.selection.main
	const words = view.state.sliceDoc(from, to)
	if (empty || view.state.readOnly || view.state.selection.ranges.length > 1 || words.includes('\n') || inCode(view.state, from)) return false
	const address = /^(?:https?:\/\/|mailto:)\S+$/.test(words)
	const behind = address ? `](${words})` : ']()'
	// The words themselves stay who they are: comments on them go along.
	const changes = address ? { from, to, insert: `[${behind}` } : [{ from, insert: '[' }, { from: to, insert: behind }]
	view.dispatch({ changes, selection: { anchor: address ? from + 1 : to + 3 }, scrollIntoView: true, userEvent: 'input.link' })
	return true
}

// ── ticks ──
const task = /^(\s*(?:[-*+]|\d+[.)])\s+)\[([ xX])\](?=\s)/

const tick = (view: EditorView, line: { from: number; text: string }): boolean => {
	const m = task.exec(line.text)
	if (!m || view.state.readOnly) return false
	const at = line.from + (m[1] as string).length + 1
	view.dispatch({ changes: { from: at, to: at + 1, insert: m[2] === ' ' ? 'x' : ' ' }, userEvent: 'input.tick' })
	return true
}

class Box extends WidgetType {
	readonly done: boolean
	readonly words: string
	readonly editable: boolean
	constructor(done: boolean, words: string, editable: boolean) {
		super()
		this.done = done
		this.words = words
		this.editable = editable
	}
	override eq(o: Box) {
		return o.done === this.done && o.words === this.words && o.editable === this.editable
	}
	override toDOM(view: EditorView) {
		const box = document.createElement('input')
		box.type = 'checkbox'
		box.className = 'cm-task'
		box.checked = this.done
		box.disabled = !this.editable
		box.tabIndex = -1 // the keyboard ticks by Mod-Enter: a box in each line would lie in the way of Tab
		box.setAttribute('aria-label', this.words || t('task'))
		box.onmousedown = (e) => e.preventDefault()
		box.onclick = (e) => {
			e.preventDefault()
			tick(view, view.state.doc.lineAt(view.posAtDOM(box)))
		}
		return box
	}
	/** The words beside it may be on their way from an input method: the box stays the one it is. */
	override updateDOM(dom: HTMLElement) {
		const box = dom as HTMLInputElement
		box.checked = this.done
		box.disabled = !this.editable
		box.setAttribute('aria-label', this.words || t('task'))
		return true
	}
	override ignoreEvent() {
		return true
	}
}

function boxes(view: EditorView): DecorationSet {
	const out = []
	for (const { from, to } of view.visibleRanges)
		for (let pos = from; pos <= to; ) {
			const line = view.state.doc.lineAt(pos)
			const m = task.exec(line.text)
			if (m && !inCode(view.state, line.to)) {
				const at = line.from + (m[1] as string).length
				const touched = view.state.selection.ranges.some((r) => r.from <= at + 3 && r.to >= at)
				if (!touched) out.push(Decoration.replace({ widget: new Box(m[2] !== ' ', line.text.slice((m[1] as string).length + 3).trim(), !view.state.readOnly) }).range(at, at + 3))
			}
			pos = line.to + 1
		}
	return Decoration.set(out)
}

const ticks = ViewPlugin.fromClass(
	class {
		decorations: DecorationSet
		constructor(view: EditorView) {
			this.decorations = boxes(view)
		}
		update(u: ViewUpdate) {
			if (u.view.composing && !u.docChanged) return
			if (u.docChanged || u.viewportChanged || u.selectionSet) this.decorations = boxes(u.view)
		}
	},
	{ decorations: (p) => p.decorations },
)

// ── pasting ──
function paste(e: ClipboardEvent, view: EditorView): boolean {
	const text = e.clipboardData?.getData('text/plain') ?? ''
	const { from, to, empty } = view.state.selection.main
	if (!text || view.state.readOnly || view.state.selection.ranges.length > 1 || inCode(view.state, from)) return false
	const link = empty ? null : pasted.linked(view.state.sliceDoc(from, to), text)
	const block = link ? null : (pasted.table(text) ?? pasted.quote(text, e.clipboardData?.getData('text/html')))
	if (!link && (!block || tables.tableAt(view.state.doc, from))) return false
	e.preventDefault()
	const insert = link ?? pasted.alone(view.state, from, to, block as string)
	view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, scrollIntoView: true, userEvent: 'input.paste' })
	return true
}

export const comforts: Extension = [
	ticks,
	EditorView.domEventHandlers({ paste }),
	keymap.of([
		{ key: 'Tab', run: (v) => step(1)(v) || indent(1)(v) || tabInCode(v), shift: (v) => step(-1)(v) || indent(-1)(v) },
		{ key: 'Enter', run: (v) => enter(v) || closeFence(v) || insertNewlineContinueMarkup(v) },
		{ key: 'Mod-k', run: linkOf },
		{ key: 'Mod-Enter', run: (v) => tick(v, v.state.doc.lineAt(v.state.selection.main.head)) },
	]),
]
