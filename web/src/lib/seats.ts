// The eight colours that people have where they are shown together.

/** The one somebody has everywhere, by number. */
export const seat = (id: number): number => ((id - 1) % 8) + 1

/** The one they have everywhere while it is free, or else the first that is. Without a number they are nobody we know. */
export function freeSeat(id: number | null, taken: ReadonlySet<number>): number {
	const own = id ? seat(id) : 0
	return own && !taken.has(own) ? own : ([1, 2, 3, 4, 5, 6, 7, 8].find((s) => !taken.has(s)) ?? (own || 1))
}
