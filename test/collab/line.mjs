// What lies between a typist and the server: delay, loss on the way there and back, the same request twice, events late, in pieces, out of order or never.
import { sleep } from '../lib/server.mjs'
import { listen } from '../lib/stream.mjs'

export const noTrouble = { delay: 0, lost: 0, twice: 0, dropped: 0, split: 0 }

/** Of somebody who was killed an answer may never come. */
const silence = () => new Promise((_, fail) => { setTimeout(() => fail(Object.assign(new Error('no answer'), { silent: true })), 5000).unref() })

export class Line {
	/** server() is the server of now: it may be another process after a restart. */
	constructor(server, document, random, trouble) {
		Object.assign(this, { server, document, random, trouble, up: true, counts: { requests: 0, lost: 0, twice: 0, dropped: 0, split: 0, reconnects: 0 } })
	}

	/** As Collab wants it. */
	push(body) { return this.request('POST', `/api/v1/documents/${this.document}/updates`, body) }
	pull(since, each) { return this.request('GET', `/api/v1/documents/${this.document}/updates?since=${since}${each ? '&each=true' : ''}`) }

	happens(what) {
		const happens = this.random.chance(this.trouble[what])
		if (happens) this.counts[what]++
		return happens
	}

	pause() { return this.trouble.delay ? sleep(this.random.next() * this.trouble.delay) : undefined }

	async request(method, path, body) {
		await this.pause()
		if (!this.up || this.happens('lost')) throw new Error('lost on the way there')
		const ask = () => { this.counts.requests++; return Promise.race([this.server().ask(method, path, body, { key: null }), silence()]) }
		let reply
		if (this.happens('twice')) [, reply] = await Promise.all([ask(), this.pause()?.then(ask) ?? ask()])
		else reply = await ask()
		await this.pause()
		if (!this.up || this.happens('lost')) throw new Error('lost on the way back')
		if (reply.status >= 300 && reply.status < 500) this.refused = `${method} since ${body?.version ?? path.split('=').at(-1)}: ${reply.status} ${JSON.stringify(reply.body)}`
		if (reply.status >= 300) throw Object.assign(new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`), { status: reply.status, code: reply.body?.code })
		return reply.body
	}

	/** hear(event) for each "updates" of the document; again after a reconnect. */
	async listen(hear) {
		this.stream?.close()
		this.stream = await listen(this.server(), [`document:${this.document}`], (name, data) => { if (name === 'updates') this.deliver(data, hear) })
		this.counts.reconnects++
	}

	deliver(event, hear) {
		if (!this.up || this.happens('dropped')) return
		for (const piece of this.happens('split') ? pieces(event) : [event]) {
			if (this.trouble.delay && this.random.chance(0.7)) void sleep(this.random.next() * 3 * this.trouble.delay).then(() => this.up && hear(piece))
			else hear(piece)
		}
	}

	close() { this.stream?.close() }
}

/** One event as several, the last of which carries the check. */
function pieces({ updates, version, hash, length, ...rest }) {
	return updates.map((update, i) => ({ ...rest, version: version - updates.length + i + 1, updates: [update], ...(i === updates.length - 1 ? { hash, length } : {}) }))
}
