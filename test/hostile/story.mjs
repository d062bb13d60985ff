// One attack in every field there is: a service, a team, a person, an incident with all that belongs to it, a document, actions, hooks and rules.
import { attackWith, operations, textFields } from './fields.mjs'
import { cut } from './attacks.mjs'

/* Making a person costs a password's hash. The same name is changed in the others, and is everybody's own on each page (test/hostile.test.mjs). */
const SELDOM = 4
export const seldom = ['user.create.name']
const BLOCKS = '\n\n```bokgi timeline\n```\n\n```bokgi actions\n```\n'
const alerts = (n, attack) => ({ version: '4', groupKey: cut(attack, 200), status: 'firing', receiver: attack, groupLabels: {}, commonLabels: {}, commonAnnotations: {}, externalURL: 'javascript:alert(1)', alerts: [{ status: 'firing',
	labels: { alertname: cut(attack, 150), n: `${n}`, severity: 'critical', instance: cut(attack, 150) }, annotations: { summary: cut(attack, 400), description: attack }, startsAt: '2026-01-01T00:00:00Z', endsAt: '0001-01-01T00:00:00Z', generatorURL: 'javascript:alert(1)' }] })

const evidence = attack => [{ url: `https://x.example/${encodeURIComponent(cut(attack, 200))}`, title: cut(attack, 300) }]

/* Every blocker that somebody may let pass, one call each. */
async function waivable({ server, made, reviewer: { cookie } }) {
	const { blockers } = await server.get(`/api/v1/documents/${made.documents.id}/review`)
	return blockers.filter(({ waived, waiver }) => !waived && waiver !== null).map(({ code, subject }) => ({ cookie, more: { blocker: code, subject } }))
}

/* operation → what a text alone does not say: members of the path, the rest of the body (`more`), what a field is when it refuses the attack (`tame`).
   Only what has to come in this order stands here; every other operation that takes text comes behind it, as fields.mjs fills it. */
