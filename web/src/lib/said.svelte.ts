// What is said to records, wherever they are shown: to a timeline entry, an action item, a cause, a live block. It belongs to a document that shows the record.
import { Resource } from './resource.svelte.ts'
import type { Comment, CommentMade, Comments } from './types.ts'

export type About = { entry: number } | { action: number } | { cause: number } | { block: string }
export interface SaidThere { ref: string; comment: Comment }
interface Place { ref: string; list: Resource<Comments> }

const matches = (c: Comment, about: About) => Object.entries(about).every(([name, value]) => c[name as 'entry' | 'action' | 'cause' | 'block'] === value)
const madeKind: Record<string, CommentMade['kind']> = { entry: 'timeline', action: 'action', cause: 'cause' }

export class Said {
	private places = $state.raw<Place[]>([])
	/** Where a page has a margin for comments, they are shown there: a comment, or a new one about this. */
	open: ((about: About, label: string, first: SaidThere | undefined, at: HTMLElement) => void) | undefined

	constructor(open?: Said['open']) {
		this.open = open
	}

	/** The documents that one comments in; the first takes what is new. */
	follow(documents: readonly { id: number; ref: string }[]): void {
		const kept = this.places.filter((p) => documents.some((d) => d.ref === p.ref))
		for (const p of this.places) if (!kept.includes(p)) p.list.close()
		if (kept.length === documents.length) return void (this.places.length !== kept.length && (this.places = kept))
		const topics = (id: number) => [`document:${id}`]
		this.places = documents.map((d) => kept.find((p) => p.ref === d.ref) ?? { ref: d.ref, list: new Resource<Comments>({ path: `/documents/${d.ref}/comments`, topics: topics(d.id), concerns: (e) => e.ref_id === d.id && /^(comment|suggestion)\./.test(e.name) }) })
	}

	/** Of a page that has read the list already. */
	share(ref: string, list: Resource<Comments>): this {
		this.places = [{ ref, list }]
		return this
	}

	get ref(): string | undefined {
		return this.places[0]?.ref
	}

	private all(fits: (c: Comment) => boolean): SaidThere[] {
		return this.places.flatMap((p) => (p.list.value?.items ?? []).filter(fits).map((comment) => ({ ref: p.ref, comment })))
	}

	/** Open ones first, then as they were written. */
	of(about: About): SaidThere[] {
		return this.all((c) => matches(c, about)).sort((a, b) => Number(!!a.comment.resolution) - Number(!!b.comment.resolution) || a.comment.id - b.comment.id)
	}

	/** The comments that a record was made of: the way back to the words. */
	source(about: About): SaidThere[] {
		const [[name, record]] = Object.entries(about) as [[string, number | string]]
		return this.all((c) => c.made.some((m) => m.kind === madeKind[name] && m.record === record))
	}

	async reload(): Promise<void> {
		await Promise.all(this.places.map((p) => p.list.load()))
	}

	close(): void {
		for (const p of this.places) p.list.close()
	}
}
