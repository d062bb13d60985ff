// The records of the JSON API, as the browser reads them. Times are RFC 3339 texts, unknown values null.
export type Id = number
export interface Named { id: Id; name: string }
export type Role = 'viewer' | 'responder' | 'editor' | 'administrator'
export type Lang = 'en' | 'ko'
export type Severity = 'SEV1' | 'SEV2' | 'SEV3' | 'SEV4'
export type IncidentState = 'detected' | 'declared' | 'mitigated' | 'resolved' | 'closed'
export type MilestoneKind = 'outage_begins' | 'detected' | 'acknowledged' | 'declared' | 'mitigated' | 'outage_ends' | 'incident_ends'
export type IncidentRole = 'commander' | 'scribe' | 'communications' | 'operations' | 'liaison'
export type Detection = 'alert' | 'staff' | 'customer' | 'partner' | 'press' | 'chance'
export type MitigationKind = 'rollback' | 'restart' | 'scale_out' | 'hotfix' | 'feature_switch' | 'failover' | 'traffic_shift' | 'store_release' | 'other'

export interface Account { id: Id; login: string; name: string; email: string | null; role: Role; lang: Lang; zone: string; theme: 'light' | 'dark' | 'system' | null; version?: number }
export interface Me { account: Account | null; setup_needed: boolean; organisation: { name: string; zone: string }; clock?: Turn[]; version: string }
export interface Turn { at: string; offset: number }

export interface List<T> { items: T[]; next: string | null }

export interface IncidentRow {
	id: Id; ref: string; title: string; state: IncidentState; severity: Severity; restricted: boolean
	declared_at: string | null; started_at: string | null; commander: Named | null; services: Named[]; next_update_at: string | null
}
export interface Milestone { kind: MilestoneKind; at: string; by: Named | null; id: Id }
export interface Mitigation { id: Id; kind: MitigationKind; text: string | null; quantity: string | null; started_at: string | null; ended_at: string | null; result: 'worked' | 'partly' | 'did_not' | null; by: Named | null; version?: number }
export interface Alert { id: Id; ref: string; source: string; title: string; state: 'firing' | 'resolved'; labels: Record<string, string>; started_at: string; ended_at: string | null; last_seen_at: string; count: number; url: string | null }
export interface Incident {
	id: Id; ref: string; title: string; summary: string | null; state: IncidentState; severity: Severity; restricted: boolean; drill: boolean; zone: string
	detection_source: Detection | null; detected_by: string | null; channel: string | null
	exit_criterion: string | null; exit_minutes: number | null; exit_since: string | null; next_update_at: string | null; created_at: string; version: number
	milestones: Milestone[]
	durations: { ttd: number | null; tta: number | null; ttm: number | null; ttr: number | null }
	roles: { role: IncidentRole; person: Named; since: string }[]
	services: Named[]; alerts: Alert[]; mitigations: Mitigation[]
	documents: { id: Id; ref: string; title: string; state: string }[]
	actions: { id: Id; ref: string; title: string; state: string; owner: Named | null; due: string | null }[]
	members: Named[]; can: { edit: boolean; restrict: boolean }
}
export interface Evidence { url: string; title: string | null }
export interface Entry {
	id: Id; incident: Id; at: string; recorded_at: string; precision: 'exact' | 'about' | 'before' | 'after'
	kind: 'note' | 'milestone' | 'mitigation' | 'role' | 'alert' | 'state' | 'update'
	text: string; knew: string | null; decided: string | null; because: string | null; key: boolean; evidence: Evidence[]
	by: Named | null; token: string | null; edited_at: string | null; version: number
}
export interface When { at: string | null; rest: string; from: number; to: number; ambiguous: boolean; also: string | null; approximate?: boolean }

