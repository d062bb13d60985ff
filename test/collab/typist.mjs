// Somebody who types: an EditorState of CodeMirror held by the product's own web/src/lib/collab.ts; and the stock client of @codemirror/collab, which must fail.
import { collab, getSyncedVersion, receiveUpdates, sendableUpdates } from '@codemirror/collab'
import { ChangeSet, EditorState } from '@codemirror/state'
import { Collab, restore } from '../../web/src/lib/collab.ts'

/** What both have: a state, a random hand, a line. */
class Hand {
	constructor(line, random, name) {
		Object.assign(this, { line, random, name, state: undefined, edits: 0, troubles: [] })
	}
	get text() { return this.state.doc.toString() }
	type(spec) {
		this.state = this.state.update(spec).state
		this.edits++
		this.typed()
	}
	listen() { return this.line.listen(event => this.heard(event)) }
}

export class Typist extends Hand {
	isComposing = false

	begin({ text, text_version: version }) {
		this.collab = new Collab(this.line.document, this.name, text, 0, this.line, this.watcher())
		this.hold(EditorState.create({ doc: text, extensions: this.collab.extension(version) }))
	}

	watcher() {
		return {
			status: (status, _pending, why) => { this.status = status; if (status === 'refused' || status === 'signed-out') this.troubles.push(`${status}: ${why}`) },
			lost: mine => this.troubles.push(`lost what was typed: ${JSON.stringify(mine)}`),
			kept: () => {},
		}
	}

	hold(state) {
		this.state = state
		const its = this.collab
		its.attach({
			state: () => this.state,
			dispatch: tr => { this.state = tr.state },
			composing: () => this.isComposing,
			endComposition: () => { this.isComposing = false },
			replace: (text, version, kept) => {
				if (kept) return void (this.state = restore(kept, its.extension(version)))
				const from = this.version, why = this.line.refused ?? 'nothing was refused'
				// Who has nothing unsent loses nothing.
				if (this.pending) this.troubles.push(`at version ${from} had to take the server's text at version ${version} (${why}; ${new Error().stack.match(/Collab\.\w+/g)})`)
				this.state = EditorState.create({ doc: text, extensions: its.extension(version) })
			},
		})
	}

	/** The tab is closed and opened again: only what the browser keeps is left. */
	reopen(document) {
		const kept = this.collab.record()
		this.collab.close()
		if (!kept) {
			this.name = this.random.name(22)
			return this.begin(document)
		}
		this.collab = new Collab(this.line.document, kept.client, kept.text, kept.seq, this.line, this.watcher())
		this.hold(restore(kept, this.collab.extension(kept.version)))
	}

	compose() { this.isComposing = true }
	composed() { this.isComposing = false; this.collab.compositionEnd() }
	typed() { this.collab.changed() }
	heard(event) { this.collab.receive(event) }
	wake() { this.collab.wake() }
	get version() { return this.collab.version }
	get pending() { return this.collab.pending }
	close() { this.collab.close(); this.line.close() }
}

/** As the package's own example does it: whatever arrived goes in at once, also over what is not confirmed. */
export class StockTypist extends Hand {
	seq = 0

	begin({ text, text_version: version }) {
		this.state = EditorState.create({ doc: text, extensions: [collab({ startVersion: version, clientID: this.name }), EditorState.lineSeparator.of('\n')] })
	}
	get version() { return getSyncedVersion(this.state) }
	get pending() { return sendableUpdates(this.state).length }
	typed() { void this.push() }
	heard(event) { this.take(event.version - event.updates.length, event.updates) }
	wake() { void this.pull().then(() => this.push()) }
	compose() {}
	composed() {}
	reopen() {}
	close() { this.line.close() }

	take(from, updates) {
		if (from > this.version) return void this.pull()
		const fresh = updates.slice(this.version - from)
		if (!fresh.length) return
		try {
			this.state = receiveUpdates(this.state, fresh.map(u => ({ clientID: u.client, changes: ChangeSet.fromJSON(u.changes) }))).state
			this.seq += fresh.filter(u => u.client === this.name).length
		} catch (error) {
			this.troubles.push(`cannot apply what it received: ${error.message}`)
		}
	}

	async pull() {
		if (this.pulling) return
		this.pulling = true
		const since = this.version
		try {
			const { updates } = await this.line.pull(since)
			this.take(since, updates ?? [])
		} catch { /* asked again */ } finally { this.pulling = false }
	}

	async push() {
		const pending = sendableUpdates(this.state)
		if (this.pushing || !pending.length) return
		this.pushing = true
		const updates = pending.map((u, i) => ({ seq: this.seq + 1 + i, changes: u.changes.toJSON() }))
		try {
			await this.line.push({ client: this.name, version: this.version, updates })
		} catch (error) {
			if (error.status === 422) this.troubles.push(error.message)
		} finally { this.pushing = false }
		await this.pull()
	}
}
