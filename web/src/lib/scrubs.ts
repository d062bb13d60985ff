// What was removed for good, as the browser reads it.
import { N } from './i18n.svelte.ts'
import type { Id, Named } from './types.ts'

export type ScrubCategory = 'secret' | 'person' | 'customer' | 'other'
export type ScrubState = 'hidden' | 'purging' | 'purged'
export interface ScrubPlace { kind: string; count: number }
export interface Scrub {
	id: Id; at: string; by: Named | null; document: Named | null; incident: Named | null; category: ScrubCategory; reason: string
	total: number; places: ScrubPlace[]; state: ScrubState; step: number; steps: number; owed: Named[]; purged_at: string | null
}
export interface ScrubFound { total: number; length: number; places: ScrubPlace[]; samples: { kind: string; text: string }[] }
/** What is to go: words, or their place in the text. */
export type ScrubWords = { text: string } | { from: number; to: number; version: number }

export const scrubCategoryLabel: Record<ScrubCategory, string> = { secret: N('A password or key'), person: N('A person’s data'), customer: N('A customer’s name'), other: N('Something else') }
export const scrubStateLabel: Record<ScrubState, string> = { hidden: N('hidden'), purging: N('being purged'), purged: N('purged') }
export const scrubPlaceLabel: Record<string, string> = {
	text: N('in the text'), history: N('in former versions'), picture: N('as a picture'), title: N('in titles'), comment: N('in comments'), review: N('in reviews'), timeline: N('on the timeline'), action: N('in actions'),
	incident: N('in the incident'), record: N('in causes, impact and lessons'), alert: N('in alerts'), publication: N('in published versions'), mail: N('in mails'), notice: N('in notices'), log: N('in the log of events'),
}
