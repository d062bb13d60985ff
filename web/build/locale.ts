// One catalogue for the server and the browser: locale/ko.po. This plugin finds the texts that the browser side uses, picks their Korean, and refuses to
// build when one is missing. The Korean comes in parts, as the program does: what is there from the beginning ("main"), and what each page or dialog that is fetched later needs besides.
import { readFileSync, readdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { po } from 'gettext-parser'
import type { Plugin } from 'vite'

const source = fileURLToPath(new URL('../src', import.meta.url))
const catalogue = fileURLToPath(new URL('../../locale/ko.po', import.meta.url))
const call = /\b(?:t|tn|N)\(\s*'((?:[^'\\\n]|\\.)*)'(?:\s*,\s*'((?:[^'\\\n]|\\.)*)')?/g

const fetched = /\bimport\('(\.[^']+)'\)/g
const imported = /^\s*(?:import|export)\s(?!type\b)(?:[^'"]*?\sfrom\s)?'(\.[^']+)'/gm

const unescape = (text: string) => text.replace(/\\(.)/g, '$1')

/** Every text of the browser side in English, by the file that uses it. */
function used(): Map<string, Set<string>> {
	const found = new Map<string, Set<string>>()
	for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' }).sort()) {
		if (!/\.(svelte|ts)$/.test(name) || name.endsWith('.test.ts')) continue
		found.set(join(source, name), new Set([...readFileSync(join(source, name), 'utf8').matchAll(call)].map(([, id = '']) => unescape(id))))
	}
	return found
}

function korean(): Map<string, string> {
	const entries = po.parse(readFileSync(catalogue)).translations[''] ?? {}
	return new Map(Object.values(entries).filter((e) => e.msgid && e.msgstr[0]).map((e) => [e.msgid, e.msgstr[0] as string]))
}

/** Whatever is there as soon as this file is: itself and what it imports. */
export function closure(file: string, seen = new Set<string>()): Set<string> {
	if (seen.has(file) || !/\.(svelte|ts)$/.test(file)) return seen
	seen.add(file)
	for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(imported)) closure(resolve(dirname(file), name), seen)
	return seen
}

/** What is fetched when it is needed: its name, and its file. */
function parts(): Map<string, string> {
	const found = new Map([['main', join(source, 'main.ts')]])
	for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' }).sort()) {
		if (!/\.(svelte|ts)$/.test(name)) continue
		const file = join(source, name)
		for (const [, to = ''] of readFileSync(file, 'utf8').matchAll(fetched)) if (to.endsWith('.svelte')) found.set(basename(to, '.svelte'), resolve(dirname(file), to))
	}
	return found
}

export function locale(): Plugin {
	const all = '\0virtual:locale', one = '\0virtual:locale/ko/'
	const files = parts(), at = new Map([...files].map(([name, file]) => [file, name])), texts = used()
	const within = (file: string) => [...closure(file)].flatMap((of) => [...(texts.get(of) ?? [])])
	const first = new Set(within(files.get('main') as string))
	const words = korean()
	return {
		name: 'bokgi-locale',
		enforce: 'post',
		resolveId: (name) => (name.startsWith('virtual:locale') ? '\0' + name : undefined),
		buildStart() {
			const missing = [...new Set([...texts.values()].flatMap((ids) => [...ids]))].filter((text) => !words.has(text))
			if (missing.length) this.error(`locale/ko.po lacks ${missing.length} texts of web/src:\n  ${missing.join('\n  ')}`)
		},
		load(name) {
			if (name === all) return `export const ko = {${[...files.keys()].map((part) => `${JSON.stringify(part)}: () => import('virtual:locale/ko/${part}')`)}}`
			if (!name.startsWith(one)) return
			const part = name.slice(one.length), ids = new Set(within(files.get(part) as string))
			const mine = [...ids].filter((text) => part === 'main' || !first.has(text)).sort()
			return `export default ${JSON.stringify(Object.fromEntries(mine.map((text) => [text, words.get(text)])))}`
		},
		// It is evaluated once its words are there.
		transform(code, id) {
			const part = at.get(id)
			if (!part || part === 'main') return
			return { code: `import { words as wordsOf } from ${JSON.stringify(join(source, 'lib/i18n.svelte.ts'))}\nawait wordsOf(${JSON.stringify(part)})\n${code}`, map: null }
		},
	}
}
