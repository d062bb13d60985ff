// A passage was removed from all that a text ever was. Whoever has it open learns the words once more, from the difference between what it had and what it is given, and only to forget them: nothing that
// is typed here and not sent yet may bring them back.
import { ChangeSet, Text } from '@codemirror/state'

/** The name under which the log says that something was removed (feature/collab). */
export const SCRUBBER = 'scrubbed--------------'
const COVER = '█'

/** What stood where `after`, of the same length, has something else. */
export function removed(before: string, after: string): string[] {
	const words = new Set<string>()
	for (let i = 0; i < before.length; i++) {
		if (before[i] === after[i]) continue
		let end = i
		while (end < before.length && (before[end] !== after[end] || (before[end] === '\n' && before[end + 1] !== after[end + 1]))) end++
		const word = before.slice(i, end).trim()
		if (word.length > 1) words.add(word)
		i = end
	}
	return [...words]
}

/** Every place of `words` in a text. */
function* places(text: string, words: readonly string[]): Generator<[number, number]> {
	for (const word of words) for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) yield [at, at + word.length]
}

const cover = (text: string, from: number, to: number) => text.slice(0, from) + text.slice(from, to).replaceAll(/[^\n]/g, COVER) + text.slice(to)

/** Updates as they may be sent: what they insert of the words, or what makes them whole again, is covered. */
export function withoutWords(text: string, updates: readonly ChangeSet[], words: readonly string[]): ChangeSet[] {
	let doc = Text.of(text.split('\n'))
	return updates.map((set) => {
		const next = set.apply(doc).toString()
		const changes: { from: number; to: number; insert: Text }[] = []
		set.iterChanges((from, to, start, end, inserted) => {
			let insert = inserted.toString()
			for (const [a, b] of places(next, words)) if (a < end && b > start) insert = cover(insert, Math.max(a, start) - start, Math.min(b, end) - start)
			changes.push({ from, to, insert: Text.of(insert.split('\n')) })
		}, true)
		const safe = words.length ? ChangeSet.of(changes, doc.length) : set
		doc = safe.apply(doc)
		return safe
	})
}
