// kill -9, a power cut, a node that dies, a database that cannot be reached: five people type through all of it and lose nothing, see nothing twice, reload nothing.
// test/long/kill-typing is the long turn.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { postgres } from '../lib/postgres.mjs'
import { Random, seed } from '../lib/random.mjs'
import { sleep } from '../lib/server.mjs'
import { CutWire, OneNode, TwoNodes, typing } from './typing.mjs'

const count = n => Number(process.env.BOKGI_KILLS ?? n)
const skip = postgres ? false : 'BOKGI_TEST_POSTGRES is not set'

async function through(t, stage, n) {
	await stage.open()
	try {
		const { found, ...counts } = await typing(stage, new Random(seed), n)
		t.diagnostic(`seed ${seed}: ${Object.entries({ ...counts, ...stage.ways }).map(([name, x]) => `${x} ${name}`).join(', ')}`)
		assert.deepEqual(found, [])
		assert.equal(counts.strikes, n)
		assert.ok(counts.acknowledged > n, `only ${counts.acknowledged} acknowledged`)
		return stage
	} finally {
		await stage.close()
	}
}

test(`${count(20)} kills while five people type (seed ${seed})`, t => through(t, new OneNode(), count(20)))

test(`${count(20)} kills, and what was not synced is gone`, async t => {
	const { power } = await through(t, new OneNode({ power: true }), count(20))
	t.diagnostic(`${power.taken} writes were taken back`)
	assert.ok(power.taken > 0, 'every write was safe at every kill: nothing was tried')
})

// The test above is believed because of this one.
test('a disk that lies about what it has synced is noticed', async () => {
	const stage = new OneNode({ power: true })
	await stage.open()
	try {
		const { strike } = stage
		stage.strike = async (...args) => {
			stage.power.lie()
			await sleep(300)
			return strike.apply(stage, args)
		}
		const { found } = await typing(stage, new Random(seed), 1)
		assert.ok(found.length > 0, 'what the disk forgot was not missed')
	} finally {
		await stage.close()
	}
})

test(`${count(6)} kills of one of two nodes`, { skip }, t => through(t, new TwoNodes(), count(6)))

test(`${count(6)} times one of two nodes cannot reach the database`, { skip }, t => through(t, new CutWire(), count(6)))
