import { svelte } from '@sveltejs/vite-plugin-svelte'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { closure, locale } from './build/locale.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const entry = closure(`${here}src/main.ts`)
/** What every page begins with, and parts so small that a request of their own would cost more. */
const atOnce = (id: string) =>
	entry.has(id) ? !/\.svelte$|main\.ts$/.test(id) || /src\/parts\//.test(id) : /node_modules\/(svelte|esm-env|clsx)|src\/lib\/(resource|idle|labels|copy|inbox|said|when)|src\/app\/commands|src\/parts\/(Avatar|Kbd|Talk|StateLine|EmptyState|Trouble|TimeChip|Menu|Progress|DocumentLine|IncidentLine|ReviewLine|NoticeRow|Similar|Article)\.svelte/.test(id)

export default defineConfig({
	root: here,
	plugins: [locale(), svelte({ configFile: false, compilerOptions: { runes: true } })],
	worker: { format: 'es' },
	build: {
		outDir: 'dist',
		emptyOutDir: true,
		manifest: true,
		// Browsers that know light-dark(); without this the colours are compiled into a fallback twice their size.
		target: ['chrome123', 'firefox121', 'safari17.5'],
		cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
		modulePreload: { polyfill: false },
		// An inlined worker or picture would need data: in the content security policy.
		assetsInlineLimit: 0,
		rolldownOptions: {
			input: { main: 'src/main.ts' },
			output: {
				// A few chunks instead of one per shared component: what every page has, what dialogs have, the editor.
				codeSplitting: {
					groups: [
						{ name: 'editor', test: /node_modules\/(@codemirror|@lezer|crelt|style-mod|w3c-keyname)|src\/lib\/(editor|collab|fnv|keep|images|upload|comforts|table|paste|slash)\.ts/ },
						{ name: 'forms', priority: 1, test: /src\/parts\/(Dialog|Field|Form|PersonPicker|TimeField|ActionForm|DocumentForm)\.svelte|src\/lib\/(hangul|people)/ },
						{ name: 'base', priority: 2, test: atOnce },
					],
				},
			},
		},
	},
})