const order = [
	['user.create', ({ n }) => n % SELDOM === 0 && ({ more: { login: `p${n}`, role: 'viewer', password: undefined, email: undefined, lang: 'en', zone: 'UTC' } })],
	['user.change', () => ({ more: { role: 'viewer', active: true, password: undefined, email: undefined } })],
	['team.create', ({ n, attack }) => ({ more: { handle: `t${n}`, name: cut(`${n} ${attack}`, 100) } })],
	['team.change', ({ n, attack }) => ({ more: { name: cut(`${attack} ${n}`, 100) } })],
	['service.create', ({ n, attack }) => ({ more: { name: cut(`${n} ${attack}`, 100) } })],
	['service.change', ({ n, attack }) => ({ more: { name: cut(`${attack} ${n}`, 100) } })],
	['token.create', () => ({ more: { role: 'viewer' } })],
	['hook.create', ({ attack }) => ({ more: { source: 'alertmanager', opens: true, open_rule: { matchers: [{ label: 'severity', op: '!=', value: cut(attack, 200) }] } } })],
	['hook.change', () => ({})],
	['rule.create', ({ made }) => ({ more: { hook: made.hooks.id, opens_incident: true, severity: 'SEV3', service: undefined } })],
	['rule.change', ({ made }) => ({ more: { hook: made.hooks.id, opens_incident: true } })],
	['incident.declare', ({ made }) => ({ more: { severity: 'SEV3', services: [made.services.id] } })],
	['hook.receive', ({ n, attack, made }) => ({ members: { source: 'alertmanager', key: made.hooks.url.split('/').pop() }, raw: JSON.stringify(alerts(n, attack)) })],
	['incident.confirm', () => ({})], // from here on it is the incident that the alert has opened
	['incident.change', () => ({ more: { severity: 'SEV2', detection_source: 'staff' } })],
	['role.assign', ({ made }) => ({ more: { role: 'scribe', person: made.people.id } })],
	['timeline.add', ({ attack }) => ({ more: { at: '2026-01-01T00:00:00Z', key: true, evidence: evidence(attack) } })],
	['timeline.change', ({ attack }) => ({ more: { evidence: evidence(attack) } })],
	['mitigation.add', () => ({ more: { kind: 'other' } })],
	['incident.mitigate', () => ({})], ['incident.resolve', () => ({})], ['incident.reopen', () => ({})], ['incident.resolve', () => ({})], ['incident.close', () => ({})], ['incident.reopen', () => ({})],
	['template.create', ({ n }) => ({ more: { name: `t${n}`, kind: 'project', lang: 'en', required: undefined } })],
	['factor.create', ({ n }) => ({ more: { code: `f-${n}` } })],
	['document.create', () => ({ more: { kind: 'departure', lang: 'en', template: undefined, incident: undefined } })],
	['document.consent', () => ({ more: { agreed: true } })],
	['document.create', ({ attack, made }) => ({ more: { kind: 'incident', lang: 'en', incident: made.incidents.id, text: attack + BLOCKS } })],
	['action.create', ({ made }) => ({ more: { type: 'prevent', incident: made.incidents.ref, document: made.documents.ref }, tame: { tracker: 'https://x.example/1' } })],
	['cause.add', ({ made }) => ({ more: { kind: 'latent', factor: made.factors.code } })], ['cause.change', ({ made }) => ({ more: { factor: made.factors.code } })],
	['impact.add', () => ({})], ['window.add', () => ({})], ['lesson.add', () => ({ more: { mark: undefined } })], ['lesson.act', () => ({ more: { type: 'process' } })],
	['section.remove', () => ({ members: { section: 'causes' } })],
	['document.submit', ({ reviewer }) => ({ more: { reviewers: [reviewer.person.id] } })],
	...['data', 'impact', 'causes', 'actions', 'shared'].map((question, i) => ['review.answer', ({ reviewer }) => ({ cookie: reviewer.cookie, members: { question }, more: { answer: i ? 'na' : 'no' } })]),
	['comment.start', ({ reviewer }) => ({ cookie: reviewer.cookie, more: { must_fix: true, held: true, section: undefined, block: undefined, make: undefined } })], ['comment.edit', ({ reviewer }) => ({ cookie: reviewer.cookie })],
	['review.give', ({ reviewer }) => ({ cookie: reviewer.cookie, more: { verdict: 'approve' } })],
	['comment.reply', ({ reviewer }) => ({ cookie: reviewer.cookie })], ['comment.edit_reply', ({ reviewer, made }) => ({ cookie: reviewer.cookie, members: { comment: made.comments.id, reply: made.replies.replies[0].id } })],
	['comment.make', ({ reviewer }) => ({ cookie: reviewer.cookie, more: { make: { kind: 'cause' } } })], ['comment.resolve', () => ({ more: { resolution: 'deferred' } })],
	['review.waive', waivable], ['document.publish', () => ({})], ['document.mail', ({ reviewer }) => ({ more: { people: [reviewer.person.id], addresses: undefined } })],
	['document.reopen', () => ({})], ['document.withdraw', () => ({})], ['document.submit', ({ reviewer }) => ({ more: { reviewers: [reviewer.person.id] } })], ['document.withdraw', () => ({})],
	['action.change', () => ({})], ...['done', 'todo', 'dropped', 'doing'].map(state => ['action.bulk', ({ made }) => ({ more: { ids: [made.actions.id], state, priority: undefined, horizon: undefined } })]), ['action.close', () => ({})], ['action.check', () => ({ more: { held: true } })], ['action.reopen', () => ({})],
	['me.change', () => ({ more: { lang: 'en', zone: 'UTC', theme: 'dark' } })],
]
const last = [['action.drop', () => ({})]]

