// The words of the practice, one table per list of values.
import { N } from './i18n.svelte.ts'
import type { PolicyField } from './policy.ts'
import type { ActionType, Answer, CauseKind, Detection, IncidentRole, IncidentState, Lesson, MilestoneKind, MitigationKind, PolicyOwner, Role, Section, Severity, TokenUse, Trigger, Verdict } from './types.ts'

export const stateLabel: Record<IncidentState, string> = { detected: N('Detected'), declared: N('Responding'), mitigated: N('Mitigated'), resolved: N('Resolved'), closed: N('Closed') }
export const stepLabel: Record<IncidentState, string> = { detected: N('Detected'), declared: N('Declared'), mitigated: N('Mitigated'), resolved: N('Resolved'), closed: N('Closed') }
export const aimLabel: Record<'prevention' | 'detection' | 'handling', string> = { prevention: N('Keep it from happening'), detection: N('See it sooner'), handling: N('Handle it better') }
export const triggerLabel: Record<Trigger, string> = { down: N('Downtime'), data_loss: N('Data loss'), intervention: N('On-call stepped in'), slow: N('Slow to resolve'), monitoring: N('Monitoring missed it') }
export const policyFieldLabel: Record<PolicyField, string> = {
	down_minutes: triggerLabel.down, slow_minutes: triggerLabel.slow, data_loss: triggerLabel.data_loss, intervention: triggerLabel.intervention, monitoring: triggerLabel.monitoring,
	sev1_days: N('Due after a SEV1'), sev2_days: N('Due after a SEV2'), sev3_days: N('Due after a SEV3'), sev4_days: N('Due after a SEV4'),
	p0_days: N('A P0 action is due'), p1_days: N('A P1 action is due'), p2_days: N('A P2 action is due'), p3_days: N('A P3 action is due'), owner: N('Whose a postmortem is'),
}
export const policyOwnerLabel: Record<PolicyOwner, string> = { commander: N('the incident commander’s'), lead: N('the lead’s of the first service affected') }
export const severities: Severity[] = ['SEV1', 'SEV2', 'SEV3', 'SEV4']
export const severityHelp: Record<Severity, string> = {
	SEV1: N('SEV1: most people cannot use it, or data is lost'),
	SEV2: N('SEV2: an important part fails for many'),
	SEV3: N('SEV3: something fails for some, there is a way around'),
	SEV4: N('SEV4: a small annoyance'),
}
export const milestoneLabel: Record<MilestoneKind, string> = {
	outage_begins: N('Outage begins'), detected: N('Detected'), acknowledged: N('Acknowledged'), declared: N('Declared'), mitigated: N('Mitigated'), outage_ends: N('Outage ends'), incident_ends: N('Incident ends'),
}
export const milestoneState: Record<MilestoneKind, IncidentState> = {
	outage_begins: 'detected', detected: 'detected', acknowledged: 'declared', declared: 'declared', mitigated: 'mitigated', outage_ends: 'resolved', incident_ends: 'closed',
}
export const roleLabel: Record<IncidentRole, string> = { commander: N('Commander'), operations: N('Operations'), communications: N('Communications'), scribe: N('Scribe'), liaison: N('Liaison') }
export const detectionLabel: Record<Detection, string> = { alert: N('by an alert'), staff: N('by staff'), customer: N('by a customer'), partner: N('by a partner'), press: N('by the press'), chance: N('by chance') }
export const mitigationLabel: Record<MitigationKind, string> = {
	rollback: N('Rollback'), restart: N('Restart'), scale_out: N('Scale-out'), hotfix: N('Hotfix'), feature_switch: N('Feature switch'),
	failover: N('Failover'), traffic_shift: N('Traffic shift'), store_release: N('Store release'), other: N('Other'),
}
export const mitigationIcon: Record<MitigationKind, string> = {
	rollback: 'rollback', restart: 'restart', scale_out: 'scale', hotfix: 'hotfix', feature_switch: 'flag', failover: 'failover', traffic_shift: 'traffic', store_release: 'store', other: 'bulb',
}
export const resultLabel = { worked: N('worked'), partly: N('helped a little'), did_not: N('did not help') } as const
export const actionTypeLabel: Record<ActionType, string> = { prevent: N('prevent'), detect: N('detect'), mitigate: N('mitigate'), process: N('process'), investigate: N('investigate'), repair: N('repair'), other: N('other') }
export const accountRoleLabel: Record<Role, string> = { viewer: N('Viewer'), responder: N('Responder'), editor: N('Editor'), administrator: N('Administrator') }
export const documentStateLabel: Record<string, string> = {
	draft: N('Draft'), in_review: N('In review'), changes_asked: N('Changes asked for'), approved: N('Approved'), published: N('Published'), archived: N('Archived'),
}
export const verdictLabel: Record<Verdict, string> = { comment: N('Comment only'), approve: N('Approve'), changes: N('Ask for changes') }
export const verdictSaid: Record<Verdict, string> = { comment: N('commented'), approve: N('Approved'), changes: N('Changes asked for') }
export const verdictIcon: Record<Verdict, string> = { comment: 'comment', approve: 'resolved', changes: 'edit' }
export const answerLabel: Record<Answer, string> = { yes: N('Yes'), no: N('Not yet'), na: N('N/A') }
export const resolutionLabel = { done: N('Done'), action: N('In an action item'), deferred: N('Can wait'), accepted: N('Taken into the text'), rejected: N('Left out') } as const
export const waitsLabel = { author: N('the author'), reviewers: N('reviewers'), publisher: N('publication') } as const
export const changeLabel = { changed: N('changed'), added: N('new'), removed: N('taken out') } as const
export const documentKindLabel: Record<string, string> = {
	incident: N('Incident'), near_miss: N('Near miss'), project: N('Project'), retrospective: N('Retrospective'), departure: N('Departure'), drill: N('Drill'),
}
export const hitLabel = { incident: N('Incident'), timeline: N('Timeline'), document: N('Postmortem'), action: N('Action'), alert: N('Alert') } as const
export const sectionStateLabel: Record<Section['state'], string> = { filled: N('filled'), empty: N('nothing there yet'), missing: N('missing'), removed: N('left out') }
export const causeKindLabel: Record<CauseKind, string> = {
	trigger: N('trigger'), direct: N('direct'), latent: N('latent'), exacerbating: N('exacerbating'), defence_failed: N('a defence that did not hold'), defence_worsened: N('a defence that worsened it'), no_bug: N('not a bug'),
}
export const lessonListLabel: Record<Lesson['list'], string> = { went_well: N('What went well'), went_wrong: N('What went wrong'), lucky: N('Where we got lucky') }
export const lessonMarkLabel: Record<NonNullable<Lesson['mark']>, string> = { factor: N('a factor'), drill: N('a drill') }
export const deliveryStateLabel: Record<string, string> = { waiting: N('Waiting'), sending: N('Being sent'), sent: N('Sent'), failed: N('Failed'), withdrawn: N('Withdrawn') }
export const deliveryKindLabel: Record<string, string> = { notice: N('Notice'), digest: N('Daily mail'), document: N('Document'), invitation: N('Invitation'), test: N('Test') }
export const tokenUseLabel: Record<TokenUse, string> = { api: N('for programs'), mcp: N('for a model that reads'), mcp_write: N('for a model that also changes things'), feed: N('for the addresses of feeds') }
