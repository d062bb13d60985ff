// A text as it was at every version: fetched in stretches, worked out here from one version to the next, so that moving through it costs no round trip.
import { ChangeSet, Text } from '@codemirror/state'
import { freeSeat } from './seats.ts'
import type { OldText, OldUpdates, Typist } from './types.ts'

/** Who wrote the next so many units; -1: the text began with them. */
export interface Run { length: number; who: number }
export interface Moment {
	version: number
	doc: Text
	runs: readonly Run[]
	at: string
	who: number
	restored: number | null
	/** From the version before; null where a stretch begins. */
	changes: ChangeSet | null
}

export interface Source {
	version(version: number): Promise<OldText>
	updates(after: number, limit: number): Promise<OldUpdates>
}

const stretch = 250
const most = 3000

/** What an update leaves of the authors of a text. */
export function stepRuns(runs: readonly Run[], changes: ChangeSet, who: number): Run[] {
	const out: Run[] = []
	const add = (length: number, by: number) => {
		const last = out.at(-1)
		if (!length) return
		if (last?.who === by) last.length += length
		else out.push({ length, who: by })
	}
	let [i, used, at] = [0, 0, 0]
	const pass = (n: number, kept: boolean) => {
		while (n > 0) {
			const run = runs[i] as Run
			const k = Math.min(n, run.length - used)
			if (kept) add(k, run.who)
			used += k
			n -= k
			if (used === run.length) [i, used] = [i + 1, 0]
		}
	}
	changes.iterChanges((from, to, _a, _b, inserted) => {
		pass(from - at, true)
		pass(to - from, false)
		add(inserted.length, who)
		at = to
	}, true)
	pass(changes.length - at, true)
	return out
}

export class Replay {
	people: Typist[] = []
	private source: Source
	private moments = new Map<number, Moment>()
	private coming = new Map<number, Promise<void>>()

	constructor(source: Source) {
		this.source = source
	}

	/** The place of somebody among all whom this replay has met. */
	who(p: Typist | null | undefined): number {
		if (!p) return -1
		const at = this.people.findIndex((x) => (p.id ? x.id === p.id : !x.id && x.name === p.name))
		return at < 0 ? this.people.push(p) - 1 : at
	}

	/** That version, when it is here already. */
	peek(version: number): Moment | undefined {
		return this.moments.get(version)
	}

	async at(version: number): Promise<Moment> {
		const start = version > 0 ? Math.floor((version - 1) / stretch) * stretch : 0
		for (let again = 0; again < 3 && !this.moments.has(version); again++) {
			let load = this.coming.get(start)
			if (!load) {
				load = this.load(start, version).finally(() => this.coming.delete(start))
				this.coming.set(start, load)
			}
			await load
		}
		const found = this.moments.get(version)
		if (!found) throw new Error(`version ${version} did not come`)
		return found
	}

	private runsOf(old: OldText): Run[] {
		const out: Run[] = []
		let at = 0
		for (const p of old.authors) {
			if (p.from > at) out.push({ length: p.from - at, who: -1 })
			out.push({ length: p.to - p.from, who: this.who(old.people[p.person]) })
			at = p.to
		}
		if (old.text.length > at) out.push({ length: old.text.length - at, who: -1 })
		return out
	}

	private keep(m: Moment): void {
		this.moments.delete(m.version)
		this.moments.set(m.version, m)
		for (const version of this.moments.keys()) {
			if (this.moments.size <= most) break
			this.moments.delete(version)
		}
	}

	private async load(start: number, wanted: number): Promise<void> {
		let from = wanted
		while (from > start && !this.moments.has(from)) from--
		const known = this.moments.get(from)
		const [base, log] = await Promise.all([known ?? this.source.version(start), this.source.updates(known ? from : start, stretch)])
		let last: Moment = 'doc' in base ? base : { version: start, doc: Text.of(base.text.split('\n')), runs: this.runsOf(base), at: base.at, who: this.who(base.by), restored: null, changes: null }
		this.keep(last)
		for (const u of log.updates) {
			const changes = ChangeSet.fromJSON(u.changes)
			const who = this.who(log.people[u.person])
			// What was brought back has the authors that it had then.
			const runs = u.restored === null ? stepRuns(last.runs, changes, who) : this.runsOf(await this.source.version(u.version))
			last = { version: u.version, doc: changes.apply(last.doc), runs, at: u.at, who, restored: u.restored, changes }
			this.keep(last)
		}
	}
}

/** How long a step of the replay is looked at: as it was typed, but nobody waits for somebody who thinks. */
export function pause(before: Moment, after: Moment, speed: number): number {
	return Math.min(700, Math.max(25, Date.parse(after.at) - Date.parse(before.at))) / speed
}

/** A colour for each: the one they have elsewhere when it is free. */
export function seats(people: readonly Typist[]): number[] {
	const taken = new Set<number>()
	return people.map((p) => {
		const seat = freeSeat(p.id, taken)
		taken.add(seat)
		return seat
	})
}
