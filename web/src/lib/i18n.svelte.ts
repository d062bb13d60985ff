// Words for people. The English text is the key; Korean comes from the same catalogue as the server's. Components that call t() follow a change of language
// by themselves, so switching loses nothing that was typed.
import { ko } from 'virtual:locale'
import { josa } from './josa.ts'
import type { Lang } from './types.ts'

type Values = Record<string, string | number>

let current = $state<Lang>('en')
let texts = $state.raw<Record<string, string>>({})

export const lang = (): Lang => current

let wanted: Lang = 'en'
const parts = new Set(['main'])
const fetched = new Set<string>()

/** Words that cannot be had are shown in English until somebody asks again. */
async function fetchWords(part: string): Promise<void> {
	const more = fetched.has(part) ? undefined : await ko[part]?.().catch(() => undefined)
	if (!more) return
	fetched.add(part)
	texts = { ...texts, ...more.default }
}

/** Of a page or dialog, before it is shown: build/locale.ts calls it. */
export function words(part: string): Promise<void> | undefined {
	parts.add(part)
	return wanted === 'ko' ? fetchWords(part) : undefined
}

export async function setLang(next: Lang): Promise<void> {
	wanted = next
	if (next === 'ko') await Promise.all([...parts].map(fetchWords))
	if (wanted !== next) return
	current = next
	document.documentElement.lang = next
}

const fill = (text: string, values?: Values) => (values ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : text)

/** The text in the reader's language; {names} are filled in, Korean particles fitted to what stands before them. */
export function t(english: string, values?: Values): string {
	if (current === 'en') return fill(english, values)
	return josa(fill(texts[english] ?? english, values))
}

/** One or many: tn('{n} move', '{n} moves', 3). Korean has one form. */
export function tn(one: string, many: string, n: number, values?: Values): string {
	return current === 'en' ? fill(n === 1 ? one : many, { n, ...values }) : t(one, { n, ...values })
}

/** Marks a text for the catalogue where it is not shown yet (tables). */
export const N = (english: string): string => english
