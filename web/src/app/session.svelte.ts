// Who is here: the account, its language, zone and theme, and what the page brought along.
import { get, serverNow } from '../lib/api.ts'
import { lang, setLang } from '../lib/i18n.svelte.ts'
import { change } from '../lib/save.ts'
import { resetStream } from '../lib/stream.ts'
import type { Account, Lang, Me, Page } from '../lib/types.ts'
import { tellClock } from '../lib/wall.ts'

const nobody: Me = { account: null, setup_needed: false, organisation: { name: '', zone: 'UTC' }, version: '' }

class Session {
	me = $state.raw<Me>(nobody)
	nonce = ''
	theme = $state<'light' | 'dark' | 'system'>('system')
	keys = $state(true)
	/** The page was made of what this browser had, and the server has not been reached since. */
	offline = $state(false)
	/** The server no longer knows us, and whoever writes was told so without being interrupted. */
	ended = $state(false)
	/** The second the page shows; every countdown and «10 min ago» reads it. */
	now = $state(serverNow())

	get account(): Account | null {
		return this.me.account
	}
	get zone(): string {
		return this.account?.zone || this.me.organisation.zone || 'UTC'
	}
	can(role: 'responder' | 'editor' | 'administrator'): boolean {
		const order = ['viewer', 'responder', 'editor', 'administrator']
		return !!this.account && order.indexOf(this.account.role) >= order.indexOf(role)
	}

	async begin(page: Page): Promise<void> {
		this.me = page.me ?? nobody
		tellClock(this.zone, this.me.clock)
		this.nonce = page.nonce
		this.keys = localStorage.getItem('bokgi-keys') !== 'off'
		this.setTheme(this.account?.theme ?? (localStorage.getItem('bokgi-theme') as 'light' | 'dark' | null) ?? 'system')
		await setLang(page.lang ?? 'en')
		setInterval(() => {
			if (!document.hidden) this.now = serverNow()
		}, 1000)
		document.addEventListener('visibilitychange', () => (this.now = serverNow()))
	}

	/** Another account, or none: everything live begins anew. */
	async become(account: Account | null): Promise<void> {
		this.me = { ...this.me, account, setup_needed: false }
		this.ended = false
		if (account) {
			await setLang(account.lang)
			this.setTheme(account.theme ?? 'system')
			this.me = (await get<Me>('/me')).data
			tellClock(this.zone, this.me.clock)
		}
		void import('../lib/keep-open.ts').then((open) => open.keepOnly(account?.id ?? 0))
		resetStream()
	}

	setTheme(theme: 'light' | 'dark' | 'system'): void {
		this.theme = theme
		if (theme === 'system') {
			delete document.documentElement.dataset.theme
			localStorage.removeItem('bokgi-theme')
		} else {
			document.documentElement.dataset.theme = theme
			localStorage.setItem('bokgi-theme', theme)
		}
	}

	setKeys(on: boolean): void {
		this.keys = on
		localStorage.setItem('bokgi-keys', on ? 'on' : 'off')
	}

	/** Change something of mine; without an account it lasts for this browser only. */
	async change(values: Partial<Pick<Account, 'name' | 'lang' | 'zone' | 'theme'>>): Promise<void> {
		if (!this.account) return
		const changed = (await change<Account>('/me', this.account, values)) as Account & { account?: Account | null }
		const account = changed.account ?? { ...this.account, ...values }
		this.me = { ...this.me, account }
	}

	async toggleLang(): Promise<void> {
		const next: Lang = lang() === 'ko' ? 'en' : 'ko'
		await setLang(next)
		await this.change({ lang: next })
	}
}

export const session = new Session()
