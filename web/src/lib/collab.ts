// The client half of the update protocol of a live document: what is typed goes out at once, what others type comes in one update at a time.
//
// Updates from any side (the stream, an answer to a push, a catch-up) go into one box by the version they apply to, and are taken out in order: twice the same
// is once, a gap asks the server. The stock way, a batch at a time while something is unconfirmed, lets replicas drift apart when updates arrive in pieces.
import { collab, getSyncedVersion, receiveUpdates, sendableUpdates, type Update } from '@codemirror/collab'
import { Annotation, ChangeSet, EditorState, StateEffect, Text, Transaction, type Extension } from '@codemirror/state'
import { hashLines } from './fnv.ts'
import { removed, SCRUBBER, withoutWords } from './scrub.ts'

export interface WireUpdate { client: string; seq: number; changes: unknown }
export interface UpdatesEvent { document: number; version: number; updates: WireUpdate[]; hash?: number | string | null; length?: number | null }
/** reset: the text, because too much was missed. more: the server has more updates than it gave. */
export interface Pulled { version: number; updates?: WireUpdate[]; reset?: boolean; text?: string; more?: boolean }
export interface Pushed { version: number; accepted: number }

/** What is kept in the browser until the server has it. */
export interface Kept { client: string; version: number; text: string; seq: number; updates: unknown[] }

export interface Server {
	/** last: the page may be gone before the answer. */
	push(body: { client: string; version: number; updates: WireUpdate[] }, last?: boolean): Promise<Pushed>
	/** each: never the text instead of the updates, however many they are. */
	pull(since: number, each?: boolean): Promise<Pulled>
}

/** The editor, or whatever else holds the state. */
export interface Holder {
	state(): EditorState
	dispatch(tr: Transaction): void
	/** A syllable is being composed: touching its line now would break it. */
	composing(): boolean
	endComposition(): void
	/** Begin anew with this text at this version; kept: and with what was typed upon it and is not sent. */
	replace(text: string, version: number, kept?: Kept): void
}

export type Status = 'saved' | 'saving' | 'offline' | 'signed-out' | 'refused'

export interface Watcher {
	status(status: Status, pending: number, why?: string): void
	/** The server's text had to be taken; what was written here and could not be merged. */
	lost(mine: string): void
	kept(record: Kept | null): void
	/** Something was removed from the text for good. */
	scrubbed?(): void
	/** The editor goes on under another name. */
	renamed?(client: string): void
}

const holdAtMost = 5000
const keepRecent = 400
const streamTakes = 100
/** As many as the server takes at once. */
const mostOfPush = 500

// Of what was kept also an update counts whose text others have deleted since: the server may know it by its number.
const restored = StateEffect.define<null>()

/** As the server takes it: line ends of other systems are ours, no NUL, and a lone half of a surrogate pair becomes �. */
const asTaken = (s: string): string => s.replace(/\r\n?/g, '\n').replaceAll('\0', '').toWellFormed()

/** Only what the server takes gets into the text, wherever it was pasted from. */
export const wellFormed: Extension = EditorState.transactionFilter.of((tr) => {
	if (!tr.docChanged || tr.annotation(Transaction.remote) || tr.effects.some((e) => e.is(restored))) return tr
	const specs: { from: number; to: number; insert: Text }[] = []
	let bad = false
	tr.changes.iterChanges((from, to, _c, _d, inserted) => {
		const text = inserted.toString(), taken = asTaken(text)
		bad ||= taken !== text
		specs.push({ from, to, insert: Text.of(taken.split('\n')) })
	})
	if (!bad) return tr
	// Where the cursor was to stand is behind what was inserted, however long that is now.
	const changes = tr.startState.changes(specs), back = tr.changes.invertedDesc
	const place = (pos: number) => changes.mapPos(back.mapPos(pos, 1), 1)
	return [{ changes, selection: tr.selection && { anchor: place(tr.selection.main.anchor), head: place(tr.selection.main.head) }, effects: tr.effects, scrollIntoView: tr.scrollIntoView, annotations: Transaction.userEvent.of(tr.annotation(Transaction.userEvent) ?? 'input') }]
})

