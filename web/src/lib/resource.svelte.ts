// A record or a list on the screen: read once, kept current by the live stream, honest about what went wrong.
import { get, Problem, type Reply } from './api.ts'
import { listen } from './stream.ts'

export interface StreamEvent { id: number; name: string; noun: string; ref_id: number; topics: string[]; at: string; by: { id: number; name: string } | null; data: Record<string, unknown> }

interface Source<T> {
	path: string
	topics?: string[]
	/** What the server wrote into the page, and the position it reflects. */
	initial?: { data: T; position: number } | undefined
	read?: (path: string) => Promise<Reply<T>>
	/** Does this event concern us? Default: one of our topics, or of something restricted that we may see. */
	concerns?: (e: StreamEvent) => boolean
}

export class Resource<T> {
	value = $state.raw<T | undefined>()
	problem = $state.raw<Error | undefined>()
	loading = $state(false)
	/** True once something arrived live, so that only later rows are shown as new. */
	settled = $state(false)
	private source: Source<T>
	private stop: (() => void) | undefined
	private timer: ReturnType<typeof setTimeout> | undefined
	private turn = 0
	private position = 0

	constructor(source: Source<T>) {
		this.source = source
		if (source.initial) {
			this.value = source.initial.data
			this.position = source.initial.position
			this.follow(source.initial.position)
		} else void this.load()
	}

	async load(): Promise<void> {
		const turn = ++this.turn
		this.loading = true
		try {
			const reply = await (this.source.read ?? ((p: string) => get<T>(p)))(this.source.path)
			if (turn !== this.turn) return
			this.value = reply.data
			this.position = reply.position
			this.problem = undefined
			this.follow(reply.position)
		} catch (e) {
			if (turn === this.turn) this.problem = e as Error
		} finally {
			if (turn === this.turn) this.loading = false
		}
	}

	/** Read again soon; several events in a row make one read. */
	refresh(): void {
		clearTimeout(this.timer)
		this.timer = setTimeout(() => void this.load(), 40)
	}

	/** A newer version that a change of ours has answered. */
	set(value: T): void {
		this.turn++
		this.value = value
		this.loading = false
	}

	private follow(position: number): void {
		const topics = this.source.topics
		if (this.stop || !topics?.length) return
		this.stop = listen(topics, position, (name, data) => this.event(name, data), () => this.refresh())
		this.settled = true
	}

	private event(name: string, data: StreamEvent): void {
		if (name === 'resync') return this.refresh()
		if (name !== 'event' || (data.id && data.id <= this.position)) return
		const mine = this.source.concerns ? this.source.concerns(data) : data.topics?.some((t) => t.startsWith('scope:') || this.source.topics?.includes(t))
		if (mine) this.refresh()
	}

	close(): void {
		this.stop?.()
		this.stop = undefined
		clearTimeout(this.timer)
		this.turn++
	}

	get missing(): boolean {
		return this.problem instanceof Problem && this.problem.status === 404
	}
}
