// Sends what was typed in editors that are gone: left for another page before the server had everything, closed, or lost with their tab.
import type { EditorState } from '@codemirror/state'
import { Collab, restore, type Holder, type Kept, type Watcher } from './collab.ts'
import { forget, keep, keepNow, leftAnywhere } from './keep.ts'
import { unsent } from './unsent.svelte.ts'
import { updatesOf } from './updates.ts'

/** lost: who is told of words that could not be merged; without it they stay in the browser until the document is opened. */
interface Sender { user: number; document: number; client: string; collab: Collab; lost: ((mine: string) => void) | undefined; stuck: boolean; refused: boolean }

const senders = new Set<Sender>()

/** Of a document several may be on their way. */
function say(document: number): void {
	const its = [...senders].filter((s) => s.document === document)
	unsent.say(document, its.reduce((n, s) => n + s.collab.pending, 0), its.some((s) => s.refused))
}

/** Nobody looks at this text. */
function holder(s: Sender, begin: EditorState): Holder {
	let state = begin
	return {
		state: () => state,
		dispatch: (tr) => (state = tr.state),
		composing: () => false,
		endComposition: () => {},
		replace: (_text, version, renewed) => {
			if (renewed) state = restore(renewed, s.collab.extension(version))
		},
	}
}

function watcher(s: Sender): Watcher {
	return {
		status(now) {
			s.refused = now === 'refused'
			if (now === 'saved') end(s, !s.stuck)
			else say(s.document)
		},
		lost(mine) {
			s.stuck = !s.lost
			s.lost?.(mine)
		},
		kept(record) {
			if (record) void keep(s.user, s.document, record).catch(() => {})
		},
	}
}

function end(s: Sender, sent: boolean): void {
	senders.delete(s)
	s.collab.close()
	say(s.document)
	if (sent) void forget(s.user, s.document, s.client).catch(() => {})
}

function add(user: number, document: number, collab: Collab, lost?: (mine: string) => void): Sender {
	const s = { user, document, client: collab.client, collab, lost, stuck: false, refused: false }
	senders.add(s)
	return s
}

/** An editor is left: what it has not sent goes out all the same. */
export function sendOn(user: number, document: number, collab: Collab, state: EditorState): void {
	const s = add(user, document, collab)
	collab.handOver(holder(s, state), watcher(s))
	say(document)
}

/** What an editor that is gone has left behind. */
export async function send(user: number, document: number, kept: Kept, lost?: (mine: string) => void): Promise<void> {
	const watch: { its?: Watcher } = {}
	const collab = new Collab(document, kept.client, kept.text, kept.seq, updatesOf(document, user), {
		status: (...a) => watch.its?.status(...a), lost: (mine) => watch.its?.lost(mine), kept: (record) => watch.its?.kept(record),
	})
	const s = add(user, document, collab, lost)
	watch.its = watcher(s)
	collab.attach(holder(s, restore(kept, collab.extension(kept.version))))
	await collab.pull()
}

/** Everything that this account has left behind in this browser, but for the document that is being opened. */
export async function sendAll(user: number, opening: number): Promise<void> {
	for (const { document, kept } of await leftAnywhere(user, opening)) await send(user, document, kept).catch(() => {})
}

/** An editor of this document opens: it takes over what we have. */
export async function takeBack(user: number, document: number): Promise<void> {
	for (const s of [...senders].filter((s) => s.user === user && s.document === document)) {
		const record = s.collab.record()
		if (record) await keep(user, document, record).catch(() => {})
		end(s, false)
	}
}

for (const name of ['online', 'bokgi-signed-in']) addEventListener(name, () => senders.forEach((s) => s.collab.wake()))
addEventListener('pagehide', () => {
	for (const s of senders) {
		const record = s.collab.record()
		if (record) keepNow(s.user, s.document, record)
		s.collab.flush()
	}
})
