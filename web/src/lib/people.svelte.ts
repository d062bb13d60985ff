// Everybody, read once when first needed, for pickers and mentions.
import { all } from './api.ts'
import { matches } from './hangul.ts'
import type { Person } from './types.ts'

class People {
	list = $state.raw<Person[]>([])
	private asked = false

	async load(again = false): Promise<void> {
		if (this.asked && !again) return
		this.asked = true
		try {
			this.list = (await all<Person>('/people')).data
		} catch {
			this.asked = false
		}
	}

	find(typed: string): Person[] {
		return this.list.filter((p) => p.active !== false && (!typed || matches(p.name, typed) || matches(p.login, typed)))
	}
}

export const people = new People()

/** Two letters that stand for a name: 서윤 of 한서윤, MO of Mina Okafor. */
export function initials(name: string): string {
	if (/^[가-힣]{2,4}$/.test(name)) return name.length > 2 ? name.slice(-2) : name
	const words = name.trim().split(/\s+/)
	const last = words.length > 1 ? (words.at(-1) ?? '') : ''
	return ((words[0] ?? '').slice(0, last ? 1 : 2) + last.slice(0, 1)).toUpperCase()
}
