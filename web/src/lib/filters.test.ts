import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toggled, without } from './filters.ts'

const service = (...chosen: string[]) => ({ name: 'service', label: 'Service', values: ['pay', '결제 서버'].map((label, i) => ({ value: String(i + 1), label, count: 1, chosen: chosen.includes(label) })) })

test('filters: those of one facet are taken out, in either language', () => {
	for (const [given, facet, want] of [
		['rollback severity:sev1', 'severity', 'rollback'], ['심각도:sev1 결제', 'severity', '결제'], ['service:"결제 서버" x service:pay', 'service', 'x'], ['https://x.example "06:12"', 'kind', 'https://x.example "06:12"'], ['x kind:drill', 'state', 'x kind:drill'],
	] as const)
		assert.equal(without(given, facet), want)
})

test('filters: choosing writes a filter, choosing again takes it away, others stay', () => {
	assert.equal(toggled('rollback', service(), '2'), 'rollback service:"결제 서버"')
	assert.equal(toggled('rollback service:pay', service('pay'), '2'), 'rollback service:pay service:"결제 서버"')
	assert.equal(toggled('서비스:pay rollback kind:drill', service('pay'), '1'), 'rollback kind:drill')
})