export interface DocumentRow { id: Id; ref: string; title: string; kind: string; state: string; updated_at: string; incidents?: { id: Id; ref: string; title: string }[]; tbds?: { text: string }[] | number; restricted?: boolean; actions?: ActionCount }
/** The history of a text. */
export interface Typist { id: Id | null; name: string }
export interface Mark { kind: 'named' | 'published' | 'restored'; version: number; name: string; number: number | null; person: Named | null; at: string }
export interface Span { from_version: number; version: number; begin_at: string; end_at: string; people: Typist[]; marks: Mark[] }
export interface OldText { version: number; newest: number; at: string; by: Typist | null; text: string; people: Typist[]; authors: { from: number; to: number; person: number }[]; marks: Mark[] }
export interface OldUpdates { after: number; people: Typist[]; updates: { version: number; at: string; person: number; restored: number | null; changes: unknown }[] }
export interface Hunk { from_line: number; line: number; runs: { kind: 'same' | 'removed' | 'added'; at: number; text: string }[] }
export interface TextDiff { from: number; version: number; hunks: Hunk[] }
export interface Tbd { text: string; owner: string | null; due: string | null; line: number }
export interface Heading { level: number; text: string; id: string; line: number }
export interface Doc {
	id: Id; ref: string; title: string; kind: string; state: string; lang: Lang; zone: string; incidents: { id: Id; ref: string; title: string }[]
	text: string; text_version: number; html: string; headings: Heading[]; tbds: Tbd[]; restricted: boolean; template: string | null
	progress: { filled: number; total: number }; sections: Section[]; causes: Cause[]; impacts: Impact[]; windows: Window[]; lessons: Lesson[]; consent: Consent | null
	created_at: string; updated_at: string; version: number; actions: ActionCount; author: Named | null; can: { edit: boolean }
	/** Who writes it and until when, once the server says so. */
	owner?: Named | null; due?: string | null
}
export type DocumentState = 'draft' | 'in_review' | 'changes_asked' | 'approved' | 'published' | 'archived'
export interface ActionCount { open: number; total: number }
export type Verdict = 'comment' | 'approve' | 'changes'
export type Answer = 'yes' | 'no' | 'na'
export interface Blocker { code: string; subject: string; words: string; link: string; waiver: string | null; waived: boolean; reason: string | null; by: Named | null; at: string | null }
export interface Reviewer { person: Named; service: Named | null; asked_at: string; verdict: Verdict | null; verdict_at: string | null; stale: boolean; awaited: boolean; since: string | null }
export interface Question { question: string; text: string; answer: Answer | null; note: string | null; by: Named | null; at: string | null; evidence: { good: boolean; words: string; link: string | null }[] }
export interface CommentReply { id: Id; person: Named; text: string; made_at: string; edited_at: string | null }
export interface CommentMade { kind: 'action' | 'timeline' | 'cause' | 'tbd'; record: Id; title: string; incident: Id }
export interface Comment {
	id: Id; person: Named; text: string; section: string | null; block: string | null; entry: Id | null; action: Id | null; cause: Id | null; quote: string | null
	from: number | null; to: number | null; gone: boolean; text_version: number; must_fix: boolean; pending: boolean; made_at: string; edited_at: string | null; removed_at: string | null
	resolution: 'done' | 'action' | 'deferred' | 'accepted' | 'rejected' | null; resolved_at: string | null; resolved_by: Named | null; words: string | null
	changes: (number | [number, ...string[]])[] | null; conflict: boolean; replies: CommentReply[]; made: CommentMade[]; version: number
}
/** A comment that something came from. */
export interface Source { id: Id; document: { id: Id; ref: string; title: string }; quote: string | null; text: string }
export interface Comments { text_version: number; items: Comment[] }
export interface Review {
	document: { id: Id; ref: string; title: string }; state: DocumentState; restricted: boolean; text_version: number
	round: { round: number; due: string | null; needed: number; asked_at: string; asked_by: Named | null; note: string | null } | null
	reviewers: Reviewer[]; questions: Question[]; comments: Comment[]
	given: { id: Id; person: Named; verdict: Verdict; words: string | null; text_version: number; at: string }[]
	blockers: Blocker[]; waivers: { id: Id; blocker: string; subject: string; reason: string; by: Named | null; at: string }[]; actions: ActionCount
	can: { submit: boolean; give: boolean; approve: boolean; lead: boolean; withdraw: boolean; publish: boolean; archive: boolean; reopen: boolean }
}
export interface ReviewRow {
	id: Id; ref: string; title: string; kind: string; state: DocumentState; restricted: boolean; waits_for: 'author' | 'reviewers' | 'publisher'; since: string; due: string | null
	author: Named | null; awaited: Named[]; mine: boolean; actions: ActionCount
}
export interface Publication {
	id: Id; document: { id: Id; ref: string; title: string }; version: number; kind: string; lang: Lang; restricted: boolean; note: string | null
	changes: { heading: string | null; kind: 'changed' | 'added' | 'removed' }[]; text_version: number; at: string; by: Named | null; state: DocumentState; actions: ActionCount; latest: boolean; html?: string
}
/** What became of a postmortem from elsewhere. */
export interface Imported {
	document: Id; incident: Id; title: string; already: boolean; entries: number; actions: number
	notes: { line: number | null; text: string }[]
}
export interface Section { section: string; title: string; state: 'filled' | 'empty' | 'missing' | 'removed'; required: boolean; line: number | null; tbds: number; reason: string | null; by: Named | null; removed_at: string | null }
export type CauseKind = 'trigger' | 'direct' | 'latent' | 'exacerbating' | 'defence_failed' | 'defence_worsened' | 'no_bug'
export interface Cause { id: number; kind: CauseKind; factor: string | null; text: string; version: number }
export interface Impact { id: number; metric: string; value: number | null; unit: string | null; estimated: boolean; method: string | null; version: number }
export interface Window { id: number; begins_at: string; ends_at: string | null; what: string; version: number }
export interface Lesson { id: number; list: 'went_well' | 'went_wrong' | 'lucky'; text: string; mark: 'factor' | 'drill' | null; action: { id: Id; ref: string; title: string; state: string } | null; version: number }
export interface Factor { code: string; name_en: string; name_ko: string; own: boolean; ended: boolean; version: number }
export interface Consent { id: Id; name: string; agreed_at: string | null; words: string | null; opened: boolean; people: Named[] }
export interface OpenTbd { id: Id; document: number; document_title: string; text: string; login: string | null; owner: Named | null; due: string | null; seen_at: string; age: number }
export interface Creed { en: string; ko: string; own: boolean; changed_at: string | null; version: number }
export interface Template { name: string; title: string; about: string | null; kind: string; lang: Lang; required: string; outline: { level: number; text: string }[]; own: boolean; ended: boolean; version: number; text?: string; html?: string }

