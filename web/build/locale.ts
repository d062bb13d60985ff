// One catalogue for the server and the browser: locale/ko.po. This plugin finds the texts that the browser side uses, picks their Korean, and refuses to
// build when one is missing.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { po } from 'gettext-parser'
import type { Plugin } from 'vite'

const source = fileURLToPath(new URL('../src', import.meta.url))
const catalogue = fileURLToPath(new URL('../../locale/ko.po', import.meta.url))
const call = /\b(?:t|tn|N)\(\s*'((?:[^'\\\n]|\\.)*)'(?:\s*,\s*'((?:[^'\\\n]|\\.)*)')?/g

const unescape = (text: string) => text.replace(/\\(.)/g, '$1')

/** Every text of the browser side, in the order of the files: English, and its plural where it has one. */
export function used(): Map<string, { plural?: string; file: string }> {
	const found = new Map<string, { plural?: string; file: string }>()
	for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' }).sort()) {
		if (!/\.(svelte|ts)$/.test(name) || name.endsWith('.test.ts')) continue
		for (const [, one = '', many] of readFileSync(join(source, name), 'utf8').matchAll(call)) {
			const id = unescape(one)
			if (!found.has(id) || many) found.set(id, { plural: many && unescape(many), file: name })
		}
	}
	return found
}

export function korean(): Map<string, string> {
	const entries = po.parse(readFileSync(catalogue)).translations[''] ?? {}
	return new Map(Object.values(entries).filter((e) => e.msgid && e.msgstr[0]).map((e) => [e.msgid, e.msgstr[0] as string]))
}

export function locale(): Plugin {
	const id = 'virtual:locale/ko'
	return {
		name: 'bokgi-locale',
		resolveId: (name) => (name === id ? '\0' + id : undefined),
		load(name) {
			if (name !== '\0' + id) return
			this.addWatchFile(catalogue)
			const all = korean()
			const texts = [...used().keys()]
			const missing = texts.filter((text) => !all.has(text))
			if (missing.length) this.error(`locale/ko.po lacks ${missing.length} texts of web/src:\n  ${missing.join('\n  ')}`)
			return `export default ${JSON.stringify(Object.fromEntries(texts.map((text) => [text, all.get(text)])))}`
		},
	}
}
