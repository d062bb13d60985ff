// What comments need on both pages, the one that reads and the one that writes: order, places that avoid each other, words found in the source.
import type { Comment } from './types.ts'

/** Open ones as the text has them, then those whose words are gone; what is resolved stands apart, unless somebody here is in the middle of answering it. */
export function inOrder(items: readonly Comment[], held: (id: number) => boolean = () => false): { open: Comment[]; gone: Comment[]; settled: Comment[] } {
	const at = (c: Comment) => c.from ?? -1
	const settled = items.filter((c) => c.resolution && !held(c.id))
	const others = items.filter((c) => !settled.includes(c))
	return { open: others.filter((c) => !c.gone).sort((a, b) => at(a) - at(b) || a.id - b.id), gone: others.filter((c) => c.gone), settled }
}

/** Tops of cards that want to stand beside their words and may not overlap. The active one stands where it wants; those above it make room. */
export function stack(wanted: readonly number[], heights: readonly number[], active: number, gap = 8): number[] {
	const top = [...wanted]
	const first = active < 0 ? 0 : active
	for (let i = first + 1; i < top.length; i++) top[i] = Math.max(top[i] as number, (top[i - 1] as number) + (heights[i - 1] as number) + gap)
	for (let i = first - 1; i >= 0; i--) top[i] = Math.min(top[i] as number, (top[i + 1] as number) - (heights[i] as number) - gap)
	const over = Math.max(0, -(top[0] ?? 0))
	return top.map((y) => y + over)
}

/** What a suggestion puts in. */
export const inserted = (changes: Comment['changes']): string =>
	(changes ?? []).flatMap((part) => (Array.isArray(part) && part.length > 1 ? [part.slice(1).join('\n')] : [])).join(' … ')

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
// What Markdown may have between two letters of what is read: emphasis, code, a link's brackets and target, an escape.
const between = '(?:[*_`~\\[\\\\]|\\]\\([^)\\n]*\\)|\\])*'

/** Where words that were read stand in the source, beginning the search at a line: they may have marks between them. */
export function findQuote(source: string, quote: string, line: number): { from: number; to: number } | null {
	const words = quote.trim().split(/\s+/).filter(Boolean)
	if (!words.length) return null
	let start = 0
	for (let i = 1; i < line && start >= 0; i++) start = source.indexOf('\n', start) + 1 || -1
	const pattern = words.map((w) => [...w].map(escape).join(between)).join(`${between}\\s+(?:>\\s*)*${between}`)
	const re = new RegExp(pattern, 'gu')
	re.lastIndex = Math.max(0, start)
	const found = re.exec(source) ?? (start > 0 ? ((re.lastIndex = 0), re.exec(source)) : null)
	return found && { from: found.index, to: found.index + found[0].length }
}

/** The words of a piece of source, as they are read. */
export const plain = (source: string): string =>
	source.replace(/\]\([^)\n]*\)/g, '').replace(/^[ \t]*(?:#{1,6}|>|[-*+]|\d+[.)])[ \t]+/gm, '').replace(/[*_`~[\]\\]/g, '').replace(/\s+/g, ' ').trim()

export const lineAt = (source: string, pos: number): number => source.slice(0, pos).split('\n').length

/** The live blocks of an article, by the line of the source that each stands at. */
export function liveBlocks(article: HTMLElement, source: string): { name: string; element: HTMLElement }[] {
	const lines = source.split('\n')
	return [...article.querySelectorAll<HTMLElement>('div[data-line]')].flatMap((element) => {
		const name = /^[\s>]*[`~]{3,}\s*bokgi\s+(\w+)/.exec(lines[Number(element.dataset.line) - 1] ?? '')?.[1]
		return name ? [{ name, element }] : []
	})
}
