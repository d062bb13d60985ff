// What is pasted becomes what it is: an address over words a link, cells of a spreadsheet a table, talk of a chat a quote. Everything else stays the text it is.
import type { EditorState } from '@codemirror/state'
import { write } from './table.ts'

const address = /^(https?:\/\/|mailto:)[^\s<>]+$/i

/** Words with an address over them; null: it is none, or there is nothing to lead from. */
export function linked(words: string, pasted: string): string | null {
	const url = pasted.trim()
	if (!address.test(url) || !words.trim() || /\n/.test(words) || address.test(words.trim())) return null
	const [, before, text, after] = /^(\s*)(.*?)(\s*)$/s.exec(words) as unknown as [string, string, string, string]
	const target = url.replace(/\(/g, '%28').replace(/\)/g, '%29')
	return `${before}[${text.replace(/[[\]]/g, '\\$&')}](${target})${after}`
}

/** Cells between tabs, in quotes where they hold line ends or quotes. */
function cells(text: string): string[][] {
	const rows: string[][] = [['']]
	let quoted = false
	let i = 0
	const add = (s: string) => {
		const row = rows.at(-1) as string[]
		row[row.length - 1] += s
	}
	for (; i < text.length; i++) {
		const ch = text[i] as string
		const row = rows.at(-1) as string[]
		if (quoted && ch === '"' && text[i + 1] === '"') add('"'), i++
		else if (quoted && ch === '"') quoted = false
		else if (!quoted && ch === '"' && row.at(-1) === '' && /"(?=[\t\n]|$)/.test(text.slice(i + 1))) quoted = true
		else if (!quoted && ch === '\t') row.push('')
		else if (!quoted && ch === '\n') rows.push([''])
		else add(ch)
	}
	return rows
}

/** A Markdown table, when this comes from a spreadsheet: at least two rows or columns of the same length. */
export function table(pasted: string): string | null {
	const text = pasted.replace(/\r\n?/g, '\n').replace(/\n+$/, '')
	if (!text.includes('\t')) return null
	const rows = cells(text)
	const columns = (rows[0] as string[]).length
	// Code is indented by tabs: its lines begin with them, and differ in how many they have.
	if (columns < 2 || rows.length < 2 || rows.some((r) => r.length !== columns) || rows.every((r) => !r[0])) return null
	return write(rows)
}

interface Message { who: string; when: string; lines: string[] }

const clock = String.raw`(?:오전|오후|AM|PM)?\s?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?`
// [홍길동] [오후 2:51] 되돌렸습니다
const kakao = new RegExp(String.raw`^\[(.{1,40}?)\] \[(${clock})\] (.*)$`)
// Kim Hana  [2:51 PM] · Kim Hana 오후 2:51 · Kim Hana — Today at 2:51 PM · 14:51
const head = new RegExp(String.raw`^(\S.{0,40}?)(?:\s{1,2}|\s+[—–·-]\s+)(?:(?:Today at|Yesterday at|오늘|어제)\s+)?\[?(${clock})\]?$`, 'i')

/** Line by line: who says it when, in either manner. */
function messages(text: string): Message[] | null {
	const out: Message[] = []
	for (const line of text.split('\n')) {
		const one = kakao.exec(line)
		const two = one ? null : head.exec(line.trim())
		if (one) out.push({ who: one[1] as string, when: one[2] as string, lines: [one[3] as string] })
		else if (two) out.push({ who: two[1] as string, when: two[2] as string, lines: [] })
		else if (!out.length) return null
		else out.at(-1)?.lines.push(line)
	}
	return out.every((m) => m.lines.some((l) => l.trim())) ? out : null
}

/** Marks that chat programs leave in what they copy. */
const chats = /data-stringify-type|c-message_kit|c-mrkdwn|itemprop=["']copy-paste|data-itemprops|class=["'][^"']*(messageContent|post-message__text|message-content)/

/** A quote, when this clearly comes from a chat: its own marks in the HTML, or names and times. */
export function quote(pasted: string, html = ''): string | null {
	const text = pasted.replace(/\r\n?/g, '\n').trim()
	const said = messages(text)
	if (said && (said.length > 1 || chats.test(html) || kakao.test(text.split('\n')[0] as string)))
		return said.map((m) => `> **${m.who}** ${m.when}\n${body(m.lines)}`).join('\n>\n')
	return chats.test(html) && text.includes('\n') ? body(text.split('\n')) : null
}

/** Every line of a message stays a line. */
function body(lines: string[]): string {
	const text = lines.join('\n').replace(/\n{2,}/g, '\n\n').trim().split('\n')
	return text.map((l, i) => `> ${l.trimEnd()}${l.trim() && text[i + 1]?.trim() ? '\\' : ''}`.trimEnd()).join('\n')
}

/** With empty lines around it, as far as there are none. */
export function alone(state: EditorState, from: number, to: number, block: string): string {
	const line = state.doc.lineAt(from)
	const before = state.sliceDoc(line.from, from).trim() ? '\n\n' : line.number > 1 && state.doc.line(line.number - 1).text.trim() ? '\n' : ''
	const end = state.doc.lineAt(to)
	const last = end.number === state.doc.lines
	const after = state.sliceDoc(to, end.to).trim() ? '\n\n' : last || state.doc.line(end.number + 1).text.trim() ? '\n' : ''
	return before + block + after
}
