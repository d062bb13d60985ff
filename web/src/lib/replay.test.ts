// A replay gives every version as the server would, from whichever side one comes to it, and asks no more than it needs.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChangeSet, Text } from '@codemirror/state'
import { pause, Replay, seats, stepRuns, type Moment, type Run, type Source } from './replay.ts'
import type { OldText, OldUpdates } from './types.ts'

const random = (seed: number) => (n: number) => {
	seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
	return Math.floor((seed / 2 ** 32) * n)
}
const people = [{ id: 3, name: 'Ann' }, { id: null, name: 'ci' }]

/** A server with a log of its own, and who wrote each unit, kept naively. */
class Server implements Source {
	texts: Text[]
	by: number[][]
	log: OldUpdates['updates'] = []
	asked = 0
	constructor(text: string) {
		this.texts = [Text.of(text.split('\n'))]
		this.by = [[...text].map(() => -1)]
	}
	type(person: number, from: number, to: number, insert: string, restored: number | null = null) {
		const doc = this.texts.at(-1) as Text
		const changes = ChangeSet.of({ from, to, insert }, doc.length)
		const by = this.by.at(-1) as number[]
		this.texts.push(changes.apply(doc))
		this.by.push(restored === null ? [...by.slice(0, from), ...Array.from(insert, () => person), ...by.slice(to)] : (this.by[restored] as number[]))
		this.log.push({ version: this.log.length + 1, at: new Date(this.log.length * 1000).toISOString(), person, restored, changes: changes.toJSON() })
	}
	async version(version: number): Promise<OldText> {
		this.asked++
		const authors: OldText['authors'] = []
		this.by[version]?.forEach((person, i) => {
			const last = authors.at(-1)
			if (person < 0) return
			if (last && last.to === i && last.person === person) last.to++
			else authors.push({ from: i, to: i + 1, person })
		})
		return { version, newest: this.log.length, at: new Date(0).toISOString(), by: null, text: String(this.texts[version]), people, authors, marks: [] }
	}
	async updates(after: number, limit: number): Promise<OldUpdates> {
		this.asked++
		return { after, people, updates: this.log.slice(after, after + limit) }
	}
}

const spread = (r: Replay, runs: readonly Run[]) => runs.flatMap((x) => Array.from({ length: x.length }, () => (x.who < 0 ? -1 : people.findIndex((p) => p.name === r.people[x.who]?.name))))

function history(rounds: number, seed: number): Server {
	const dice = random(seed)
	const s = new Server('begun\nwith this')
	for (let i = 0; i < rounds; i++) {
		const doc = s.texts.at(-1) as Text
		if (i % 97 === 96) {
			const source = dice(s.texts.length)
			s.type(dice(2), 0, doc.length, String(s.texts[source]), source)
			continue
		}
		const from = dice(doc.length + 1)
		s.type(dice(2), from, Math.min(doc.length, from + dice(3)), ['x', '가나', '\n', ''][dice(4)] as string)
	}
	return s
}

test('every version and its authors, from wherever one comes', async () => {
	const s = history(900, 5)
	const dice = random(9)
	const r = new Replay(s)
	for (let i = 0; i < 300; i++) {
		const v = dice(s.texts.length)
		const m = await r.at(v)
		assert.equal(m.version, v)
		assert.equal(String(m.doc), String(s.texts[v]))
		assert.deepEqual(spread(r, m.runs), s.by[v], `version ${v}`)
	}
	// Planted: without what is known of restores the authors are others.
	const wrong = new Replay({ version: (v) => s.version(v), updates: async (after, limit) => ({ after, people, updates: s.log.slice(after, after + limit).map((u) => ({ ...u, restored: null })) }) })
	const at97 = await wrong.at(97)
	assert.notDeepEqual(spread(wrong, at97.runs), s.by[97])
})

test('one stretch is asked for once, and a text that grows is followed', async () => {
	const s = history(90, 3)
	const r = new Replay(s)
	await Promise.all([r.at(10), r.at(20), r.at(30)])
	assert.equal(s.asked, 2)
	assert.equal(r.peek(90)?.version, 90)
	s.type(0, 0, 0, 'new')
	assert.equal(String((await r.at(91)).doc), String(s.texts[91]))
	assert.equal(s.asked, 3)
	await assert.rejects(r.at(92))
})

test('authors are of what is there', () => {
	const runs = [{ length: 3, who: -1 }, { length: 4, who: 0 }]
	assert.deepEqual(stepRuns(runs, ChangeSet.of([{ from: 2, to: 5, insert: 'ab' }], 7), 1), [{ length: 2, who: -1 }, { length: 2, who: 1 }, { length: 2, who: 0 }])
	assert.deepEqual(stepRuns(runs, ChangeSet.of([{ from: 7, insert: 'x' }], 7), 0), [{ length: 3, who: -1 }, { length: 5, who: 0 }])
})

test('nobody waits for somebody who thinks, and nobody shares a colour while there are some left', () => {
	const m = (at: number) => ({ at: new Date(at).toISOString() }) as Moment
	assert.equal(pause(m(0), m(3_600_000), 1), 700)
	assert.equal(pause(m(0), m(200), 2), 100)
	assert.deepEqual(seats([{ id: 2, name: 'a' }, { id: 10, name: 'b' }, { id: null, name: 'c' }, { id: 8, name: 'd' }]), [2, 1, 3, 8])
})
