// A search snippet is text with <mark> around what was found. It is taken apart here and built as nodes, so nothing else in it can become markup.
export interface Piece { text: string; found: boolean }

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", '#x27': "'", '#34': '"' }
const plain = (html: string) => html.replace(/<[^>]*>/g, '').replace(/&(#?\w+);/g, (all, name: string) => entities[name] ?? all)

export function pieces(snippet: string): Piece[] {
	return snippet
		.split(/(<mark>.*?<\/mark>)/s)
		.filter(Boolean)
		.map((part) => ({ text: plain(part), found: part.startsWith('<mark>') }))
}
