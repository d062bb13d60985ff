// Comments and suggestions while several people type over bad lines, with the browser's own code against the real server.
//
// What must hold, at every version that is looked at and at the end: each character of a text is somebody (its identity is the update that brought it and its place there; ChangeSets keep, delete or
// bring characters, and never change one). A comment chose some characters. If any of them is left, the comment begins at the first that is left and ends behind the last; if none is left, it says
// so ("gone"), until an update puts its quote in, once, at the place where they went, as undoing does: then these are its characters. The oracle replays the log that the server tells, with an array of identities. A suggestion must be what ChangeSet.map of @codemirror/state makes of it over the same log.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ChangeSet, Text } from '@codemirror/state'
import { Random, seed } from '../lib/random.mjs'
import { serveWithAdmin, sleep, until } from '../lib/server.mjs'
import { newDocument } from './history.mjs'
import { Line } from './line.mjs'
import { Typist } from './typist.mjs'

const EDITS = Number(process.env.BOKGI_EDITS ?? 10_000)
const trouble = { delay: 2, lost: 0.03, twice: 0.05, dropped: 0.05, split: 0.3 }
let s, as
before(async () => {
	s = await serveWithAdmin()
	as = { cookie: (await s.person('editor')).cookie, token: null }
})
after(async () => assert.equal((await s.stop()).code, 0, s.log))

/** What somebody took away, put back at the same place: undone, or nearly. */
const takenAway = []
const pieces = ['a', 'b ', '장애', '복기', '각', '\n', '😀', 'x', '**', 'é']
const inPair = (text, at) => at > 0 && /[\ud800-\udbff]/.test(text[at - 1] ?? '') && /[\udc00-\udfff]/.test(text[at] ?? '')
const place = (random, text, from = 0, to = text.length) => { const at = random.between(from, to); return inPair(text, at) ? at + 1 : at }

function edit(typist, random) {
	const text = typist.text, from = place(random, text)
	const back = random.chance(0.3) && takenAway.pop()
	if (back && back.at <= text.length && !inPair(text, back.at)) return typist.type({ changes: { from: back.at, insert: back.words } })
	const grows = text.length < 2500
	const to = random.chance(grows ? 0.5 : 0.2) ? from : place(random, text, from, Math.min(text.length, from + random.between(1, random.chance(0.95) ? 5 : 60)))
	if (to > from && random.chance(0.5)) takenAway.push({ at: from, words: text.slice(from, to) })
	typist.type({ changes: { from, to, insert: random.chance(grows ? 0.75 : 0.5) ? random.pick(pieces) + (random.chance(0.3) ? random.pick(pieces) : '') : '' } })
}

/** Says something to the newest text that this person has confirmed: to words, or a suggestion. */
async function speak(typist, random, document, said) {
	const at = typist.collab.confirmed(0, 0), text = typist.collab.record()?.text ?? typist.text
	if (text.length !== at.length || text.length < 3) return
	const from = place(random, text, 0, text.length - 2), to = place(random, text, from + 1, Math.min(text.length, from + random.between(1, 40)))
	if (to <= from) return
	const puts = random.chance(0.3)
	const changes = puts ? ChangeSet.of(random.chance(0.3) ? { from, insert: random.pick(pieces) } : { from, to, insert: random.pick(pieces) }, text.length) : undefined
	const body = puts ? { changes: changes.toJSON(), version: at.version, text: '' } : { from, to, version: at.version, text: 'this?' }
	const made = await s.post(`/api/v1/documents/${document.id}/comments`, body, as)
	said.push({ id: made.id, version: at.version, from, to, changes })
}

class Oracle {
	/** Texts and identities at every version, from the log. */
	constructor(text, updates) {
		let next = 0, ids = Array.from(text, () => 0)
		ids = ids.length === text.length ? ids.map(() => next++) : Array.from({ length: text.length }, () => next++)
		this.ids = [ids]
		this.sets = updates.map(u => ChangeSet.fromJSON(u.changes))
		this.text = Text.of(text.split('\n'))
		this.texts = [this.text]
		for (const set of this.sets) {
			const was = this.ids.at(-1), now = []
			set.iterGaps((from, _to, length) => { while (now.length < _to) now.push(next++); now.push(...was.slice(from, from + length)) })
			while (now.length < set.newLength) now.push(next++)
			this.ids.push(now)
			this.text = set.apply(this.text)
			this.texts.push(this.text)
		}
		this.lives = new Map()
	}

	/** Which characters are meant from which version on: those that were chosen, and each time that they are put back the new ones. */
	life({ id, version, from, to }) {
		if (this.lives.has(id)) return this.lives.get(id)
		const quote = this.texts[version].sliceString(from, to), turns = [{ version, chosen: new Set(this.ids[version].slice(from, to)) }]
		let left = new Set(turns[0].chosen), place
		this.lives.set(id, turns)
		for (let v = version; v < this.sets.length; v++) {
			const set = this.sets[v], first = left.size ? this.ids[v].findIndex(x => left.has(x)) : place, was = left.size
			set.iterChanges((a, b, start, _end, inserted) => {
				for (const x of this.ids[v].slice(a, b)) left.delete(x)
				if (was || left.size || place < a || place > b) return
				const put = inserted.toString(), at = put.indexOf(quote)
				if (at < 0 || put.indexOf(quote, at + 1) >= 0) return
				left = new Set(this.ids[v + 1].slice(start + at, start + at + quote.length))
				turns.push({ version: v + 1, chosen: new Set(left) })
			}, true)
			place = set.mapPos(first, -1)
		}
		return turns
	}

