// Times as people read them, in a given zone: «14:06», «10분 전», «2026년 11월 22일 (일) 14:51», «Sun 22 Nov 2026, 14:51».
import { lang, t } from './i18n.svelte.ts'
import type { Lang } from './types.ts'

type Parts = Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'weekday' | 'timeZoneName', string>

const formats = new Map<string, Intl.DateTimeFormat>()

function format(language: Lang, zone: string): Intl.DateTimeFormat {
	const key = language + zone
	let f = formats.get(key)
	if (!f) {
		const options = { year: 'numeric', month: 'short', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'short' } as const
		try {
			f = new Intl.DateTimeFormat(language === 'ko' ? 'ko-KR' : 'en-GB', { ...options, timeZone: zone })
		} catch {
			f = new Intl.DateTimeFormat(language === 'ko' ? 'ko-KR' : 'en-GB', { ...options, timeZone: 'UTC' }) // a zone this browser does not know
		}
		formats.set(key, f)
	}
	return f
}

function parts(at: string | number, zone: string): Parts {
	const out = {} as Record<string, string>
	for (const p of format(lang(), zone).formatToParts(new Date(at))) out[p.type] = p.value
	// Korean patterns drop the leading zero that was asked for.
	for (const name of ['hour', 'minute', 'second']) out[name] = (out[name] ?? '').padStart(2, '0')
	return out as Parts
}

/** «14:06» */
export const clock = (at: string | number, zone: string): string => {
	const p = parts(at, zone)
	return `${p.hour}:${p.minute}`
}

/** «14:06:03» */
export const clockSeconds = (at: string | number, zone: string): string => `${clock(at, zone)}:${parts(at, zone).second}`

const monthNumber = (p: Parts) => p.month.replace(/\D/g, '')

/** «2026년 11월 22일 (일)», «Sun 22 Nov 2026» */
export function day(at: string | number, zone: string): string {
	const p = parts(at, zone)
	return lang() === 'ko' ? `${p.year}년 ${monthNumber(p)}월 ${p.day}일 (${p.weekday})` : `${p.weekday} ${p.day} ${p.month} ${p.year}`
}

/** «11월 22일», «22 Nov» */
export function shortDay(at: string | number, zone: string): string {
	const p = parts(at, zone)
	return lang() === 'ko' ? `${monthNumber(p)}월 ${p.day}일` : `${p.day} ${p.month}`
}

export const dayAndClock = (at: string | number, zone: string): string => (lang() === 'ko' ? `${day(at, zone)} ${clock(at, zone)}` : `${day(at, zone)}, ${clock(at, zone)}`)

/** The zone's short name at that moment: KST, GMT+2. */
export const zoneName = (at: string | number, zone: string): string => {
	const f = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'short' })
	const name = f.formatToParts(new Date(at)).find((p) => p.type === 'timeZoneName')?.value ?? zone
	return zone === 'Asia/Seoul' ? 'KST' : name
}

/** A day's name in that zone, the same for two instants of one day. */
export const dayKey = (at: string | number, zone: string): string => {
	const p = parts(at, zone)
	return `${p.year} ${p.month} ${p.day}`
}

/** Today only the time, within the year the day too, else the whole date. */
export function short(at: string | number, zone: string, now: number): string {
	if (dayKey(at, zone) === dayKey(now, zone)) return clock(at, zone)
	return parts(at, zone).year === parts(now, zone).year ? `${shortDay(at, zone)} ${clock(at, zone)}` : day(at, zone)
}

/** «4분», «1시간 12분», «3 h», «2 days 4 h»: two units at most, nothing rounded up. */
export function duration(seconds: number): string {
	const s = Math.max(0, Math.floor(seconds))
	const m = Math.floor(s / 60)
	const h = Math.floor(m / 60)
	const d = Math.floor(h / 24)
	if (d) return h % 24 ? t('{d} d {h} h', { d, h: h % 24 }) : t('{d} d', { d })
	if (h) return m % 60 ? t('{h} h {m} min', { h, m: m % 60 }) : t('{h} h', { h })
	return m ? t('{m} min', { m }) : t('{s} s', { s })
}

/** «10분 전», «just now», «in 5 min», and after a day the date. */
export function relative(at: string | number, zone: string, now: number): string {
	const s = Math.round((now - new Date(at).getTime()) / 1000)
	if (Math.abs(s) < 45) return t('just now')
	if (Math.abs(s) >= 86400) return short(at, zone, now)
	return s > 0 ? t('{time} ago', { time: duration(s < 60 ? 60 : s) }) : t('in {time}', { time: duration(-s < 60 ? 60 : -s) })
}

/** «07:32», «1:02:05»; overdue ones count up with a sign. */
export function countdown(to: string, now: number): string {
	const s = Math.trunc((new Date(to).getTime() - now) / 1000)
	const a = Math.abs(s)
	const two = (n: number) => String(n).padStart(2, '0')
	const text = a >= 3600 ? `${Math.floor(a / 3600)}:${two(Math.floor(a / 60) % 60)}:${two(a % 60)}` : `${two(Math.floor(a / 60))}:${two(a % 60)}`
	return s < 0 ? `−${text}` : text
}

/** A date without a time (YYYY-MM-DD) as words. */
export const dateWords = (date: string): string => shortDay(`${date}T12:00:00Z`, 'UTC')

/** Whole days from today to that date in the zone; negative when it is past. */
export function daysUntil(date: string, zone: string, now: number): number {
	const today = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now)
	return Math.round((Date.parse(`${date}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / 86400000)
}

/** An instant as the value of a datetime-local input in the zone, and back. */
export function toLocalInput(at: string | number, zone: string): string {
	const p = {} as Record<string, string>
	const f = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
	for (const x of f.formatToParts(new Date(at))) p[x.type] = x.value
	return `${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}`
}
export function fromLocalInput(value: string, zone: string): string | null {
	const wall = Date.parse(`${value}:00Z`)
	if (Number.isNaN(wall)) return null
	// The offset is asked at the guess and once more at the answer, because it may change between the two.
	let at = wall
	for (let i = 0; i < 2; i++) at = wall - (Date.parse(`${toLocalInput(at, zone)}:00Z`) - at)
	return new Date(at).toISOString().replace('.000Z', 'Z')
}
