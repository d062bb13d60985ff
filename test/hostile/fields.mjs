// Every field that takes text, from the description of the operations: filled with an attack, sent, and counted when it was taken.
import { readFileSync } from 'node:fs'
import { cut } from './attacks.mjs'

const document = JSON.parse(readFileSync('api/openapi.json', 'utf8'))
const follow = schema => schema?.$ref ? follow(document.components.schemas[schema.$ref.split('/').pop()]) : schema?.anyOf ? follow(schema.anyOf.find(({ type }) => type !== 'null')) : schema ?? {}
const types = schema => [schema.type ?? []].flat()
const isText = schema => types(schema).includes('string') && !types(schema).includes('integer') && !schema.enum && !schema.format

/** operation → {method, path, input}: those that change something. */
export const operations = Object.fromEntries(Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).filter(([method]) => method !== 'get')
	.map(([method, op]) => [op.operationId, { method: method.toUpperCase(), path, input: follow(op.requestBody?.content?.['application/json']?.schema) }])))

/** The names of the fields with text: "evidence.title". */
export function textFields(schema, before = '') {
	return Object.entries(schema.properties ?? {}).flatMap(([name, raw]) => {
		const field = follow(raw), inner = types(field).includes('array') ? follow(field.items) : field
		return isText(inner) ? [before + name] : textFields(inner, `${before}${name}.`)
	})
}

function harmless(field) {
	if (field.enum) return field.enum[0]
	if (field.format) return { 'date-time': '2026-01-01T00:00:00Z', date: '2030-01-01' }[field.format]
	return types(field).includes('boolean') ? false : types(field).includes('array') ? [] : types(field).includes('object') ? {} : Math.max(1, field.minimum ?? 1)
}

/** A body with the attack in every text, and with what cannot be left out. */
function filled(schema, attack) {
	const body = {}
	for (const [name, raw] of Object.entries(schema.properties ?? {})) {
		const field = follow(raw), list = types(field).includes('array'), inner = list ? follow(field.items) : field
		const has = isText(inner) || textFields(inner).length > 0
		const value = isText(inner) ? cut(attack, inner.maxLength) : has ? filled(inner, attack) : undefined
		if (has) body[name] = list ? [value] : value
		else if (schema.required?.includes(name)) body[name] = harmless(field)
	}
	return body
}

/** Where a path leads: what stands behind "documents" is the last document that was made. */
const address = (path, members, made) => path.replaceAll(/\{(\w+)\}/g, (_, name, at) => encodeURIComponent(members?.[name] ?? (kind => made[kind]?.[name] ?? made[kind]?.id)(path.slice(0, at).split('/').at(-2)) ?? 0))

const pointed = body => body?.field?.split(/[./[]/)[0]
const dig = (value, [name, ...rest]) => name === undefined ? value : Array.isArray(value) ? dig(value[0], [name, ...rest]) : dig(value?.[name], rest)

/** One operation with one attack. A field that the server does not take so is left as `more` has it, or left out: {reply, taken: names of fields}. */
export async function attackWith(server, name, attack, { members, more = {}, tame = {}, raw, cookie } = {}, made = {}) {
	const { method, path, input } = operations[name]
	const body = { ...filled(input, attack), ...more }
	const refused = new Set()
	let reply
	for (let turn = 0; turn < 12; turn++) {
		reply = await server.ask(method, address(path, members, made), body, { raw, cookie, headers: method === 'PATCH' ? { 'if-match': '*' } : {} })
		const wrong = pointed(reply.body)
		if (reply.status < 400 || !wrong || refused.has(wrong)) break
		refused.add(wrong)
		if (wrong in tame) body[wrong] = tame[wrong]
		else delete body[wrong]
	}
	if (reply.status < 300 && method === 'POST' && !path.endsWith('}') && typeof reply.body === 'object') made[path.split('/').pop()] = reply.body
	const taken = reply.status < 300 ? textFields(input).filter(field => !refused.has(field.split('.')[0]) && dig(body, field.split('.')) !== undefined) : []
	return { reply, taken }
}
