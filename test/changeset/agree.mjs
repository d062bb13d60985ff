// Compares our change sets (src/text/changeset.c, text.c) with the package they must agree with, on random cases.
//
//   node test/changeset/agree.mjs ORACLE [--cases N] [--seed S] [--plant]
//
// ORACLE is the program changeset_oracle of the build. Prints "N passed, N failed, N skipped"; exit 1 when anything differs. --plant lets the program answer
// wrongly, one kind of answer at a time, and fails when the comparison does not notice.
import { spawn } from "node:child_process"
import { isDeepStrictEqual } from "node:util"
import { ChangeSet, EditorState, MapMode, Text } from "@codemirror/state"
import { collab, receiveUpdates, sendableUpdates } from "@codemirror/collab"

const PLANTS = ["before", "assoc", "compose", "apply", "rebase"]
const args = process.argv.slice(2)
const option = (name, otherwise) => (args.includes(name) ? Number(args[args.indexOf(name) + 1]) : otherwise)
const oracle = args[0]
const seed = option("--seed", (Date.now() ^ (process.pid << 8)) >>> 0)
const cases = option("--cases", args.includes("--plant") ? 3000 : 100000)
if (!oracle || oracle.startsWith("--")) {
	console.error("usage: agree.mjs ORACLE [--cases N] [--seed S] [--plant]")
	process.exit(2)
}

// --- random cases ---