	words(x, at) {
		const { chosen } = this.life(x).findLast(turn => turn.version <= at), now = this.ids[at]
		const first = now.findIndex(id => chosen.has(id)), last = now.findLastIndex(id => chosen.has(id))
		return first < 0 ? { gone: true } : { gone: false, from: first, to: last + 1 }
	}

	suggestion({ version, changes }, at) {
		let set = changes
		for (const other of this.sets.slice(version, at)) set = set.map(other)
		return set
	}
}

const taken = set => { let n = 0; set.iterChanges((from, to) => { n += to - from }); return n }

function compare(oracle, said, { text_version: at, items }) {
	const counts = { words: 0, gone: 0, back: 0, suggestions: 0, conflicts: 0 }
	assert.equal(items.length, said.length)
	for (const x of said) {
		const it = items.find(i => i.id === x.id)
		if (x.changes) {
			const want = oracle.suggestion(x, at)
			assert.deepEqual(it.changes, want.toJSON(), `suggestion ${x.id} of version ${x.version} at ${at}, seed ${seed}`)
			if (taken(x.changes)) assert.equal(it.conflict, taken(want) < taken(x.changes), `conflict of suggestion ${x.id}, seed ${seed}`)
			counts.suggestions++
			counts.conflicts += it.conflict
		} else {
			const want = oracle.words(x, at)
			assert.equal(it.gone, want.gone, `comment ${x.id} of version ${x.version} at ${at}, seed ${seed}`)
			if (!want.gone) assert.deepEqual([it.from, it.to], [want.from, want.to], `comment ${x.id} of version ${x.version} at ${at}, seed ${seed}`)
			counts.words++
			counts.gone += want.gone
			counts.back += oracle.life(x).length - 1
		}
	}
	return counts
}

async function gather(document, updates) {
	const since = updates.length, got = await s.get(`/api/v1/documents/${document.id}/updates?since=${since}`)
	assert.ok(!got.reset)
	if (since === updates.length) updates.push(...got.updates)
	return updates
}

test(`after ${EDITS} edits each comment covers its characters or says that they are gone (seed ${seed})`, async t => {
	const random = new Random(seed)
	const document = await newDocument(s, 'Anchors', Array.from({ length: 300 }, () => random.pick(pieces)).join(''), random)
	const updates = [] // the log, fetched as it grows: nobody is told more than so much of it at once
	const typists = Array.from({ length: 5 }, (_, i) => new Typist(new Line(() => s, document.id, random.fork(i), trouble), random.fork(100 + i), random.name(22)))
	const said = [], looks = []
	let edits = 0
	const work = async (typist, mine) => {
		while (edits < EDITS) {
			edits++
			edit(typist, mine)
			if (said.length < 150 && mine.chance(150 / EDITS)) await speak(typist, mine, document, said)
			if (mine.chance(40 / EDITS)) looks.push(await s.get(`/api/v1/documents/${document.id}/comments`, as))
			if (mine.chance(0.2)) await sleep(mine.next() * 3)
			if (mine.chance(0.02)) typist.wake()
			if (edits % 200 === 0) await gather(document, updates)
		}
	}
	try {
		for (const typist of typists) typist.begin(document)
		await Promise.all(typists.map(typist => typist.listen()))
		await Promise.all(typists.map((typist, i) => work(typist, random.fork(500 + i))))
		for (const { line } of typists) Object.assign(line, { trouble: { delay: 0, lost: 0, twice: 0, dropped: 0, split: 0 }, up: true })
		await until(() => { for (const typist of typists) typist.wake(); return typists.every(typist => !typist.pending) }, 'everything is sent', 60_000)
		assert.deepEqual(typists.flatMap(typist => typist.troubles), [])
		const { text } = await s.get(`/api/v1/documents/${document.id}`)
		await gather(document, updates)
		const oracle = new Oracle('', updates)
		assert.equal(oracle.text.toString(), text)
		// Read again until the newest version was looked at, also after places were written down.
		const last = await s.get(`/api/v1/documents/${document.id}/comments`, as)
		assert.equal(last.text_version, updates.length)
		for (const look of looks) compare(oracle, said.filter(x => look.items.some(i => i.id === x.id)), look)
		const counts = compare(oracle, said, last)
		t.diagnostic(`${updates.length} updates, ${looks.length + 1} looks, ${JSON.stringify(counts)}`)
		assert.ok(counts.words > 20 && counts.suggestions > 5, 'hardly anything was said')
		assert.ok(counts.gone > 0 && counts.gone < counts.words, 'all words are gone, or none')
	} finally {
		for (const typist of typists) typist.close()
	}
})
