// The hash that browser and server compute alike over a document's text: FNV-1a, 32 bit, over the UTF-16 units, low byte first.
export function fnv(hash: number, text: string): number {
	let h = hash
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i)
		h = Math.imul(h ^ (unit & 0xff), 0x01000193)
		h = Math.imul(h ^ (unit >> 8), 0x01000193)
	}
	return h >>> 0
}

export function hashLines(chunks: Iterable<string>): number {
	let h = 0x811c9dc5
	for (const chunk of chunks) h = fnv(h, chunk)
	return h >>> 0
}