export const localOnly = Annotation.define<boolean>()

export class Collab {
	client: string
	/** The text as the server has it, at the version we have confirmed. */
	private base: Text
	private seq: number
	/** What made the last versions, oldest first: the version before, and the change. */
	private recent: { version: number; changes: ChangeSet }[] = []
	private box = new Map<number, WireUpdate>()
	private checks = new Map<number, { hash: number; length: number }>()
	private holder: Holder | undefined
	private server: Server
	private watcher: Watcher
	private pushing = false
	private pulling = false
	/** Something was removed from the text: nothing goes out or comes in until it is gone here, too. */
	private scrubbing = false
	private failures = 0
	private status: Status = 'saved'
	private why = ''
	/** Something waits for the end of a composition, but not for ever. */
	private held: ReturnType<typeof setTimeout> | undefined
	private timers = new Set<ReturnType<typeof setTimeout>>()
	private awaited: { version: number; go(): void } | undefined
	private closed = false
	private doc: number

	constructor(doc: number, client: string, base: string, seq: number, server: Server, watcher: Watcher) {
		this.doc = doc
		this.client = client
		this.base = Text.of(base.split('\n'))
		this.seq = seq
		this.server = server
		this.watcher = watcher
	}

	extension(version: number): Extension {
		return [collab({ startVersion: version, clientID: this.client, sharedEffects: (tr) => tr.effects.filter((e) => e.is(restored)) }), wellFormed, EditorState.lineSeparator.of('\n')]
	}

	attach(holder: Holder): void {
		this.holder = holder
		if (this.pending) this.changed()
	}

	/** The editor is left, and somebody else goes on with its state. */
	handOver(holder: Holder, watcher: Watcher): void {
		this.holder = holder
		this.watcher = watcher
		if (this.status === 'refused') this.wake()
		else void this.push()
	}

	private get state(): EditorState {
		return (this.holder as Holder).state()
	}
	get version(): number {
		return getSyncedVersion(this.state)
	}
	get pending(): number {
		return sendableUpdates(this.state).length
	}

	/** The text as the server has it. */
	get confirmedText(): { text: string; version: number } {
		return { text: this.base.toString(), version: this.version }
	}

	/** What is on the screen, in the text as the server has it; pending edits are taken back. */
	confirmed(from: number, to: number): { from: number; to: number; version: number; length: number } {
		for (const u of sendableUpdates(this.state).toReversed()) {
			const back = u.changes.invertedDesc
			;[from, to] = [back.mapPos(from, 1), back.mapPos(to, -1)]
		}
		return { from, to: Math.max(from, to), version: this.version, length: this.base.length }
	}

	/** From the text at a version to what is on the screen. «ahead»: we are not there yet; «behind»: too long ago to know. */
	since(version: number): ChangeSet[] | 'ahead' | 'behind' {
		if (version > this.version) return 'ahead'
		const steps = this.recent.filter((r) => r.version >= version)
		if (steps.length !== this.version - version) return 'behind'
		return [...steps.map((r) => r.changes), ...sendableUpdates(this.state).map((u) => u.changes)]
	}

	/** Something was typed here. */
	changed(): void {
		if (!this.pending || this.closed) return
		this.keepSoon()
		if (this.status === 'refused' || this.status === 'signed-out') return this.tell(this.status, this.why)
		if (this.status === 'saved') this.tell('saving')
		else this.tell(this.status)
		void this.push()
	}

	/** An event of the live stream. */
	receive(e: UpdatesEvent): void {
		if (e.document !== this.doc || this.closed) return
		const first = e.version - e.updates.length
		e.updates.forEach((u, i) => this.put(first + i, u))
		if (e.hash !== undefined && e.hash !== null) this.checks.set(e.version, { hash: typeof e.hash === 'string' ? Number.parseInt(e.hash, 16) : e.hash >>> 0, length: e.length ?? -1 })
		this.drain()
	}