export type ActionType = 'prevent' | 'detect' | 'mitigate' | 'process' | 'investigate' | 'repair' | 'other'
export interface Action {
	id: Id; ref: string; title: string; type: ActionType; priority: 'P0' | 'P1' | 'P2' | 'P3' | null; state: 'open' | 'done' | 'dropped'; owner: Named | null; due: string | null
	aim: 'prevention' | 'detection' | 'handling'; horizon: 'short' | 'long'; team: Named | null; started_at: string | null; reason: string | null; agreed_by: Named | null
	check_on: string | null; held: 'held' | 'not_held' | null; checked_at: string | null; checked_by: Named | null; check_note: string | null
	incident: { id: Id; ref: string; title: string } | null; document: { id: Id; ref: string; title: string } | null; evidence: string | null; closed_at: string | null; version: number
}
/** Of a change of many: each is among one of both. */
export interface ActionBulkResult { changed: Action[]; refused: { id: Id; ref: string; title: string | null; code: string; words: string }[] }
export type Trigger = 'down' | 'data_loss' | 'intervention' | 'slow' | 'monitoring'
export interface PolicyVerdict {
	state: 'not_required' | 'required' | 'waived' | 'begun'; required: boolean; policy: number; due: string | null; can_waive: boolean
	triggers: { trigger: Trigger; fired: boolean; words: string; team: Named | null }[]
	requests: { id: Id; reason: string; at: string; by: Named | null }[]; waiver: { id: Id; reason: string; at: string; by: Named | null } | null
}
export interface Policy {
	version: number; at: string | null; by: Named | null; note: string | null; down_minutes: number | null; slow_minutes: number | null; data_loss: boolean; intervention: boolean; monitoring: boolean
	sev1_days: number; sev2_days: number; sev3_days: number; sev4_days: number
	/** Once the server says so: when an action item is due that nobody dates, and whose a postmortem is. */
	p0_days?: number | null; p1_days?: number | null; p2_days?: number | null; p3_days?: number | null; owner?: PolicyOwner
	teams: { team: Named; down_minutes: number | null; slow_minutes: number | null }[]
}
export type PolicyOwner = 'commander' | 'lead'
export interface PolicyWaiver { id: Id; incident: number; title: string; reason: string; at: string; by: Named | null }
export interface Hit { kind: 'incident' | 'timeline' | 'document' | 'action' | 'alert'; id: Id; ref: string; title: string; snippet: string; at: string | null; url: string; severity: Severity | null; state: string | null }
export interface Facet { name: string; label: string; values: { value: string; label: string; count: number; chosen: boolean }[] }
export interface Facets { total: number; more: boolean; facets: Facet[] }
export interface Alike { kind: 'incident' | 'document'; id: Id; ref: string; title: string; at: string; url: string; score: number; same_service: boolean; reason: string }

