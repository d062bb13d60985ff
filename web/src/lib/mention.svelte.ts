// Whom «@» can name: people, teams, and who has a role in the incidents of the text. The server reads the same words (notice_mention.c).
import { all } from './api.ts'
import { matches } from './hangul.ts'
import { lang, t } from './i18n.svelte.ts'
import { roleLabel } from './labels.ts'
import { people } from './people.svelte.ts'
import type { IncidentRole, Person, Team } from './types.ts'

export interface Mention { key: string; token: string; name: string; what: string; person?: Person }

const roleWords: Record<IncidentRole, { en: string; ko: string }> = {
	commander: { en: 'IC', ko: '지휘자' }, scribe: { en: 'scribe', ko: '기록자' }, communications: { en: 'communications', ko: '소통담당' },
	operations: { en: 'operations', ko: '운영담당' }, liaison: { en: 'liaison', ko: '연락담당' },
}

class Mentions {
	private teams = $state.raw<readonly Team[]>([])
	private asked = false

	async load(): Promise<void> {
		void people.load()
		if (this.asked) return
		this.asked = true
		try {
			this.teams = (await all<Team>('/teams')).data
		} catch {
			this.asked = false
		}
	}

	/** Some of each kind, so that none hides another; what was written out comes first. */
	find(typed: string, roles: boolean): Mention[] {
		const fits = (...words: string[]) => !typed || words.some((w) => matches(w, typed))
		const found: Mention[] = [
			...people.find(typed).slice(0, 5).map((person) => ({ key: `p${person.id}`, token: person.login, name: person.name, what: person.login, person })),
			...this.teams.filter((x) => fits(x.name, x.handle)).slice(0, 3).map((x) => ({ key: `t${x.id}`, token: x.handle, name: x.name, what: `${x.handle} · ${t('Team')}` })),
			...(Object.keys(roleWords) as IncidentRole[]).filter((r) => roles && fits(t(roleLabel[r]), roleWords[r].en, roleWords[r].ko)).slice(0, typed ? 5 : 2)
				.map((r) => ({ key: `r${r}`, token: roleWords[r][lang()], name: t(roleLabel[r]), what: `${roleWords[r][lang()]} · ${t('Role')}` })),
		]
		const exact = (m: Mention) => Number(m.token.toLowerCase() === typed.toLowerCase())
		return found.sort((a, b) => exact(b) - exact(a))
	}
}

export const mentions = new Mentions()
