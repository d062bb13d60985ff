import './style/tokens.css'
import './style/base.css'
import './style/pages.css'
import './style/app.css'
import { mount } from 'svelte'
import App from './app/App.svelte'
import { fetchPage, pageHere } from './app/pages.ts'
import { router } from './app/router.svelte.ts'
import { session } from './app/session.svelte.ts'
import type { Page } from './lib/types.ts'

// Not by its id alone: a heading of the article may have the same.
let page = JSON.parse(document.querySelector('script#page')?.textContent || '{}') as Page
const target = document.getElementById('app') as HTMLElement

// A document's article stands in the page once, as markup; its record comes without.
const article = target.querySelector('article.doc')
if (article && page.data && (page.data as { html?: string }).html === '') (page.data as { html: string }).html = article.innerHTML

// Without a line every address gives this shell; what it shows is in the browser.
session.offline = page.page === 'offline'
if (session.offline) page = await (await import('./lib/keep-open.ts')).pageOf(page)

// The first frame has the page in it: what is fetched is there before anything is shown.
const begun = session.begin(page)
router.begin(page)
await Promise.all([begun, fetchPage(pageHere()).catch(() => undefined)])
target.replaceChildren()
mount(App, { target })
