// Initial-consonant search: ㅈㅇ finds 장애.
const initials = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'

const initial = (letter: string): string => {
	const code = letter.charCodeAt(0)
	return code >= 0xac00 && code <= 0xd7a3 ? (initials[Math.floor((code - 0xac00) / 588)] as string) : letter
}

const fold = (text: string) => text.normalize('NFC').toLowerCase().replace(/\s+/g, '')

/** Does the text hold what was typed, letter by letter or by initial consonants? Case and spaces do not count. */
export function matches(text: string, typed: string): boolean {
	const needle = fold(typed)
	const hay = fold(text)
	if (hay.includes(needle)) return true
	return /[ㄱ-ㅎ]/.test(needle) && [...hay].map(initial).join('').includes([...needle].map((c) => (initials.includes(c) ? c : initial(c))).join(''))
}
