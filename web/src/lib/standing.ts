// What has become of comments' words since the list was read: the same reckoning as the server's (src/feature/comment/comment.c), for what is on the screen and not sent yet, too.
import { ChangeSet } from '@codemirror/state'
import type { Comment } from './types.ts'

interface Piece { from: number; to: number }
type Said = Pick<Comment, 'from' | 'to' | 'gone' | 'conflict' | 'changes' | 'quote'>
export interface Standing { from: number; to: number; gone: boolean; conflict: boolean; changes: ChangeSet | null }

/** The server keeps no more of a quote than this: of a longer one nobody knows all the words. */
const wholeQuote = 999

function left(pieces: readonly Piece[], step: ChangeSet): Piece[] {
	const out: Piece[] = []
	step.iterGaps((from, at, length) => {
		for (const p of pieces) {
			const [low, high] = [Math.max(p.from, from), Math.min(p.to, from + length)]
			if (low < high) out.push({ from: at + low - from, to: at + high - from })
		}
	})
	return out
}

/** Put back where they went, as undoing does. */
function putBack(quote: string, place: number, step: ChangeSet): Piece[] {
	const out: Piece[] = []
	step.iterChanges((from, to, start, _end, inserted) => {
		if (out.length || place < from || place > to || inserted.length < quote.length) return
		const words = inserted.toString(), at = words.indexOf(quote)
		if (at >= 0 && words.indexOf(quote, at + 1) < 0) out.push({ from: start + at, to: start + at + quote.length })
	}, true)
	return out
}

/** A suggestion that was made at a version, as it is for the screen now. */
function rebased(changes: unknown, steps: readonly ChangeSet[]): { was: ChangeSet; now: ChangeSet } | null {
	try {
		const was = ChangeSet.fromJSON(changes)
		return { was, now: steps.reduce((set, s) => set.map(s), was) }
	} catch {
		return null
	}
}

function takes(set: ChangeSet): number {
	let n = 0
	set.iterChanges((from, to) => (n += to - from))
	return n
}

/** From the list's version through these steps to the screen; the comment is about words. */
export function standing(c: Said, steps: readonly ChangeSet[]): Standing {
	let pieces: Piece[] = c.gone ? [] : [{ from: c.from as number, to: c.to as number }]
	let place = c.from as number
	const again = !c.changes && !!c.quote && c.quote.length < wholeQuote
	for (const s of steps) {
		pieces = pieces.length ? left(pieces, s) : again ? putBack(c.quote as string, place, s) : []
		place = pieces[0]?.from ?? s.mapPos(place, -1)
	}
	const gone = !pieces.length
	const set = c.changes ? rebased(c.changes, steps) : null
	const conflict = c.conflict || (!!c.changes && (!set || takes(set.now) < takes(set.was) || (!takes(set.was) && gone)))
	return { from: place, to: pieces.at(-1)?.to ?? place, gone, conflict, changes: conflict ? null : (set?.now ?? null) }
}
