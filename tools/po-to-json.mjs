// A .po catalogue for the browser: {"msgid":"msgstr"}, a list of its forms for a plural; what has no translation is left out.
// As a program: node tools/po-to-json.mjs locale/ko.po. The parser is one of web/package.json's packages.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const resolve = createRequire(new URL('../web/package.json', import.meta.url)).resolve
const { po } = await import(pathToFileURL(resolve('gettext-parser')).href)

export function poToJson(text) {
	const catalogue = {}
	for (const message of Object.values(po.parse(text).translations[''] ?? {})) {
		const fuzzy = message.comments?.flag?.includes('fuzzy')
		if (!message.msgid || fuzzy || !message.msgstr.every(Boolean)) continue
		catalogue[message.msgid] = message.msgid_plural ? message.msgstr : message.msgstr[0]
	}
	return JSON.stringify(catalogue)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
	process.stdout.write(poToJson(readFileSync(process.argv[2], 'utf8')) + '\n')
