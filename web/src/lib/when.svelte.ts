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
	private timer: ReturnType<typeof setTimeout> | undefined
	private turn = 0

	constructor(zone: () => string) {
		this.zone = zone
	}

	read(text: string): void {
		clearTimeout(this.timer)
		this.turn++
		if (!text.trim()) return this.clear()
		this.busy = true
		this.timer = setTimeout(() => void this.ask(text), 180)
	}

	private async ask(text: string): Promise<void> {
		const turn = this.turn
		try {
			const answer = await post<When>('/when', { text, zone: this.zone() }, { retries: 0 })
			if (turn !== this.turn) return
			this.text = text
			this.rest = answer.at ? answer.rest : text
			if (!this.fixed) {
				this.at = answer.at
				this.ambiguous = !!answer.at && answer.ambiguous
				this.also = this.ambiguous ? answer.also : null
			}
		} catch {
			// Without an answer the server reads the time when the entry is sent.
		}
		if (turn === this.turn) this.busy = false
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
		clearTimeout(this.timer)
		this.turn++
		this.at = null
		this.rest = ''
		this.text = ''
		this.ambiguous = false
		this.also = null
		this.fixed = false
		this.busy = false
	}
}
