// The one connection of a browser to the live stream. Runs in a SharedWorker, or in one tab that leads the others where there is none. It knows tabs only by
// name and by the topics they want.
export type ToHub =
	| { do: 'want'; tab: string; topics: string[]; since: number }
	| { do: 'bye'; tab: string }
	| { do: 'reset' } // another account: begin anew
export type FromHub =
	| { say: 'event'; name: string; data: unknown }
	| { say: 'ready'; topics: string[]; since?: number } // these topics flow: since that event, or from here on
	| { say: 'line'; up: boolean }
	| { say: 'roll' } // a new hub: tell me what you want

const quietTab = 90_000

export class StreamHub {
	private tabs = new Map<string, { topics: string[]; seen: number }>()
	private source: EventSource | null = null
	private stream = ''
	private last = 0
	private told = '' // what the server follows
	private asked = false // it is being told something else
	private failures = 0
	private timer: ReturnType<typeof setTimeout> | undefined
	private tell: (m: FromHub) => void

	constructor(tell: (m: FromHub) => void) {
		this.tell = tell
		setInterval(() => this.sweep(), 30_000)
	}

	hear(m: ToHub): void {
		if (m.do === 'reset') return this.restart()
		if (m.do === 'bye') this.tabs.delete(m.tab)
		else {
			this.tabs.set(m.tab, { topics: m.topics, seen: Date.now() })
			if (!this.source) this.last = Math.max(this.last, m.since)
		}
		this.follow()
	}

	close(): void {
		clearTimeout(this.timer)
		this.source?.close()
		this.source = null
		this.stream = ''
		this.asked = false
	}

	private restart(): void {
		this.close()
		this.told = ''
		this.last = 0
		this.follow()
	}

	/** Tabs that were killed without a word no longer count; the living repeat themselves every 30 seconds. */
	private sweep(): void {
		for (const [tab, t] of this.tabs) if (Date.now() - t.seen > quietTab) this.tabs.delete(tab)
		this.follow()
	}

	private wanted(): string[] {
		return [...new Set([...this.tabs.values()].flatMap((t) => t.topics))].sort()
	}

	private follow(): void {
		const topics = this.wanted()
		if (!topics.length) {
			this.close()
			this.told = ''
			return
		}
		if (!this.source) this.open(topics)
		else if (!this.stream || this.asked) return // what is wanted by then is told when the answer is there
		else if (topics.join() !== this.told) void this.tellTopics(topics)
		else this.tell({ say: 'ready', topics })
	}

	private open(topics: string[]): void {
		clearTimeout(this.timer)
		const since = this.last
		const source = new EventSource(`/api/v1/stream?since=${since}&topics=${topics.map(encodeURIComponent).join(',')}`)
		this.source = source
		this.told = topics.join()
		source.addEventListener('hello', (e) => {
			this.stream = (JSON.parse(e.data) as { stream: string }).stream
			this.failures = 0
			this.tell({ say: 'line', up: true })
			this.tell({ say: 'ready', topics, since })
			this.follow()
		})
		for (const name of ['event', 'updates', 'presence', 'resync'])
			source.addEventListener(name, (e) => {
				if (e.lastEventId) this.last = Math.max(this.last, Number(e.lastEventId) || 0)
				this.tell({ say: 'event', name, data: e.data ? JSON.parse(e.data) : {} })
			})
		source.onerror = () => this.broken()
	}

	/** Our own return instead of the browser's: with the topics of now and from the last event seen. */
	private broken(): void {
		this.close()
		this.told = ''
		this.tell({ say: 'line', up: false })
		const wait = Math.min(15_000, 500 * 2 ** this.failures++) * (0.7 + Math.random() * 0.6)
		this.timer = setTimeout(() => this.follow(), wait)
	}

	/** One at a time: two on their way at once may arrive the wrong way round, and the server would follow the older wish. */
	private async tellTopics(topics: string[]): Promise<void> {
		const stream = this.stream
		this.asked = true
		try {
			const key = `${stream}-${Date.now()}-${Math.random().toString(36).slice(2)}`
			const reply = await fetch(`/api/v1/stream/${stream}/topics`, {
				method: 'POST',
				headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
				body: JSON.stringify({ topics }),
			})
			if (stream !== this.stream) return
			if (!reply.ok) return this.broken()
			this.asked = false
			this.told = topics.join()
			this.tell({ say: 'ready', topics })
			if (this.wanted().join() !== this.told) this.follow()
		} catch {
			if (stream === this.stream) this.broken()
		}
	}
}
