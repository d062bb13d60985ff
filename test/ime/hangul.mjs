// What an input method does for keys of the two-set layout: each key leaves an open syllable, and may close the one before.
const FIRST = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ', VOWEL = 'ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ', LAST = ' ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ'
const JOINED = { ㅗㅏ: 'ㅘ', ㅗㅐ: 'ㅙ', ㅗㅣ: 'ㅚ', ㅜㅓ: 'ㅝ', ㅜㅔ: 'ㅞ', ㅜㅣ: 'ㅟ', ㅡㅣ: 'ㅢ', ㄱㅅ: 'ㄳ', ㄴㅈ: 'ㄵ', ㄴㅎ: 'ㄶ', ㄹㄱ: 'ㄺ', ㄹㅁ: 'ㄻ', ㄹㅂ: 'ㄼ', ㄹㅅ: 'ㄽ', ㄹㅌ: 'ㄾ', ㄹㅍ: 'ㄿ', ㄹㅎ: 'ㅀ', ㅂㅅ: 'ㅄ' }
const PARTED = Object.fromEntries(Object.entries(JOINED).map(([two, one]) => [one, two]))
const isVowel = key => VOWEL.includes(key)

const shown = ({ first = '', vowel = '', last = '' }) =>
	first && vowel ? String.fromCodePoint(0xac00 + (FIRST.indexOf(first) * 21 + VOWEL.indexOf(vowel)) * 28 + Math.max(0, LAST.indexOf(last))) : first + vowel

/** The next open syllable, and what is closed by this key. */
function press(open, key) {
	if (isVowel(key)) {
		if (open.last) { // 닭 + ㅣ: the last part goes over
			const two = PARTED[open.last] ?? ` ${open.last}`
			return [{ ...open, last: two[0].trim() }, { first: two[1], vowel: key }]
		}
		if (!open.vowel) return [null, { ...open, vowel: key }]
		const joined = JOINED[open.vowel + key]
		return joined ? [null, { ...open, vowel: joined }] : [open, { vowel: key }]
	}
	if (open.first && open.vowel) {
		const last = open.last ? JOINED[open.last + key] : LAST.includes(key) && key
		if (last) return [null, { ...open, last }]
	}
	return open.first || open.vowel ? [open, { first: key }] : [null, { first: key }]
}

/** [{commit?, compose}] for keys: "ㅎㅏㄴㄱㅡㄹ" is 한글. */
export function typed(keys) {
	let open = {}
	return [...keys].map(key => {
		const [closed, next] = press(open, key)
		open = next
		return { ...(closed && { commit: shown(closed) }), compose: shown(next) }
	})
}

/** Backspace takes one letter after the other, as long as the syllable is open. */
export function takenBack(keys) {
	const before = [...keys].map((_, i) => typed(keys.slice(0, i + 1)).at(-1).compose)
	return [...before.toReversed().slice(1), ''].map(compose => ({ compose }))
}