let state = seed
function random() {
	// mulberry32: small, and the same on every machine
	state = (state + 0x6d2b79f5) | 0
	let t = Math.imul(state ^ (state >>> 15), 1 | state)
	t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
	return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const below = n => Math.floor(random() * n)
const chance = p => random() < p
const pick = list => list[below(list.length)]

const PIECES = ["a", "b", " ", "x", "\n", "\n", "\n\n", "장", "애", "복기", "각", "가", "ㄱ", "ㅏ", "ㄱ".normalize("NFD"), "각".normalize("NFD"), "한", "é", "e\u0301", "👩‍👩‍👧‍👦", "🇰🇷", "😀",
	"👍🏽", "𠀀", "\u200d", "\ufeff", "\u2028", "\u0085", "\t", "\"", "\\", "<b>&", "\u007f", "\u0001", "\uffff", "あ", "漢字", "1", "…"]
const text = most => Array.from({ length: below(most + 1) }, () => pick(PIECES)).join("")
const lines = s => s.split(/\r\n?|\n/)

const inPair = (s, at) => at > 0 && at < s.length && /[\ud800-\udbff]/.test(s[at - 1]) && /[\udc00-\udfff]/.test(s[at])
// Mostly between characters, now and then anywhere: what must be refused has to be met too.
function place(s, from = 0, anywhere = false) {
	const at = from + below(s.length - from + 1)
	return !anywhere && inPair(s, at) ? at + 1 : at
}

function ordinary(s, anywhere) {
	const specs = Array.from({ length: 1 + below(4) }, () => {
		const from = place(s, 0, anywhere)
		const to = chance(0.4) ? from : Math.min(place(s, from, anywhere), chance(0.7) ? from + below(4) : s.length)
		return { from, to: !anywhere && inPair(s, to) ? to + 1 : to, insert: chance(0.3) ? "" : text(chance(0.9) ? 3 : 20) }
	})
	return ChangeSet.of(specs, s.length)
}

// What no editor sends but the wire allows: neighbours not joined.
function raw(s, anywhere) {
	const parts = []
	for (let at = 0; at < s.length || chance(0.3); ) {
		const to = Math.min(place(s, at, anywhere), at + below(5))
		const end = !anywhere && inPair(s, to) ? to + 1 : to
		const insert = text(3)
		if (end > at && chance(0.4)) parts.push(end - at)
		else if (end > at && chance(0.4)) parts.push([end - at])
		else if (insert || end > at) parts.push([end - at, ...lines(insert)])
		at = end
	}
	return ChangeSet.fromJSON(parts)
}

function changes(s, anywhere = chance(0.1)) {
	if (chance(0.02)) return ChangeSet.empty(s.length)
	return chance(0.25) ? raw(s, anywhere) : ordinary(s, anywhere)
}

const applied = (set, s) => set.apply(Text.of(s.split("\n"))).toString()

// --- what JavaScript says ---

function hash(s) {
	let h = 2166136261
	for (let i = 0; i < s.length; i++) {
		const unit = s.charCodeAt(i)
		h = Math.imul(h ^ (unit & 255), 16777619)
		h = Math.imul(h ^ (unit >> 8), 16777619)
	}
	return h >>> 0
}

function refused(set, s) {
	let bad = false
	set.iterChanges((from, to, _b, _e, inserted) => (bad ||= inPair(s, from) || inPair(s, to) || !inserted.toString().isWellFormed()), true)
	return bad
}

function primitives() {
	const s = text(chance(0.05) ? 600 : 30)
	const a = changes(s), b = changes(s), c = changes(applied(a, s))
	const pos = Array.from({ length: 4 }, () => below(s.length + 1))
	const from = below(s.length + 1), of = [from, from + below(s.length - from + 1), chance(0.1) ? "a\r\nb\rc" : text(4)]
	const st = refused(a, s) ? "invalid" : "ok", after = st === "ok" ? applied(a, s) : s
	return {
		ask: { doc: s, a, b, c, pos, of },
		want: {
			json: a, old: a.length, new: a.newLength, empty: a.empty, compose: a.compose(c), after: a.map(b), before: a.map(b, true),
			of: ChangeSet.of({ from: of[0], to: of[1], insert: of[2] }, s.length),
			pos: pos.flatMap(p => [-1, 0, 1].flatMap(assoc => [a.mapPos(p, assoc), a.mapPos(p, assoc, MapMode.TrackDel)])),
			st, text: after, length: after.length, hash: hash(after),
		},
	}
}

// A client has typed its pending updates; meanwhile the log grew by others' updates and by some of its own. What remains to be appended is what the client itself makes
// of them when it receives the log one update at a time; and both texts end alike.
function rebase() {
	const s = text(12)
	let client = EditorState.create({ doc: s, extensions: [collab({ clientID: "own" })] })
	for (let i = below(4); i >= 0; i--) client = client.update({ changes: changes(client.doc.toString(), false) }).state
	const pending = sendableUpdates(client).map(u => u.changes)
	const log = [], own = []
	let server = s
	for (let i = below(6); i > 0; i--) {
		const mine = sendableUpdates(client)
		own.push(mine.length > 0 && chance(0.4))
		log.push(own.at(-1) ? mine[0].changes : changes(server, false))
		server = applied(log.at(-1), server)
		client = receiveUpdates(client, [{ changes: log.at(-1), clientID: own.at(-1) ? "own" : "other" }]).state
	}
	const rebased = sendableUpdates(client).map(u => u.changes)
	const same = rebased.reduce((doc, set) => applied(set, doc), server) === client.doc.toString()
	return { ask: { pending, log, own }, want: { st: "ok", rebased: same ? rebased : "texts that are alike" } }
}

// --- comparing ---

const plain = v => JSON.parse(JSON.stringify(v))

function differences(want, got) {
	return Object.keys(want).filter(key => !isDeepStrictEqual(want[key], got[key]))
}

// readline would also end a line at U+2028, which may stand in the texts.
async function* linesOf(stream) {
	let rest = ""
	for await (const part of stream.setEncoding("utf8")) {
		const ended = (rest + part).split("\n")
		rest = ended.pop()
		yield* ended
	}
}

async function run(count, plant) {
	const child = spawn(oracle, plant ? [plant] : [], { stdio: ["pipe", "pipe", "inherit"] })
	const answers = linesOf(child.stdout)
	const result = { passed: 0, failed: 0, kinds: new Set() }
	const ended = new Promise((done, broken) => child.on("close", done).on("error", broken))
	for (let done = 0; done < count; ) {
		const batch = Array.from({ length: Math.min(200, count - done) }, () => (chance(0.15) ? rebase() : primitives()))
		child.stdin.write(batch.map(c => JSON.stringify(c.ask) + "\n").join(""))
		for (const { ask, want } of batch) {
			const line = await answers.next()
			if (line.done) throw new Error(`the program ended at case ${done + 1}`)
			judge(result, ask, plain(want), JSON.parse(line.value), plant)
			done++
		}
	}
	child.stdin.end()
	if ((await ended) !== 0) throw new Error("the program failed")
	return result
}

function judge(result, ask, want, got, plant) {
	const bad = differences(want, got)
	bad.forEach(key => result.kinds.add(key))
	if (bad.length === 0) return void result.passed++
	if (++result.failed <= 5 && !plant) {
		console.error(`differs in ${bad.join(", ")}: ${JSON.stringify(ask)}`)
		for (const key of bad) console.error(`  ${key}: package ${JSON.stringify(want[key])}, ours ${JSON.stringify(got[key])}`)
	}
}

console.log(`changeset: seed ${seed}, ${cases} cases`)
if (args.includes("--plant")) {
	let missed = 0
	for (const plant of PLANTS) {
		const { failed, passed, kinds } = await run(cases, plant)
		console.log(`planted ${plant}: ${failed} of ${failed + passed} cases differ (${[...kinds].join(", ")})`)
		missed += failed === 0
	}
	console.log(`${PLANTS.length - missed} passed, ${missed} failed, 0 skipped`)
	process.exit(missed ? 1 : 0)
}
const { passed, failed } = await run(cases)
console.log(`${passed} passed, ${failed} failed, 0 skipped`)
process.exit(failed ? 1 : 0)
