import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyChanges } from './policy.ts'
import type { Policy } from './types.ts'

const house: Policy = { version: 0, at: null, by: null, note: null, down_minutes: 15, slow_minutes: 120, data_loss: true, intervention: true, monitoring: true, sev1_days: 3, sev2_days: 5, sev3_days: 10, sev4_days: 20, teams: [] }
const pay = { id: 7, name: 'Payments' }
const said = (a: Policy, b: Policy) => policyChanges(a, b).map((c) => [c.field, c.team?.name ?? '', c.before, c.after])

test('policy: what one version says otherwise than another', () => {
	assert.deepEqual(said(house, { ...house, version: 3, note: 'x' }), [])
	assert.deepEqual(said(house, { ...house, down_minutes: null, data_loss: false, sev2_days: 4 }), [['down_minutes', '', 15, null], ['data_loss', '', true, false], ['sev2_days', '', 5, 4]])
})

test('policy: what an older version did not know is said where it is known', () => {
	assert.deepEqual(said(house, { ...house, p0_days: 3, owner: 'lead' }), [['p0_days', '', undefined, 3], ['owner', '', undefined, 'lead']])
	assert.deepEqual(said({ ...house, p0_days: 3, owner: 'lead' }, { ...house, p0_days: null, owner: 'commander' }), [['p0_days', '', 3, null], ['owner', '', 'lead', 'commander']])
})

test('policy: what teams ask for comes, changes and goes', () => {
	const strict = { ...house, teams: [{ team: pay, down_minutes: 5, slow_minutes: null }] }
	assert.deepEqual(said(house, strict), [['down_minutes', 'Payments', undefined, 5]])
	assert.deepEqual(said(strict, { ...house, teams: [{ team: pay, down_minutes: 4, slow_minutes: 60 }] }), [['down_minutes', 'Payments', 5, 4], ['slow_minutes', 'Payments', undefined, 60]])
	assert.deepEqual(said(strict, house), [['down_minutes', 'Payments', 5, undefined]])
})
