// What the clock on the wall of a zone shows; no words, which are time.ts's.
import type { Turn } from './types.ts'

export type Parts = Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'weekday', string>

/* One for each zone, whatever the language: to make one is what costs. */
const formats = new Map<string, Intl.DateTimeFormat>()

function format(zone: string): Intl.DateTimeFormat {
	let f = formats.get(zone)
	if (!f) {
		const options = { year: 'numeric', month: 'numeric', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
		try {
			f = new Intl.DateTimeFormat('en-US', { ...options, timeZone: zone })
		} catch {
			f = new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' }) // a zone this browser does not know
		}
		formats.set(zone, f)
	}
	return f
}

/* What the server says of the reader's zone: the browser's own tables take longer to open than a page does to be shown. */
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const DAY = 86_400_000
let told: { zone: string; turns: { at: number; offset: number }[] } = { zone: '', turns: [] }
export function tellClock(zone: string, turns: Turn[] = []): void {
	told = { zone, turns: turns.map(({ at, offset }) => ({ at: Date.parse(at), offset: offset * 1000 })) }
}

/** undefined: not told for that time. */
function offsetAt(at: number): number | undefined {
	const last = told.turns.at(-1)
	return last && at < Math.max(last.at, Date.now()) + 400 * DAY ? told.turns.findLast((turn) => turn.at <= at)?.offset : undefined
}

function partsTold(at: number, offset: number): Parts {
	const d = new Date(at + offset)
	const two = (n: number) => String(n).padStart(2, '0')
	return { year: `${d.getUTCFullYear()}`, month: `${d.getUTCMonth() + 1}`, day: `${d.getUTCDate()}`, weekday: WEEKDAYS[d.getUTCDay()] as string, hour: two(d.getUTCHours()), minute: two(d.getUTCMinutes()), second: two(d.getUTCSeconds()) }
}

export function parts(at: string | number, zone: string): Parts {
	const when = new Date(at).getTime()
	const offset = zone === 'UTC' ? 0 : zone === told.zone ? offsetAt(when) : undefined
	if (offset !== undefined && !Number.isNaN(when)) return partsTold(when, offset)
	const out = {} as Record<string, string>
	for (const p of format(zone).formatToParts(when)) if (p.type !== 'literal') out[p.type] = p.value
	return out as Parts
}

/** A day's name in that zone, the same for two instants of one day. */
export const dayKey = (at: string | number, zone: string): string => {
	const p = parts(at, zone)
	return `${p.year} ${p.month} ${p.day}`
}

/** Whole days from today to that date in the zone; negative when it is past. */
export function daysUntil(date: string, zone: string, now: number): number {
	const today = toLocalInput(now, zone).slice(0, 10)
	return Math.round((Date.parse(`${date}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / 86400000)
}

/** An instant as the value of a datetime-local input in the zone, and back. */
export function toLocalInput(at: string | number, zone: string): string {
	const p = parts(at, zone)
	return `${p.year}-${p.month.padStart(2, '0')}-${p.day.padStart(2, '0')}T${p.hour}:${p.minute}`
}
export function fromLocalInput(value: string, zone: string): string | null {
	const wall = Date.parse(`${value}:00Z`)
	if (Number.isNaN(wall)) return null
	// The offset is asked at the guess and once more at the answer, because it may change between the two.
	let at = wall
	for (let i = 0; i < 2; i++) at = wall - (Date.parse(`${toLocalInput(at, zone)}:00Z`) - at)
	return new Date(at).toISOString().replace('.000Z', 'Z')
}
