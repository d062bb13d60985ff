// What a page sees of the live stream: say which topics it wants and from which event on, and hear what happens. One connection serves all tabs: in a
// SharedWorker, else in the tab that holds a lock and speaks to the others over a BroadcastChannel.
import url from './stream-worker.ts?worker&url'
import { StreamHub, type FromHub, type ToHub } from './stream-hub.ts'
import { workerUrl } from './trusted.ts'

type Listener = { topics: string[]; since: number; event: (name: string, data: never) => void; gap?: (() => void) | undefined; isReady: boolean }

const tab = Math.random().toString(36).slice(2)
const listeners = new Set<Listener>()
const lineListeners = new Set<(up: boolean) => void>()
let send: (m: ToHub) => void = () => {}
let started = false

function hear(m: FromHub): void {
	if (m.say === 'roll') return want()
	if (m.say === 'line') return lineListeners.forEach((l) => l(m.up))
	if (m.say === 'ready') {
		for (const l of listeners)
			if (!l.isReady && l.topics.every((t) => m.topics.includes(t))) {
				l.isReady = true
				if (m.since === undefined || m.since > l.since) l.gap?.()
			}
		return
	}
	for (const l of [...listeners]) l.event(m.name, m.data as never)
}

function want(): void {
	const topics = [...new Set([...listeners].flatMap((l) => l.topics))]
	const known = [...listeners].map((l) => l.since).filter(Boolean)
	const since = known.length ? Math.min(...known) : 0
	send({ do: 'want', tab, topics, since })
}

function startWorker(): boolean {
	if (typeof SharedWorker === 'undefined') return false
	const worker = new SharedWorker(workerUrl(url), { type: 'module', name: 'bokgi' })
	worker.port.onmessage = (e: MessageEvent<FromHub>) => hear(e.data)
	send = (m) => worker.port.postMessage(m)
	addEventListener('pagehide', () => {
		send({ do: 'bye', tab })
		worker.port.postMessage({ do: 'leave' })
	})
	return true
}

function startChannel(): void {
	const channel = new BroadcastChannel('bokgi-stream')
	let hub: StreamHub | null = null
	const lead = () => {
		hub = new StreamHub((m) => {
			channel.postMessage(m)
			hear(m)
		})
		channel.postMessage({ say: 'roll' })
		want()
	}
	channel.onmessage = (e: MessageEvent<ToHub | FromHub>) => {
		if ('say' in e.data) hear(e.data)
		else hub?.hear(e.data)
	}
	send = (m) => (hub ? hub.hear(m) : channel.postMessage(m))
	addEventListener('pagehide', () => send({ do: 'bye', tab }))
	// Without locks (plain HTTP off this machine) every tab leads itself.
	if (navigator.locks) void navigator.locks.request('bokgi-stream', () => (lead(), new Promise(() => {})))
	else lead()
}

function start(): void {
	if (started) return
	started = true
	if (!startWorker()) startChannel()
	setInterval(want, 30_000)
	addEventListener('pageshow', (e) => e.persisted && (send({ do: 'reset' }), want()))
}

/**
 * Listen to topics. since: the Bokgi-Position of the data the page already has, 0 when it has none. gap is called once these topics flow and something between
 * since and that moment may have been missed, because the stream was open already: read again there. Returns the way to stop.
 */
export function listen(topics: string[], since: number, event: (name: string, data: never) => void, gap?: () => void): () => void {
	const l: Listener = { topics, since, event, gap, isReady: false }
	listeners.add(l)
	start()
	queueMicrotask(want)
	return () => {
		listeners.delete(l)
		queueMicrotask(want)
	}
}

/** Is the line up? Called at each change. */
export function onLine(f: (up: boolean) => void): () => void {
	lineListeners.add(f)
	return () => lineListeners.delete(f)
}

/** Another account has logged in or out: topics are asked for anew. */
export function resetStream(): void {
	if (!started) return
	for (const l of listeners) l.isReady = false
	send({ do: 'reset' })
	want()
}
