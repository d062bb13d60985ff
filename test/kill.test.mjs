// kill -9 while eight people write: whatever was acknowledged is there after the restart, and nothing is there twice.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { House, compare, cycles } from './kill/house.mjs'
import { newDatabase, postgres } from './lib/postgres.mjs'
import { Random, seed } from './lib/random.mjs'

const count = Number(process.env.BOKGI_KILLS ?? 20)

async function killed(t, database) {
	const house = new House(database)
	await house.open()
	try {
		const { found, ...counts } = await cycles(house, new Random(seed), count)
		t.diagnostic(`seed ${seed}: ${Object.entries(counts).map(([name, n]) => `${n} ${name}`).join(', ')}`)
		assert.deepEqual(found, [])
		for (const what of ['entries', 'actions', 'lines', 'failures']) assert.ok(counts[what] > count, `only ${counts[what]} ${what}`)
	} finally {
		const how = await house.close()
		if (how) assert.equal(how.code, 0)
	}
}

test(`${count} kills on SQLite lose nothing (seed ${seed})`, t => killed(t))

test(`${count} kills on PostgreSQL lose nothing (seed ${seed})`, { skip: postgres ? false : 'BOKGI_TEST_POSTGRES is not set' }, async t => {
	const database = newDatabase()
	try { await killed(t, database.url) } finally { database.drop() }
})

test('what is lost, doubled or made up is found', () => {
	const there = [{ text: 'a', id: 1 }, { text: 'b', id: 2 }, { text: 'b', id: 3 }, { text: 'd', id: 4 }]
	const told = [{ text: 'a', id: 7 }, { text: 'b', id: 2 }, { text: 'c', id: 5 }]
	assert.deepEqual(compare('x', there, told), ['x a is 1, its writer was told 7', 'x b is there 2 times', 'x c is there 0 times', 'x d was never written'])
	assert.deepEqual(compare('x', there.slice(0, 1), [{ text: 'a', id: 1 }]), [])
})
