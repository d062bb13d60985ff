// What the server understands as a time while somebody types: asked a moment after the last key, shown before anything is sent.
import { post } from './api.ts'
import type { When } from './types.ts'

export class WhenReader {
	/** What was understood, and what the person made of it. */
	at = $state<string | null>(null)
	rest = $state('')
	ambiguous = $state(false)
	also = $state<string | null>(null)
	busy = $state(false)
	/** The text the answer belongs to. */
	text = $state('')
	/** Chosen by hand: reading goes on, but the time stays. */
	fixed = $state(false)
	private zone: () => string
	/** The text is to be a time and nothing else: then what is typed wins over what was chosen before, and a rest means that it was not understood. */
	private alone: boolean
	private timer: ReturnType<typeof setTimeout> | undefined
	private turn = 0
	private waiting: string | null = null
	private asking: Promise<void> = Promise.resolve()
	private trouble: unknown

	constructor(zone: () => string, alone = false) {
		this.zone = zone
		this.alone = alone
	}

	read(text: string): void {
		if (!text.trim()) return this.clear()
		this.forget()
		if (this.alone) this.release()
		this.busy = true
		this.waiting = text
		this.timer = setTimeout(() => this.begin(), 180)
	}

	/** What was typed is read to its end now, because it is about to be sent. Fails when nobody could be asked. */
	async settle(): Promise<void> {
		this.begin()
		await this.asking
		if (this.trouble) throw this.trouble
	}

	private begin(): void {
		clearTimeout(this.timer)
		if (this.waiting !== null) this.asking = this.ask(this.waiting)
		this.waiting = null
	}

	private async ask(text: string): Promise<void> {
		const turn = this.turn
		try {
			const answer = await post<When>('/when', { text, zone: this.zone() }, { retries: 0 })
			if (turn === this.turn) this.take(text, answer)
		} catch (e) {
			// Without an answer the server reads the time when the entry is sent.
			if (turn === this.turn) this.trouble = e
		}
		if (turn === this.turn) this.busy = false
	}

	private take(text: string, answer: When): void {
		const at = this.alone && answer.rest.trim() ? null : answer.at
		this.text = text
		this.rest = at ? answer.rest : text
		if (this.fixed) return
		this.at = at
		this.ambiguous = !!at && answer.ambiguous
		this.also = this.ambiguous ? answer.also : null
	}

	private forget(): void {
		clearTimeout(this.timer)
		this.turn++
		this.waiting = null
		this.trouble = undefined
	}

	private release(): void {
		this.at = null
		this.ambiguous = false
		this.also = null
		this.fixed = false
	}

	choose(at: string | null): void {
		this.at = at
		this.ambiguous = false
		this.also = null
		this.fixed = true
	}

	/** It was not meant as a time. */
	dismiss(): void {
		this.choose(null)
	}

	clear(): void {
		this.forget()
		this.release()
		this.rest = ''
		this.text = ''
		this.busy = false
	}
}
