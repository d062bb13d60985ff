// Tables of Markdown text, as changes: others may be typing in the same table, so only blanks between cells are ever rewritten, never what stands in one.
import type { ChangeSpec, Text } from '@codemirror/state'

export interface Cell { from: number; to: number; text: string; /** Its place between the bars, blanks included. */ begin: number; end: number }
export interface Row { from: number; to: number; cells: Cell[]; indent: string }
export interface Table { rows: Row[]; /** Rows but the second, which rules. */ columns: number; from: number; to: number }

const ruler = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/
const barred = /^\s*\|/

/** As wide as it stands in a fixed font: Hangul, Han and Kana take two columns. */
export function width(text: string): number {
	let n = 0
	for (const { segment } of graphemes.segment(text)) {
		const code = segment.codePointAt(0) as number
		n += wide(code) || /\p{Extended_Pictographic}/u.test(segment) ? 2 : 1
	}
	return n
}
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const ranges = [[0x1100, 0x115f], [0x2e80, 0x303e], [0x3041, 0xa4cf], [0xa960, 0xa97c], [0xac00, 0xd7a3], [0xf900, 0xfaff], [0xfe30, 0xfe6f], [0xff00, 0xff60], [0xffe0, 0xffe6], [0x20000, 0x3fffd]]
const wide = (code: number) => ranges.some(([a, b]) => code >= (a as number) && code <= (b as number))

function cut(line: string, from: number): Row {
	const indent = /^\s*/.exec(line)?.[0] ?? ''
	const cells: Cell[] = []
	let begin = indent.length + (line[indent.length] === '|' ? 1 : 0)
	const last = line.trimEnd().length
	for (let i = begin; i <= last; i++) {
		if (i < last && (line[i] !== '|' || escaped(line, i))) continue
		if (i === last && begin >= last) break
		const raw = line.slice(begin, i)
		const left = raw.trim() ? raw.length - raw.trimStart().length : Math.min(1, raw.length)
		const text = raw.trim()
		cells.push({ begin: from + begin, end: from + i, from: from + begin + left, to: from + begin + left + text.length, text })
		begin = i + 1
	}
	return { from, to: from + line.length, cells, indent }
}

function escaped(line: string, i: number): boolean {
	let n = 0
	while (line[i - 1 - n] === '\\') n++
	return n % 2 === 1
}

/** The table that this place is in. */
export function tableAt(doc: Text, pos: number): Table | null {
	const here = doc.lineAt(pos)
	if (!barred.test(here.text)) return null
	let first = here.number
	let last = here.number
	while (first > 1 && barred.test(doc.line(first - 1).text)) first--
	while (last < doc.lines && barred.test(doc.line(last + 1).text)) last++
	if (last - first < 1 || !ruler.test(doc.line(first + 1).text)) return null
	const rows = Array.from({ length: last - first + 1 }, (_, i) => cut(doc.line(first + i).text, doc.line(first + i).from))
	return { rows, columns: Math.max(...rows.map((r) => r.cells.length)), from: (rows[0] as Row).from, to: (rows.at(-1) as Row).to }
}

const alignment = (text: string) => (text.endsWith(':') ? (text.startsWith(':') ? 'center' : 'right') : 'left')

/** Which cell a place is in: row (the ruler counts as the head) and column. */
export function cellAt(t: Table, pos: number): { row: number; column: number } {
	let row = t.rows.findIndex((r) => pos <= r.to)
	if (row < 0) row = t.rows.length - 1
	const cells = (t.rows[row] as Row).cells
	const column = Math.max(0, cells.findIndex((c) => pos <= c.end))
	return { row, column: cells.length && pos > (cells.at(-1) as Cell).end ? cells.length - 1 : column }
}

/** Blanks that line the bars up, and bars and cells that are missing. */
export function align(t: Table): ChangeSpec[] {
	const changes: ChangeSpec[] = []
	const widths = Array.from({ length: t.columns }, (_, i) => Math.max(3, ...t.rows.map((r, k) => (k === 1 ? 0 : width(r.cells[i]?.text ?? '')))))
	const how = Array.from({ length: t.columns }, (_, i) => alignment(t.rows[1]?.cells[i]?.text ?? '---'))
	t.rows.forEach((row, k) => {
		for (const [i, cell] of row.cells.entries()) {
			const w = widths[i] as number
			if (k === 1) put(changes, cell.begin, cell.end, ` ${rule(cell.text, w)} `, cell)
			else pad(changes, cell, w, how[i] as string)
		}
		const missing = widths.slice(row.cells.length).map((w) => ` ${k === 1 ? '-'.repeat(w) : ' '.repeat(w)} |`).join('')
		const closed = row.cells.length && row.to > (row.cells.at(-1) as Cell).end
		const more = (closed ? '' : '|') + missing
		if (more) changes.push({ from: row.to, insert: more })
	})
	return changes
}

