import './style/tokens.css'
import './style/base.css'
import './style/pages.css'
import './style/app.css'
import { mount } from 'svelte'
import App from './app/App.svelte'
import { router } from './app/router.svelte.ts'
import { session } from './app/session.svelte.ts'
import type { Page } from './lib/types.ts'

const page = JSON.parse(document.getElementById('page')?.textContent || '{}') as Page
const target = document.getElementById('app') as HTMLElement

await session.begin(page)
router.begin(page)
target.replaceChildren()
mount(App, { target })
