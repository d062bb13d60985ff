// The comments of one document as a page holds them: read, kept current by the stream, walked by keys, found by the address.
import type { ChangeDesc } from '@codemirror/state'
import { tick } from 'svelte'
import { bind } from '../app/keys.ts'
import { toasts } from '../app/toasts.svelte.ts'
import type { Deed } from '../parts/SelectionBar.svelte'
import { t } from './i18n.svelte.ts'
import { Resource } from './resource.svelte.ts'
import { type About, Said } from './said.svelte.ts'
import { inOrder } from './threads.ts'
import type { Comment, Comments } from './types.ts'

/** Words of the text as the server has it. */
export interface Words { from: number; to: number; version: number; length: number }
/** What something is about to be said to: words at a version of the text, a section, or a record. here: words on the screen that the server does not have yet. */
export interface Place extends Partial<Words> { deed: Deed; quote: string; here?: { from: number; to: number }; section?: string; about?: About; y: number }

/** What is about to be said. Folded it waits in the margin, with its words, until it is sent or thrown away by a press. */
export class Draft {
	private static next = 1
	readonly id = Draft.next++
	readonly place: Place
	words = $state('')
	text = $state('')

	constructor(place: Place) {
		this.place = place
		this.text = place.deed === 'comment' ? '' : place.quote
	}

	get empty(): boolean {
		return !this.words.trim() && (this.place.deed === 'comment' || this.text.trim() === this.place.quote.trim())
	}

	/** Chosen once more, it goes on with its words. */
	at(place: Place): boolean {
		const same = (p: Place) => JSON.stringify([p.deed, p.quote, p.from, p.to, p.here, p.section, p.about])
		return same(this.place) === same(place)
	}
}

/** What somebody types at one comment and has not sent. It outlives the card: others resolve, and the card moves. */
export class Typed {
	answer = $state('')
	/** The keys are in the field of the answer. */
	answering = $state(false)
	editing = $state<'comment' | number | null>(null)
	edited = $state('')
	rejecting = $state(false)

	/** As long as this is so, the card stays where it is, whatever others decide. */
	get held(): boolean {
		return this.answering || this.editing !== null || !!this.answer.trim()
	}
}

export class Unsent {
	private all = new Map<number, Typed>()

	of(id: number): Typed {
		const there = this.all.get(id) ?? new Typed()
		this.all.set(id, there)
		return there
	}

	holds = (id: number): boolean => this.all.get(id)?.held ?? false
}

export class Threads {
	list: Resource<Comments>
	active = $state(0)
	/** The one that is open, of all that were begun. */
	draft = $state.raw<Draft | null>(null)
	drafts = $state.raw<readonly Draft[]>([])
	sheet = $state(false)
	/** What is said to the records that the page shows: in its margin, too. */
	said: Said
	/** Counts up when words stand elsewhere on the page. */
	moved = $state(0)
	unsent = new Unsent()

	/** Of a page with an editor: words on the screen, as soon as the server has all of them. */
	saved: ((here: { from: number; to: number }) => Words | undefined) | undefined
	/** Of a page with an editor: back to the text, behind the words when something was said to them. */
	home: ((sent: boolean) => void) | undefined
	private was: Element | null = null

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

	/** As they are on the screen, when that is ahead of the list. */
	items: readonly Comment[] = $derived.by(() => (this.list.value?.items ?? []).map((c) => (this.fates.has(c.id) ? { ...c, ...this.fates.get(c.id) } : c)))
	private fates = $state.raw<ReadonlyMap<number, { gone: boolean; conflict: boolean }>>(new Map())

	/** What has become of words since the list was read; tells whether that is something new. */
	learn(fates: ReadonlyMap<number, { gone: boolean; conflict: boolean }>): boolean {
		const words = (of: typeof fates) => JSON.stringify([...of])
		if (words(fates) === words(this.fates)) return false
		this.fates = fates
		return true
	}

	begin(place: Place): void {
		this.open(this.drafts.find((d) => d.at(place)) ?? new Draft(place))
	}

	open(draft: Draft): void {
		if (!document.activeElement?.closest('.threads, .toasts')) this.was = document.activeElement
		this.fold()
		if (!this.drafts.includes(draft)) this.drafts = [...this.drafts, draft]
		this.draft = draft
		this.sheet = true
	}

	/** What was typed goes on; words that are not saved yet are followed. */
	follow(changes: ChangeDesc): void {
		for (const { place } of this.drafts) if (place.here) place.here = { from: changes.mapPos(place.here.from, 1), to: changes.mapPos(place.here.to, -1) }
	}

	/** Where the words of a draft are in the text that the server has. */
	placed({ place }: Draft): Place {
		if (!place.here) return place
		const words = this.saved?.(place.here)
		if (!words) throw new Error(t('These words are not saved yet. What you typed stays here: send it again once they are.'))
		return { ...place, ...words }
	}

	/** Put aside; one in which nothing was typed is no loss. */
	fold(): void {
		if (this.draft?.empty) this.forget(this.draft)
		this.draft = null
	}

	forget(draft: Draft): void {
		this.drafts = this.drafts.filter((d) => d !== draft)
		if (this.draft === draft) this.draft = null
	}

	/** Thrown away by hand, with a way back. */
	drop(draft: Draft): void {
		this.forget(draft)
		if (!draft.empty) toasts.show(t('The draft is thrown away.'), () => this.open(draft))
		void this.back()
	}

	leave(): void {
		this.fold()
		void this.back()
	}

	/** The keys were in a draft that is no longer there: back to where they came from, or to what was said; never from where somebody has put them since. */
	async back(sent = 0): Promise<void> {
		await tick()
		if (document.activeElement !== document.body) return
		const was = this.was?.isConnected && this.was !== document.body ? (this.was as HTMLElement) : null
		const thread = document.getElementById(`comment-${sent}`)
		if (was?.isContentEditable && this.home && !(thread && matchMedia('(max-width: 63.99em)').matches)) this.home(sent > 0)
		else (thread ?? was ?? document.getElementById('main'))?.focus()
	}

	choose(id: number): void {
		this.active = id
		this.sheet = id > 0
		if (this.draft) this.leave()
	}

	/** j and k from one to the next, as the text has them; show brings its words into view. */
	keys(comment: () => unknown, show: (id: number) => void): () => void {
		const step = (by: number) => () => {
			const { open, gone } = inOrder(this.items, this.unsent.holds)
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