	/** The page came without a line: nothing is saved before the server has answered. */
	unreached(): void {
		this.tell('offline')
	}

	/** The line is back, or the tab is looked at again. */
	wake(): void {
		if (this.closed) return
		this.failures = 0
		if (this.status === 'signed-out' || this.status === 'refused') this.status = 'offline'
		void this.pull().then(() => this.push())
	}

	/** What the server does not take is put aside, and shown: the text goes on as the server has it. */
	giveUp(): void {
		if (this.status === 'refused') void this.reset()
	}

	/** The page may go: what is not confirmed goes out once more, by a request that outlives it. The server knows each update by its number. */
	flush(): void {
		if (!this.closed && !this.scrubbing && this.pending && this.status !== 'refused' && this.status !== 'signed-out') void this.server.push(this.next(), true).catch(() => {})
	}

	/** A composition has ended; held updates may go in, unless the next one has begun already. */
	compositionEnd(): void {
		this.later(0, () => this.drain())
	}

	close(): void {
		this.closed = true
		for (const t of this.timers) clearTimeout(t)
	}

	/** What must survive a closed tab, or null when the server has everything. */
	record(): Kept | null {
		const updates = sendableUpdates(this.state)
		if (!updates.length) return null
		return { client: this.client, version: this.version, text: this.base.toString(), seq: this.seq, updates: updates.map((u) => u.changes.toJSON()) }
	}

	private later(ms: number, f: () => void): ReturnType<typeof setTimeout> {
		const t = setTimeout(() => {
			this.timers.delete(t)
			f()
		}, ms)
		this.timers.add(t)
		return t
	}

	private keeping = false
	private keepSoon(): void {
		if (this.keeping) return
		this.keeping = true
		this.later(150, () => {
			this.keeping = false
			this.watcher.kept(this.record())
		})
	}

	private tell(status: Status, why = ''): void {
		this.status = status
		this.why = why
		this.watcher.status(status, this.pending, why)
	}

	private put(version: number, update: WireUpdate): void {
		if (version >= this.version) this.box.set(version, update)
	}

	/** Take out of the box what fits, one update at a time. */
	private drain(): void {
		if (this.closed || this.scrubbing) return
		let before = -1
		while (this.version !== before) {
			before = this.version
			const next = this.box.get(before)
			if (!next || !this.apply(before, next)) break
		}
		if (this.awaited && this.version >= this.awaited.version) this.awaited.go()
		for (const version of this.box.keys()) if (version < this.version) this.box.delete(version)
		if (!this.box.has(this.version) && this.box.size) this.later(60, () => void this.closeGap())
		if (!this.pending && !this.box.size && this.status !== 'saved') {
			this.watcher.kept(null)
			this.tell('saved')
		}
	}

	private closeGap(): Promise<void> | undefined {
		return this.box.size && !this.box.has(this.version) ? this.pull() : undefined
	}

	/** False: it is held, because somebody composes on that line. */
	private apply(version: number, update: WireUpdate, anyway = false): boolean {
		if (update.client === SCRUBBER && !anyway) {
			void this.scrub()
			return false
		}
		const mine = sendableUpdates(this.state)[0]
		const own = !!mine && update.client === this.client && update.seq === this.seq + 1
		let changes: ChangeSet
		let tr: Transaction
		try {
			changes = own ? mine.changes : ChangeSet.fromJSON(update.changes)
			const u: Update = { changes, clientID: update.client }
			tr = receiveUpdates(this.state, [u]) as unknown as Transaction
		} catch {
			void this.reset()
			return false
		}
		if (!own && !anyway && this.mustHold(tr)) return false
		this.release()
		this.base = changes.apply(this.base)
		this.recent.push({ version, changes })
		if (this.recent.length > keepRecent) this.recent.shift()
		if (own) this.seq++
		;(this.holder as Holder).dispatch(tr)
		this.box.delete(version)
		return anyway || this.check(version + 1)
	}

