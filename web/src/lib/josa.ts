// Korean particles depend on how the word before them ends. A text writes both, "{name}을(를)", and this picks one.
const pairs: Record<string, [string, string]> = { '은(는)': ['은', '는'], '이(가)': ['이', '가'], '을(를)': ['을', '를'], '과(와)': ['과', '와'], '으로(로)': ['으로', '로'] }
const pattern = /(.)(["'”’)\]]*)(은\(는\)|이\(가\)|을\(를\)|과\(와\)|으로\(로\))/gu

// How a digit's or a letter's Korean reading ends: with a consonant (1), with ㄹ (2), or open (0).
const digits = [1, 2, 0, 1, 0, 0, 1, 2, 2, 0]
const closedLetters: Record<string, number> = { l: 2, m: 1, n: 1, r: 2 }

function ending(letter: string): number {
	const code = letter.codePointAt(0) ?? 0
	if (code >= 0xac00 && code <= 0xd7a3) {
		const final = (code - 0xac00) % 28
		return final === 0 ? 0 : final === 8 ? 2 : 1
	}
	if (letter >= '0' && letter <= '9') return digits[Number(letter)] ?? 0
	return closedLetters[letter.toLowerCase()] ?? 0
}

export function josa(text: string): string {
	return text.replace(pattern, (_, letter: string, quotes: string, both: string) => {
		const end = ending(letter)
		const [closed, open] = pairs[both] as [string, string]
		return letter + quotes + (end === 0 || (end === 2 && closed === '으로') ? open : closed)
	})
}
