// The comments of one document as a page holds them: read, kept current by the stream, walked by keys, found by the address.
import { bind } from '../app/keys.ts'
import type { Draft } from '../parts/Threads.svelte'
import { Resource } from './resource.svelte.ts'
import { Said } from './said.svelte.ts'
import { inOrder } from './threads.ts'
import type { Comments } from './types.ts'

export class Threads {
	list: Resource<Comments>
	active = $state(0)
	draft = $state.raw<Draft | null>(null)
	sheet = $state(false)
	/** What is said to the records that the page shows: in its margin, too. */
	said: Said
	/** Counts up when words stand elsewhere on the page. */
	moved = $state(0)

	constructor(ref: string, number: number) {
		this.list = new Resource<Comments>({ path: `/documents/${ref}/comments`, topics: [`document:${number}`], concerns: (e) => /^(comment|suggestion)\./.test(e.name) || e.name === 'review.given' })
		this.said = new Said((about, label, first, at) => {
			if (first && !(first.comment.id === this.active && !first.comment.resolution)) this.choose(first.comment.id)
			else this.begin({ deed: 'comment', quote: label, about, y: at.getBoundingClientRect().top + scrollY })
			if (first) this.reveal()
		}).share(ref, this.list)
		const named = /^#comment-(\d+)$/.exec(location.hash)
		if (named) {
			this.active = Number(named[1])
			this.sheet = true
		}
	}

	get items() {
		return this.list.value?.items ?? []
	}

	begin(draft: Draft): void {
		this.draft = draft
		this.sheet = true
	}

	choose(id: number): void {
		this.active = id
		this.sheet = id > 0
		this.draft = null
	}

	/** j and k from one to the next, as the text has them; show brings its words into view. */
	keys(comment: () => unknown, show: (id: number) => void): () => void {
		const step = (by: number) => () => {
			const { open, gone } = inOrder(this.items)
			const all = [...open, ...gone]
			if (!all.length) return false
			const at = all.findIndex((c) => c.id === this.active)
			this.choose(all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))]?.id ?? 0)
			show(this.active)
			return true
		}
		const leave = () => {
			if (!this.draft && !this.active && !this.sheet) return false
			this.choose(0)
			return true
		}
		return bind({ j: step(1), k: step(-1), Escape: leave, 'mod+alt+m': comment })
	}

	/** The card that the address names, once it is there. */
	reveal(): void {
		document.getElementById(`comment-${this.active}`)?.scrollIntoView({ block: 'center' })
	}

	close(): void {
		this.list.close()
	}
}