export interface Person { id: Id; login: string; name: string; email: string | null; role: Role; lang: Lang; zone: string; active: boolean; version: number }
export interface Team { id: Id; name: string; handle: string; members: Named[]; version: number }
export interface Service { id: Id; name: string; description: string | null; team: Named | null; lead: Named | null; depends_on: Named[]; used_by: Named[]; version: number }
export interface Hook { id: Id; name: string; source: string; service?: Named | null; team?: Named | null; opens: boolean; open_rule?: { min_severity?: Severity; labels?: Record<string, string> } | null; url?: string; last_seen_at?: string | null }
export interface Token { id: Id; name: string; role: Role; token?: string; made_at: string; ends_at: string | null; made_by?: Named | null; use: TokenUse | null; used_at: string | null; used_from: string | null }
export type TokenUse = 'api' | 'mcp' | 'mcp_write' | 'feed'
export interface Session { id: Id; made_at: string; seen_at: string; address: string; agent: string; current: boolean }

export interface Notice {
	id: Id; kind: string; text: string; why: string; quote: string | null; ref: string; title: string; url: string; incident: Id | null; by: Named | null
	at: string; read_at: string | null; snoozed_until: string | null
}
export type NoticeWay = 'mail' | 'digest' | 'inbox'
export interface NoticePreferences { mail: boolean; address: string | null; kinds: { kind: string; way: NoticeWay; label: string }[]; muted: { id: Id; ref: string; title: string }[] }
export interface Weekly { teams: boolean; organisation: boolean; weekday: number; hour: number; mail: boolean }
export interface MailState { ready: boolean; server: string | null; from: string | null; public_url: string | null; domains: string | null; waiting: number; failed: number }
export interface Delivery {
	id: Id; kind: string; person: Named | null; address: string; subject: string; state: 'waiting' | 'sending' | 'sent' | 'failed' | 'withdrawn'
	attempts: number; next_at: string | null; trouble: string | null; made_at: string; sent_at: string | null
}
export interface MailingPreview { number: number; text_version: number; ready: boolean; outsiders: boolean; subject: string; html: string; changes: { kind: string; text: string; detail: string | null }[]; tbds: Tbd[] }
export interface Mailing {
	id: Id; number: number; at: string; by: Named | null; text_version: number; note: string | null
	receivers: { person: Named | null; address: string | null }[]; left_out: { person: Named; reason: 'no_access' | 'no_address' }[]
}

/** What the server wrote into the page: the reply of the operation behind this address, so that the first paint asks for nothing. */
export interface Page { page: string; data: unknown; me: Me; position: number; lang: Lang; nonce: string; status?: number }
