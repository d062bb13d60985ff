// Keyboard. Single keys rest while anything is typed or composed, and can be switched off altogether.
import { session } from './session.svelte.ts'

type Action = (e: KeyboardEvent) => unknown
const layers: Map<string, Action>[] = []

/** Keys of a page or a part, as long as it is there. "g i" is a sequence, "mod+k" ⌘ or Ctrl. */
export function bind(keys: Record<string, Action>): () => void {
	const layer = new Map(Object.entries(keys))
	layers.push(layer)
	return () => void layers.splice(layers.indexOf(layer), 1)
}

export const composing = (e: KeyboardEvent): boolean => e.isComposing || e.keyCode === 229

export function typing(target: EventTarget | null): boolean {
	const e = target as HTMLElement | null
	if (!e?.matches) return false
	return e.isContentEditable || e.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])')
}

// The letter on the key, whatever the layout: with the Korean layout on, «ㅊ» is C.
const letter = (e: KeyboardEvent): string => (/^Key[A-Z]$/.test(e.code) && !/^[a-z]$/i.test(e.key) ? e.code.slice(3).toLowerCase() : e.key.length === 1 ? e.key.toLowerCase() : e.key)

let prefix = ''
let prefixTimer: ReturnType<typeof setTimeout> | undefined

function find(name: string): Action | undefined {
	for (const layer of [...layers].reverse()) {
		const action = layer.get(name)
		if (action) return action
	}
	return undefined
}

function press(e: KeyboardEvent): void {
	// Esc that ends a composition must not also empty a search field or close a dialog.
	if (composing(e) && e.key === 'Escape') e.preventDefault()
	if (e.defaultPrevented || composing(e)) return
	const key = letter(e)
	const dialog = document.querySelector('dialog[open]')
	if (e.metaKey || e.ctrlKey) {
		const action = find(`mod+${e.altKey ? 'alt+' : ''}${e.code === 'KeyK' ? 'k' : key}`)
		if (action && !dialog && action(e) !== false) e.preventDefault()
		return
	}
	if (e.altKey || !session.keys || dialog || typing(e.target)) return
	if (key === 'Enter' && (e.target as Element).closest?.('a, button, input, summary')) return
	const name = prefix ? `${prefix} ${key}` : key
	prefix = ''
	clearTimeout(prefixTimer)
	if (name === 'g') {
		prefix = 'g'
		prefixTimer = setTimeout(() => (prefix = ''), 1200)
		return
	}
	const action = find(name)
	if (action && action(e) !== false) e.preventDefault()
}

export const beginKeys = (): void => addEventListener('keydown', press)

/** j, k and Enter over the rows of a list: elements marked data-row, whose first link opens. */
export function listKeys(root: () => HTMLElement | undefined): () => void {
	const rows = () => [...(root()?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
	const at = (list: HTMLElement[]) => list.findIndex((r) => r.classList.contains('cursor'))
	const move = (by: number) => () => {
		const list = rows()
		if (!list.length) return false
		const from = at(list)
		const to = Math.max(0, Math.min(list.length - 1, from < 0 ? 0 : from + by))
		list.forEach((r, i) => r.classList.toggle('cursor', i === to))
		const link = list[to]?.querySelector<HTMLElement>('a.main, a, button')
		link?.focus({ preventScroll: true })
		list[to]?.scrollIntoView({ block: 'nearest' })
		return true
	}
	const open = () => {
		const list = rows()
		const row = list[at(list)]
		if (!row) return false
		row.querySelector<HTMLElement>('a.main, a')?.click()
		return true
	}
	return bind({ j: move(1), k: move(-1), o: open, Enter: open })
}
