// Times as people read them, in a given zone: «14:06», «10분 전», «2026년 11월 22일 (일) 14:51», «Sun 22 Nov 2026, 14:51».
import { lang, t } from './i18n.svelte.ts'
import { dayKey, parts } from './wall.ts'

export { dayKey, daysUntil, fromLocalInput, toLocalInput } from './wall.ts'

const WEEKDAYS = { Sun: '일', Mon: '월', Tue: '화', Wed: '수', Thu: '목', Fri: '금', Sat: '토' } as Record<string, string>
const MONTHS = ['', 'Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** «14:06» */
export const clock = (at: string | number, zone: string): string => {
	const p = parts(at, zone)
	return `${p.hour}:${p.minute}`
}

/** «14:06:03» */
export const clockSeconds = (at: string | number, zone: string): string => `${clock(at, zone)}:${parts(at, zone).second}`

/** «2026년 11월 22일 (일)», «Sun 22 Nov 2026» */
export function day(at: string | number, zone: string): string {
	const p = parts(at, zone)
	return lang() === 'ko' ? `${p.year}년 ${p.month}월 ${p.day}일 (${WEEKDAYS[p.weekday]})` : `${p.weekday} ${p.day} ${MONTHS[Number(p.month)]} ${p.year}`
}

/** «11월 22일», «22 Nov» */
export function shortDay(at: string | number, zone: string): string {
	const p = parts(at, zone)
	return lang() === 'ko' ? `${p.month}월 ${p.day}일` : `${p.day} ${MONTHS[Number(p.month)]}`
}

export const dayAndClock = (at: string | number, zone: string): string => (lang() === 'ko' ? `${day(at, zone)} ${clock(at, zone)}` : `${day(at, zone)}, ${clock(at, zone)}`)

/** The zone's short name at that moment: KST, GMT+2. */
export const zoneName = (at: string | number, zone: string): string => {
	const f = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'short' })
	const name = f.formatToParts(new Date(at)).find((p) => p.type === 'timeZoneName')?.value ?? zone
	return zone === 'Asia/Seoul' ? 'KST' : name
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
export function dateWords(date: string): string {
	const words = shortDay(`${date}T12:00:00Z`, 'UTC')
	const year = date.slice(0, 4)
	if (year === String(new Date().getFullYear())) return words
	return lang() === 'ko' ? `${year}년 ${words}` : `${words} ${year}`
}

