// Who else is in the document, and where. Nothing of it is kept by the server: each editor says where its cursor is when it moves, once to each newcomer, and now and then; whoever closes the
// page says so. Many people say it less often.
import { post } from './api.ts'
import type { Peer } from './editor.ts'
import { freeSeat } from './seats.ts'

export interface Told { client: string; person: Peer['person']; from: number; to: number; gone?: boolean }
export type Someone = Peer & { heard: number; editedAt: number }

const afterMove = 400
const silent = 150_000

export class Presence {
	peers = $state.raw<Someone[]>([])
	/** Counts up when the cursors stand where they were told to be. */
	turn = $state(0)
	/** The editor that our view follows. */
	following = $state('')
	private path: string
	private me: number
	private mine: () => { client: string; from: number; to: number } | undefined
	private draw: (list: Peer[]) => void
	private moved: ReturnType<typeof setTimeout> | undefined
	private drawn: ReturnType<typeof setTimeout> | undefined
	private greeting: ReturnType<typeof setTimeout> | undefined
	private beat: ReturnType<typeof setTimeout> | undefined
	private closed = false

	constructor(ref: string, me: number, mine: Presence['mine'], draw: (list: Peer[]) => void) {
		this.path = `/documents/${ref}/presence`
		this.me = me
		this.mine = mine
		this.draw = draw
		this.again()
	}

	/** Our cursor has moved. */
	tellSoon(): void {
		this.moved ??= setTimeout(() => {
			this.moved = undefined
			this.tell()
		}, afterMove)
	}

	private tell(gone = false): void {
		const at = this.mine()
		if (at && (!this.closed || gone)) void post(this.path, gone ? { client: at.client, gone } : at, { retries: 0, keepalive: gone }).catch(() => {})
	}

	/** Also without moving we are still here. */
	private again(): void {
		this.beat = setTimeout(() => {
			this.forgetSilent()
			this.tell()
			this.again()
		}, 20_000 + 250 * this.peers.length)
	}

	hear(told: Told): void {
		const own = this.mine()?.client === told.client || (told.person && told.person.id === this.me && this.me > 0)
		if (own) return
		const before = this.peers.find((p) => p.client === told.client), rest = this.peers.filter((p) => p.client !== told.client)
		if (told.gone || !told.person) {
			if (this.following === told.client) this.following = ''
			this.peers = rest
		} else {
			if (!before) this.greet()
			const still = before && before.from === told.from && before.to === told.to
			// The other tabs of the same person have the same colour.
			const seat = (before ?? rest.find((p) => p.person.id && p.person.id === told.person.id))?.seat ?? freeSeat(told.person.id, new Set(rest.map((p) => p.seat)))
			const peer = { client: told.client, person: told.person, from: told.from, to: told.to, seat, at: still ? before.at : Date.now(), heard: Date.now(), editedAt: before?.editedAt ?? 0 }
			this.peers = before ? this.peers.map((p) => (p === before ? peer : p)) : [...rest, peer]
		}
		this.drawSoon()
	}

	/** Updates of these editors have come: their people write. */
	wrote(clients: readonly string[]): void {
		const now = Date.now()
		if (this.peers.some((p) => clients.includes(p.client))) this.peers = this.peers.map((p) => (clients.includes(p.client) ? { ...p, editedAt: now, heard: now } : p))
	}

	/** Somebody has come who does not know us yet; where many are, not all at once. */
	private greet(): void {
		this.greeting ??= setTimeout(() => {
			this.greeting = undefined
			this.tell()
		}, 50 + Math.random() * (200 + 50 * this.peers.length))
	}

	private drawSoon(): void {
		this.drawn ??= setTimeout(() => {
			this.drawn = undefined
			if (this.closed) return
			this.draw(this.peers)
			this.turn++
		}, this.peers.length > 20 ? 250 : 30)
	}

	private forgetSilent(): void {
		const heard = this.peers.filter((p) => Date.now() - p.heard < silent)
		if (heard.length === this.peers.length) return
		this.peers = heard
		this.drawSoon()
	}

	/** The page is left. */
	leave = (): void => this.tell(true)

	close(): void {
		this.closed = true
		for (const timer of [this.moved, this.drawn, this.greeting, this.beat]) clearTimeout(timer)
		this.leave()
	}
}
