// Links to copy: pasted into text they are an address, pasted into a mail or a chat they are the words of what they lead to.
import { toasts } from '../app/toasts.svelte.ts'
import { t } from './i18n.svelte.ts'

const escaped = (s: string) => s.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)

export async function copyLink(to: string, words: string): Promise<void> {
	const url = new URL(to, location.href).href
	try {
		const link = `<a href="${escaped(url)}">${escaped(words)}</a>`
		await navigator.clipboard.write([new ClipboardItem({ 'text/plain': new Blob([url], { type: 'text/plain' }), 'text/html': new Blob([link], { type: 'text/html' }) })])
		toasts.show(t('The link is copied.'))
	} catch {
		if (copyOld(url)) toasts.show(t('The link is copied.'))
		else toasts.show(url) // no clipboard here: at least it can be read
	}
}

/** Over plain HTTP there is no clipboard but this one. */
function copyOld(text: string): boolean {
	const field = document.createElement('textarea')
	field.value = text
	field.className = 'vh'
	const root = document.querySelector('dialog[open]') ?? document.body
	const back = document.activeElement as HTMLElement | null
	root.append(field)
	field.select()
	const done = document.execCommand('copy')
	field.remove()
	back?.focus()
	return done
}
