// One random history: several people type into one document over bad lines, then the lines get well, and everybody must see what the server has.
import { ChangeSet, Text } from '@codemirror/state'
import { sleep } from '../lib/server.mjs'
import { Random } from '../lib/random.mjs'
import { Line, noTrouble } from './line.mjs'
import { StockTypist, Typist } from './typist.mjs'

const pieces = ['a', 'b ', 'x', '\n', '\n', '\n\n', '장애', '복기', '각', '가', 'ㄱ', 'ㅏ', '각'.normalize('NFD'), 'é', 'e\u0301', '👩‍👩‍👧‍👦', '🇰🇷', '😀', '👍🏽', '𠀀', '\u200d', '\u2028', '\t', '"', '\\', '<b>&', '漢字', '# ', '- [ ] ']
const syllables = [['ㄱ', '가', '각'], ['ㅂ', '보', '복'], ['ㅎ', '하', '한'], ['ㅇ', '아', '앉', '안자']]
const words = (random, most) => Array.from({ length: 1 + random.below(most) }, () => random.pick(pieces)).join('')

const inPair = (s, at) => at > 0 && at < s.length && /[\ud800-\udbff]/.test(s[at - 1]) && /[\udc00-\udfff]/.test(s[at])
const place = (random, s, from = 0, to = s.length) => { const at = random.between(from, to); return inPair(s, at) ? at + 1 : at }

function edit(typist, random) {
	const s = typist.text, changes = []
	for (let i = 0, from = 0, n = random.chance(0.85) ? 1 : 3; i < n && from <= s.length; i++) {
		const at = place(random, s, from)
		const to = random.chance(0.55) ? at : place(random, s, at, Math.min(s.length, at + random.between(1, random.chance(0.9) ? 4 : 30)))
		changes.push({ from: at, to, insert: to > at && random.chance(0.6) ? '' : words(random, random.chance(0.9) ? 3 : 12) })
		from = to + 1
	}
	typist.type({ changes, selection: { anchor: 0 } })
}

/** As an input method does it: each step replaces the syllable before the cursor, and nobody else may touch the line meanwhile. */
async function compose(typist, random) {
	let length = 0
	const start = place(random, typist.text)
	typist.type({ changes: [], selection: { anchor: start } })
	typist.compose()
	for (const step of random.pick(syllables)) {
		const head = typist.state.selection.main.head
		typist.type({ changes: { from: head - length, to: head, insert: step }, selection: { anchor: head - length + step.length } })
		length = step.length
		await sleep(random.next() * 4)
	}
	typist.composed()
}

async function act(typist, random, document, server) {
	if (random.chance(0.06)) return compose(typist, random)
	if (random.chance(0.05)) return typist.listen()
	if (random.chance(0.05)) {
		typist.line.up = false
		edit(typist, random)
		await sleep(random.next() * 15)
		typist.line.up = true
		return typist.wake()
	}
	if (random.chance(0.02)) return typist.reopen(await server.get(`/api/v1/documents/${document.id}`))
	edit(typist, random)
}

async function live(typist, random, document, server, steps) {
	for (let i = 0; i < steps; i++) {
		await act(typist, random, document, server)
		if (random.chance(0.7)) await sleep(random.next() * 8)
		if (random.chance(0.2)) typist.wake()
	}
}

/** The lines are well; everybody may ask again, for a bounded time. */
async function settle(typists, newest) {
	for (const { line } of typists) Object.assign(line, { trouble: noTrouble, up: true })
	for (let turn = 0; turn < 400; turn++) {
		const version = await newest()
		if (typists.some(t => t.troubles.length) || typists.every(t => !t.pending && t.version === version)) return
		if (turn % 4 === 0) for (const t of typists) t.wake()
		await sleep(5 + turn / 4)
	}
}

/** Of the server: its text, and the text that its log makes of nothing. */
async function truth(server, id) {
	const { text, text_version: version } = await server.get(`/api/v1/documents/${id}`)
	let replayed = Text.empty
	const { updates } = await server.get(`/api/v1/documents/${id}/updates?since=0`)
	for (const u of updates) replayed = ChangeSet.fromJSON(u.changes).apply(replayed)
	return { text, version, updates, replayed: replayed.toString() }
}

