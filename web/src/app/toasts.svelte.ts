// Short words at the edge of the screen, with a way back where there is one.
import { t } from '../lib/i18n.svelte.ts'

export interface Toast { id: number; text: string; undo?: (() => unknown) | undefined; danger?: boolean }

class Toasts {
	list = $state.raw<Toast[]>([])
	private next = 1

	/** undo: what takes it back. gone: called when the chance has passed. */
	show(text: string, undo?: () => unknown, gone?: () => unknown, ms = undo ? 7000 : 4000): void {
		const id = this.next++
		let open = true
		const close = () => {
			if (!open) return false
			open = false
			this.list = this.list.filter((x) => x.id !== id)
			return true
		}
		this.list = [...this.list.slice(-2), { id, text, undo: undo && (() => close() && undo()) }]
		setTimeout(() => close() && gone?.(), ms)
	}

	fail(e: unknown): void {
		const id = this.next++
		this.list = [...this.list.slice(-2), { id, text: (e as Error).message || t('Something went wrong.'), danger: true }]
		setTimeout(() => (this.list = this.list.filter((x) => x.id !== id)), 8000)
	}

	/** The last way back still open (key z). */
	undoLast(): void {
		this.list.findLast((x) => x.undo)?.undo?.()
	}
}

export const toasts = new Toasts()