const rule = (text: string, w: number) => `${text.startsWith(':') ? ':' : '-'}${'-'.repeat(w - 2)}${text.endsWith(':') ? ':' : '-'}`

function put(changes: ChangeSpec[], from: number, to: number, insert: string, cell: Cell): void {
	const now = ' '.repeat(cell.from - cell.begin) + cell.text + ' '.repeat(cell.end - cell.to)
	if (now !== insert) changes.push({ from, to, insert })
}

function pad(changes: ChangeSpec[], cell: Cell, w: number, how: string): void {
	const room = w - width(cell.text)
	const before = how === 'right' ? room : how === 'center' ? Math.floor(room / 2) : 0
	blank(changes, cell.begin, cell.from, 1 + before)
	blank(changes, cell.to, cell.end, 1 + room - before)
}

/** So many blanks between two places that have nothing but blanks between them. */
function blank(changes: ChangeSpec[], from: number, to: number, n: number): void {
	const has = to - from
	if (has < n) changes.push({ from: to, insert: ' '.repeat(n - has) })
	if (has > n) changes.push({ from: from + n, to })
}

const line = (indent: string, cells: string[]) => `${indent}| ${cells.join(' | ')} |`

/** A table of rows of words; the first is the head. */
export function write(rows: string[][]): string {
	const columns = Math.max(...rows.map((r) => r.length))
	const cells = rows.map((r) => Array.from({ length: columns }, (_, i) => clean(r[i] ?? '')))
	const widths = Array.from({ length: columns }, (_, i) => Math.max(3, ...cells.map((r) => width(r[i] as string))))
	const numbers = widths.map((_, i) => cells.length > 1 && cells.slice(1).every((r) => /^[-+]?[\d.,]+\s?%?$/.test(r[i] as string)))
	const text = cells.map((r) => line('', r.map((c, i) => (numbers[i] ? ' '.repeat((widths[i] as number) - width(c)) + c : c + ' '.repeat((widths[i] as number) - width(c))))))
	text.splice(1, 0, line('', widths.map((w, i) => (numbers[i] ? '-'.repeat(w - 1) + ':' : '-'.repeat(w)))))
	return text.join('\n')
}
const clean = (cell: string) => cell.trim().replace(/\s*\n\s*/g, ' ').replace(/\\*\|/g, (m) => (m.length % 2 ? `\\${m}` : m))

/** One row more, behind this one. The head and its ruler are one. */
export function addRow(t: Table, row: number): { changes: ChangeSpec; cursor: number } {
	const after = t.rows[Math.max(row, 1)] as Row
	const widths = Array.from({ length: t.columns }, (_, i) => Math.max(3, ...t.rows.map((r, k) => (k === 1 ? 0 : width(r.cells[i]?.text ?? '')))))
	return { changes: { from: after.to, insert: `\n${line(after.indent, widths.map((w) => ' '.repeat(w)))}` }, cursor: after.to + 1 + after.indent.length + 2 }
}

export const empty = (row: Row): boolean => row.cells.every((c) => !c.text)

export function dropRow(doc: Text, t: Table, row: number): ChangeSpec | null {
	if (row < 2) return null
	const at = t.rows[row] as Row
	return { from: at.from - 1, to: Math.min(at.to, doc.length) }
}

export function addColumn(t: Table, column: number): ChangeSpec[] {
	return t.rows.map((r, k) => {
		const cell = r.cells[column]
		return { from: cell ? cell.end : r.to, insert: `${cell ? '|' : ''} ${k === 1 ? '---' : '   '} ${cell ? '' : '|'}` }
	})
}

export function dropColumn(t: Table, column: number): ChangeSpec[] | null {
	if (t.columns < 2) return null
	return t.rows.flatMap((r) => {
		const cell = r.cells[column]
		return cell ? [{ from: cell.begin - (column ? 1 : 0), to: column ? cell.end : Math.min(cell.end + 1, r.to) }] : []
	})
}

/** Where Tab leads: the next cell, or null behind the last one. */
export function neighbour(t: Table, pos: number, by: 1 | -1): Cell | null {
	const cells = t.rows.filter((_, i) => i !== 1).flatMap((r) => r.cells)
	const { row, column } = cellAt(t, pos)
	const here = (t.rows[row === 1 ? 0 : row] as Row).cells[column]
	const i = here ? cells.indexOf(here) : -1
	return cells[i + by] ?? null
}