/* Texts that no page shows, or that are no texts but names of something: why. */
export const closed = {
	'user.create.login': 'letters and digits', 'user.create.password': 'shown nowhere', 'user.create.email': 'an address', 'user.create.lang': 'a language', 'user.create.zone': 'a time zone',
	'user.change.email': 'an address', 'user.change.password': 'shown nowhere', 'team.create.handle': 'letters and digits',
	'me.change.lang': 'a language', 'me.change.zone': 'a time zone', 'me.change.theme': 'one of three',
	'incident.declare.zone': 'a time zone', 'incident.change.zone': 'a time zone', 'when.read.zone': 'a time zone', 'document.create.zone': 'a time zone', 'document.change.zone': 'a time zone', 'document.create.template': 'the name of one',
	'template.create.name': 'letters and digits', 'template.create.required': 'names of sections', 'template.change.required': 'names of sections', 'factor.create.code': 'letters and digits', 'factor.merge.into': 'the name of one', 'cause.add.factor': 'the name of one', 'cause.change.factor': 'the name of one',
	'review.waive.blocker': 'the name of one', 'review.waive.subject': 'the name of one', 'comment.start.section': 'the name of one', 'comment.start.block': 'the name of one', 'comment.start.make.text': 'that of what it becomes, by comment.make', 'comment.make.make.text': 'that of an action item or a cause', 'document.import.zone': 'a time zone', 'document.mail.addresses': 'addresses',
	'action.create.tracker': 'an address', 'action.change.tracker': 'an address', 'hook.create.source': 'the name of one',
}
/* Operations of another kind: who calls them, and with what, is no text for a page. */
export const elsewhere = { 'suggestion.reject': 'needs a suggestion (test/comment.test.mjs)', 'setup.run': 'done once, before anybody is there', 'session.login': 'shown nowhere', 'document.push': 'typed by the editor', 'document.presence': 'says where a cursor is', 'stream.topics': 'names of topics',
	'session.join': 'shown nowhere', 'scrub.find_in_document': 'looks for words', 'scrub.find_in_incident': 'looks for words', 'scrub.document': 'takes words away (test/scrub.test.mjs)', 'scrub.incident': 'takes words away (test/scrub.test.mjs)', 'scrub.image': 'takes a picture away (its reason is shown as that of scrub.incident)', 'creed.change': 'there is one: changed before each page (test/hostile.test.mjs)' }

const named = new Set([...order, ...last].map(([name]) => name))
const rest = Object.entries(operations).filter(([name, { input }]) => !named.has(name) && !(name in elsewhere) && textFields(input).length).map(([name]) => [name, () => ({})])

/** The incident that the alert of this story has opened takes the place of the one that was declared. */
async function opened(server, made) {
	let alert, after = ''
	while (!alert && after !== undefined) {
		const { items, next } = await server.get(`/api/v1/alerts?limit=200${after}`)
		alert = items.find(({ hook }) => hook?.id === made.hooks.id)
		after = next ? `&after=${encodeURIComponent(next)}` : undefined
	}
	made.declared = made.incidents
	made.incidents = await server.get(`/api/v1/incidents/${alert.incident.id}`)
}

/* Of the server, because not every story makes one. */
const persons = new WeakMap()
const lastPerson = server => persons.get(server) ?? { id: 1 }

/** One call of a story. */
async function told(server, name, attack, call, made, count, refuse) {
	const { reply, taken } = await attackWith(server, name, attack, { cookie: server.cookie, ...call }, made)
	if (reply.status >= 400) refuse(name, reply)
	else {
		if (name === 'user.create') persons.set(server, reply.body)
		if (name === 'mitigation.add') made.mitigations = reply.body.mitigations?.at(-1) ?? reply.body
		if (name === 'hook.receive') await opened(server, made)
	}
	for (const field of taken) count(`${name}.${field}`)
}

/** Tells the story of one attack: what was made, and by count(field) which field took it. An operation that refuses altogether is told by refuse(name, reply). server.reviewer: {person, cookie} of another. */
export async function tell(server, n, attack, count, refuse) {
	const made = { people: lastPerson(server) }
	for (const [name, say] of [...order, ...rest, ...last]) {
		const calls = await say({ n, attack, made, server, cookie: server.cookie, reviewer: server.reviewer })
		for (const call of calls ? [calls].flat() : []) await told(server, name, attack, call, made, count, refuse)
	}
	return made
}

export const every = Object.entries(operations).filter(([name]) => !(name in elsewhere)).flatMap(([name, { input }]) => textFields(input).map(field => `${name}.${field}`))