function differences(typists, { text, version, updates, replayed }) {
	const found = typists.flatMap(t => t.troubles.map(x => `${t.name} ${x}`))
	if (replayed !== text || updates.length !== version) found.push('the log does not make the text')
	const keys = new Set(updates.map(u => `${u.client} ${u.seq}`))
	if (keys.size !== updates.length) found.push('an update is in the log twice')
	for (const t of typists) {
		if (t.pending || t.version !== version) found.push(`${t.name} is at version ${t.version} with ${t.pending} pending, the server at ${version}`)
		else if (t.text !== text) found.push(`${t.name} differs at version ${version}`)
	}
	return found
}

/** A document with this text, as GET shows it. */
export async function newDocument(server, title, text, random) {
	const { id } = await server.post('/api/v1/documents', { title, kind: 'project', template: 'none' })
	const { text: old } = await server.get(`/api/v1/documents/${id}`)
	if (text || old) {
		const changes = ChangeSet.of({ from: 0, to: old.length, insert: text }, old.length).toJSON()
		await server.post(`/api/v1/documents/${id}/updates`, { client: random.name(22), version: 0, updates: [{ seq: 1, changes }] }, { key: null })
	}
	return server.get(`/api/v1/documents/${id}`)
}

const sum = (typists, name) => typists.reduce((n, t) => n + t.line.counts[name], 0)

/** {different: [what differs], clients, updates, lost, twice, …} of one history. servers: the nodes that the people are spread over. */
export async function history(servers, seed, { stock = false } = {}) {
	const random = new Random(seed), [server] = servers
	const document = await newDocument(server, `History ${seed}`, random.chance(0.1) ? '' : words(random, 40), random)
	const trouble = { delay: random.pick([0, 2, 8]), lost: random.pick([0, 0.05, 0.2]), twice: random.pick([0, 0.15]), dropped: random.pick([0, 0.1, 0.4]), split: random.pick([0, 0.5, 1]) }
	const typists = Array.from({ length: random.between(2, 8) }, (_, i) => {
		const its = servers[i % servers.length]
		return new (stock ? StockTypist : Typist)(new Line(() => its, document.id, random.fork(i), trouble), random.fork(200 + i), random.name(22))
	})
	const steps = typists.map(() => random.between(3, 10)), hands = typists.map((_, i) => random.fork(100 + i))
	try {
		for (const t of typists) t.begin(document)
		await Promise.all(typists.map(t => t.listen()))
		await Promise.all(typists.map((t, i) => live(t, hands[i], document, server, steps[i])))
		await settle(typists, async () => (await server.get(`/api/v1/documents/${document.id}/updates?since=${Math.max(...typists.map(t => t.version))}`)).version)
		const true_ = await truth(server, document.id)
		return { seed, different: differences(typists, true_), clients: typists.length, updates: true_.version,
			...Object.fromEntries(['requests', 'lost', 'twice', 'dropped', 'split', 'reconnects'].map(name => [name, sum(typists, name)])) }
	} finally {
		for (const t of typists) t.close()
	}
}

/** Many histories, some at once; onEach(result) says false to stop. */
export async function histories(servers, seed, count, { stock, atOnce = 12, onEach = () => true } = {}) {
	let next = 0, going = true
	const total = { histories: 0, different: 0, clients: 0, updates: 0, requests: 0, lost: 0, twice: 0, dropped: 0, split: 0, reconnects: 0 }
	const work = async () => {
		while (going && next < count) {
			const result = await history(servers, (seed + next++) >>> 0, { stock })
			for (const name of Object.keys(total)) if (typeof result[name] === 'number') total[name] += result[name]
			total.histories++
			total.different += result.different.length > 0
			if (!onEach(result, total)) going = false
		}
	}
	await Promise.all(Array.from({ length: atOnce }, work))
	return total
}

export const wordsOf = total => Object.entries(total).map(([name, n]) => `${n} ${name}`).join(', ')
