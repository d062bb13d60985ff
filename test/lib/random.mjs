// Random numbers that a seed repeats: mulberry32, small and the same on every machine.
export class Random {
	constructor(seed) { this.state = seed | 0 }
	next() {
		this.state = (this.state + 0x6d2b79f5) | 0
		let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296
	}
	below(n) { return Math.floor(this.next() * n) }
	between(from, to) { return from + this.below(to - from + 1) }
	chance(p) { return this.next() < p }
	pick(list) { return list[this.below(list.length)] }
	name(n) { return Array.from({ length: n }, () => this.pick('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')).join('') }
	/** Another source, of its own: what one draws does not move the other. */
	fork(n) { return new Random(Math.imul(this.state ^ 0x9e3779b9, 2 * n + 1) + n) }
}

/** The seed of this run: BOKGI_SEED repeats one. */
export const seed = process.env.BOKGI_SEED ? Number(process.env.BOKGI_SEED) : (Date.now() ^ (process.pid << 8)) >>> 0
