// A record that somebody changes while others may change it, too. Only what was changed is sent; what others changed beside it is left as they made it;
// where both changed the same, the person is asked before anything is replaced.

export type Values = Record<string, unknown>

interface How<T> {
	/** The fields of the record, as they are sent. */
	read: (record: T) => Values
	send: (changed: Values, version: number) => Promise<T>
	/** The record as it is now, when that is why it was refused. */
	newer: (refused: unknown) => T | undefined | Promise<T | undefined>
}

/** Both changed these fields. Saving again replaces what the record says now. */
export class Taken<T = unknown> extends Error {
	record: T
	names: string[]
	constructor(record: T, names: string[]) {
		super('taken')
		this.record = record
		this.names = names
	}
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
const PATIENCE = 5

export class Edit<T extends { version?: number }> {
	private record: T
	private base: Values
	private how: How<T>

	constructor(record: T, how: How<T>) {
		this.record = record
		this.base = { ...how.read(record) }
		this.how = how
	}

	/** What the person wants otherwise than it was when they last saw it. */
	changed(now: Values): Values {
		return Object.fromEntries(Object.entries(now).filter(([name, value]) => !same(value, this.base[name])))
	}

	async save(now: Values): Promise<T> {
		for (let turn = 1; ; turn++) {
			const changed = this.changed(now)
			this.ask(changed)
			if (!Object.keys(changed).length) return this.record
			try {
				return this.take(await this.how.send(changed, this.record.version ?? 0))
			} catch (refused) {
				const newer = turn < PATIENCE ? await this.how.newer(refused) : undefined
				if (!newer) throw refused
				this.record = newer
			}
		}
	}

	/** What has been shown once counts as seen, so the next time it is replaced. */
	private ask(changed: Values): void {
		const theirs = this.how.read(this.record)
		const names = Object.keys(changed).filter((name) => !same(theirs[name], this.base[name]) && !same(theirs[name], changed[name]))
		for (const name of names) this.base[name] = theirs[name]
		if (names.length) throw new Taken(this.record, names)
	}

	private take(record: T): T {
		this.record = record
		Object.assign(this.base, this.how.read(record))
		return record
	}
}