	/** The text as it may be read is taken instead of ours, character for character; what is typed and not sent is kept, without the words. */
	private async scrub(): Promise<void> {
		if (this.scrubbing) return
		this.scrubbing = true
		try {
			const whole = await this.server.pull(-1)
			const since = this.version
			const news = whole.version > since ? await this.server.pull(since) : { version: since, updates: [] }
			if (this.closed) return
			if (whole.text === undefined || news.reset || news.version < whole.version) return void (await this.reset())
			if ((this.holder as Holder).composing()) (this.holder as Holder).endComposition()
			for (const [i, u] of (news.updates ?? []).entries()) {
				if (since + i >= whole.version) this.box.set(since + i, u)
				else if (!this.apply(since + i, u, true)) return
			}
			await this.forgetWords(whole.text, whole.version)
		} catch (e) {
			this.scrubbing = false
			return this.failed(e)
		} finally {
			this.scrubbing = false
		}
		this.drain()
		void this.push()
	}

	private async forgetWords(text: string, version: number): Promise<void> {
		const before = this.base.toString()
		if (before.length !== text.length || this.version !== version) return this.reset()
		const words = removed(before, text)
		const updates = withoutWords(text, sendableUpdates(this.state).map((u) => u.changes), words)
		for (const v of this.checks.keys()) if (v <= version) this.checks.delete(v)
		this.base = Text.of(text.split('\n'))
		this.recent = []
		this.release()
		;(this.holder as Holder).replace(text, version, { client: this.client, version, text, seq: this.seq, updates: updates.map((u) => u.toJSON()) })
		this.watcher.kept(this.record())
		this.watcher.scrubbed?.()
	}

	private mustHold(tr: Transaction): boolean {
		const holder = this.holder as Holder
		if (!holder.composing()) return false
		const line = this.state.doc.lineAt(this.state.selection.main.head)
		let touches = false
		tr.changes.iterChangedRanges((from, to) => {
			if (from <= line.to && to >= line.from) touches = true
		})
		if (!touches) return false
		this.held ??= this.later(holdAtMost, () => {
			this.held = undefined
			holder.endComposition()
			this.later(0, () => this.drain())
		})
		return true
	}

	/** The clock of this hold stops with it: running on, it would end somebody's next syllable. */
	private release(): void {
		if (this.held === undefined) return
		clearTimeout(this.held)
		this.timers.delete(this.held)
		this.held = undefined
	}

	private check(version: number): boolean {
		const want = this.checks.get(version)
		for (const v of this.checks.keys()) if (v <= version) this.checks.delete(v)
		if (!want) return true
		const chunks = (function* (text: Text) {
			for (const chunk of text.iter()) yield chunk
		})(this.base)
		if ((want.length < 0 || want.length === this.base.length) && want.hash === hashLines(chunks)) return true
		void this.reset()
		return false
	}

	/** The server's text is right; ours is put aside and shown. */
	private async reset(pulled?: Pulled): Promise<void> {
		let got = pulled
		try {
			if (got?.text === undefined) got = await this.server.pull(-1)
		} catch (e) {
			return this.failed(e)
		}
		if (this.closed || got.text === undefined) return
		const mine = this.pending ? this.state.doc.toString() : ''
		this.watcher.kept(null)
		// A push of the old name may still be on its way; under a new one nothing of it can be taken for what is typed from here on.
		this.client = clientName()
		this.seq = 0
		this.watcher.renamed?.(this.client)
		this.base = Text.of(got.text.split('\n'))
		this.recent = []
		this.box.clear()
		this.checks.clear()
		this.release()
		;(this.holder as Holder).replace(got.text, got.version)
		if (mine && mine !== got.text) this.watcher.lost(mine)
		this.tell('saved')
	}

