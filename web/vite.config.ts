import { svelte } from '@sveltejs/vite-plugin-svelte'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { locale } from './build/locale.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

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
						{ name: 'base', priority: 2, test: /node_modules\/(svelte|esm-env|clsx)|src\/lib\/(?!editor|collab|fnv|keep|images|upload|comforts|table|paste|slash|live\.svelte\.ts|hangul|people|snippet)|src\/app\/[a-z.]+\.ts|src\/parts\/(Icon|Sev|State|Kbd|EmptyState|Trouble|Avatar|TimeChip)\.svelte/ },
					],
				},
			},
		},
	},
})
