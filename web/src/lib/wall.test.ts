import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayKey, daysUntil, fromLocalInput, parts, tellClock, toLocalInput } from './wall.ts'

const at = '2026-11-21T23:05:09Z', now = Date.parse('2026-11-22T03:00:00Z')

test('wall: a moment is shown in the zone that is asked for', () => {
	assert.deepEqual(parts(at, 'Asia/Seoul'), { weekday: 'Sun', month: '11', day: '22', year: '2026', hour: '08', minute: '05', second: '09' })
	assert.equal(parts('2026-11-22T15:00:00Z', 'Asia/Seoul').hour, '00')
	assert.deepEqual(parts(at, 'Nowhere/Land'), parts(at, 'UTC'))
	assert.notEqual(dayKey(at, 'Asia/Seoul'), dayKey(at, 'UTC'))
})

test('wall: an input says what the clock shows, and gives the moment back', () => {
	for (const zone of ['UTC', 'Asia/Seoul', 'America/New_York', 'Australia/Lord_Howe']) assert.equal(fromLocalInput(toLocalInput(at, zone), zone), '2026-11-21T23:05:00Z')
	assert.equal(toLocalInput(at, 'America/New_York'), '2026-11-21T18:05')
	assert.equal(daysUntil('2026-11-24', 'UTC', now), 2)
	assert.equal(daysUntil('2026-11-21', 'Asia/Seoul', now), -1)
})

test('wall: what the server says of a zone is what the browser knows of it', () => {
	const zone = 'America/New_York', turns = [{ at: '2025-10-01T00:00:00Z', offset: -14400 }, { at: '2025-11-02T06:00:00Z', offset: -18000 }, { at: '2026-03-08T07:00:00Z', offset: -14400 }, { at: '2026-11-01T06:00:00Z', offset: -18000 }]
	const times = ['2020-01-01T00:00:00Z', '2025-09-30T23:59:59Z', ...turns.flatMap(({ at }) => [at, new Date(Date.parse(at) - 1000).toISOString()]), at, '2060-07-01T00:00:00Z']
	const before = times.map((when) => parts(when, zone))
	tellClock(zone, turns)
	assert.deepEqual(times.map((when) => parts(when, zone)), before)
	tellClock(zone, [{ at: '2025-10-01T00:00:00Z', offset: 0 }])
	assert.notDeepEqual(parts(at, zone), before.at(-2), 'it is used')
	tellClock('')
})