	async pull(): Promise<void> {
		if (this.pulling || this.closed) return
		this.pulling = true
		try {
			for (let more = true; more; ) {
				const since = this.version
				// What is typed here is merged however long we were away; without it the text is faster.
				const each = this.pending > 0
				const got = await this.server.pull(since, each)
				if (this.closed) return
				if (got.reset && !each && this.pending) continue // typed meanwhile
				if (got.reset) return void (await this.reset(got))
				got.updates?.forEach((u, i) => this.put(since + i, u))
				this.drain()
				more = got.more === true && this.version > since
			}
		} catch (e) {
			this.failed(e)
		} finally {
			this.pulling = false
		}
	}

	/** Others were faster: the stream is about to bring them and what was pushed. Only what it does not bring is asked for. */
	private async arrival(version: number): Promise<void> {
		if (this.version < version)
			await new Promise<void>((go) => {
				this.awaited = { version, go }
				this.later(streamTakes, go)
			})
		this.awaited = undefined
		if (this.version < version) await this.pull()
	}

	/** The next that goes out. */
	private next(): { client: string; version: number; updates: WireUpdate[] } {
		const updates = sendableUpdates(this.state).slice(0, mostOfPush).map((u, i) => ({ seq: this.seq + 1 + i, changes: u.changes.toJSON() }) as WireUpdate)
		return { client: this.client, version: this.version, updates }
	}

	private async push(): Promise<void> {
		if (this.pushing || this.closed || this.scrubbing || this.status === 'refused' || this.status === 'signed-out' || !this.pending) return
		this.pushing = true
		const { client, version, updates } = this.next()
		try {
			const got = await this.server.push({ client, version, updates })
			this.failures = 0
			if (this.closed) return
			if (this.status === 'offline') this.tell('saving')
			// Nobody was in between: the answer itself confirms.
			if (got.version === version + updates.length && got.accepted === updates.length) {
				updates.forEach((u, i) => this.put(version + i, { ...u, client }))
				this.drain()
			} else await this.arrival(got.version)
		} catch (e) {
			this.pushing = false
			return this.failed(e)
		}
		this.pushing = false
		if (this.pending && !this.held) void this.push()
		else if (this.pending) this.later(300, () => void this.push())
	}

	private failed(e: unknown): void {
		if (this.closed) return
		const status = (e as { status?: number }).status
		if (status === 401 || (e as { code?: string }).code === 'collab.other_person') this.tell('signed-out')
		// Made before something was removed: the next update that we have not seen says so.
		else if (status === 409 && (e as { code?: string }).code === 'collab.scrubbed') void this.pull().then(() => this.drain())
		// Too far behind to be merged by the server: first what was missed, then what was typed.
		else if (status === 409 && (e as { code?: string }).code === 'collab.behind') this.later(100, () => void this.pull().then(() => this.push()))
		else if (status === 409) void this.reset()
		else if (status !== undefined && status < 500 && status !== 429 && status !== 408) this.tell('refused', (e as Error).message)
		else {
			this.tell(this.pending ? 'offline' : this.status)
			this.watcher.kept(this.record())
			this.later(Math.min(10_000, 400 * 2 ** this.failures++) * (0.7 + Math.random() * 0.6), () => void this.pull().then(() => this.push()))
		}
	}
}

/** A fresh name for one editor in one tab: 22 characters. */
export function clientName(): string {
	const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
	return [...crypto.getRandomValues(new Uint8Array(22))].map((b) => letters[b & 63]).join('')
}

/** The state of an editor begun from what was kept: the old text, and on it what the server does not have. */
export function restore(kept: Kept, extensions: Extension): EditorState {
	let state = EditorState.create({ doc: kept.text, extensions })
	for (const u of kept.updates) state = state.update({ changes: ChangeSet.fromJSON(u), effects: restored.of(null) }).state
	return state
}
