/* Where people's words stand, column by column, and where they cannot. */
#include "feature/scrub/scrub_parts.h"

const char *const scrub_kind_names[] = { "text", "history", "title", "comment", "review", "timeline", "action", "incident", "record", "alert", "publication", "mail", "notice", "log", "picture", NULL };

#define OF_DOCUMENT "document IN ({D})"
#define OF_INCIDENT "incident IN ({I})"
#define OF_EITHER OF_DOCUMENT " OR " OF_INCIDENT
#define OF_ENTRY "entry IN (SELECT e.id FROM timeline_entry e WHERE e.incident IN ({I}))"
#define OF_COMMENT "comment IN (SELECT x.id FROM comment x WHERE x.document IN ({D}))"
/* What is about nothing in particular (a digest, a weekly mail) may quote anything. */
#define ABOUT "(noun = 'document' AND noun_id IN ({D})) OR (noun = 'incident' AND noun_id IN ({I}))"                                    \
	" OR (noun = 'action' AND noun_id IN (SELECT x.id FROM action x WHERE x.document IN ({D}) OR x.incident IN ({I})))"
#define OF_EVENT ABOUT " OR (noun = 'timeline' AND noun_id IN (SELECT e.id FROM timeline_entry e WHERE e.incident IN ({I})))"          \
	" OR (noun = 'mitigation' AND noun_id IN (SELECT m.id FROM mitigation m WHERE m.incident IN ({I})))"                                   \
	" OR (noun = 'alert' AND noun_id IN (SELECT a.id FROM alert a WHERE a.incident IN ({I})))"
#define OF_MAIL ABOUT " OR noun = ''"
#define EVERYWHERE ""

/* document_update and text_snapshot are the business of collab_scrub(), the index that of search_scrubbed(): below. */
const struct scrub_place scrub_places[] = {
	{ "document", "id", "title", SCRUB_PLAIN, SCRUB_TITLE, "id IN ({D})", .noun = "document" },
	{ "incident", "id", "title", SCRUB_PLAIN, SCRUB_TITLE, "id IN ({I})", .noun = "incident" },
	{ "incident", "id", "title_folded", SCRUB_FOLDED, SCRUB_KINDS, "id IN ({I})" },
	{ "incident", "id", "summary", SCRUB_PLAIN, SCRUB_INCIDENT, "id IN ({I})", .noun = "incident" },
	{ "incident", "id", "severity_reason", SCRUB_PLAIN, SCRUB_INCIDENT, "id IN ({I})", .noun = "incident" },
	{ "incident", "id", "detected_by", SCRUB_PLAIN, SCRUB_INCIDENT, "id IN ({I})", .noun = "incident" },
	{ "incident", "id", "channel", SCRUB_PLAIN, SCRUB_INCIDENT, "id IN ({I})", .noun = "incident" },
	{ "incident", "id", "exit_criterion", SCRUB_PLAIN, SCRUB_INCIDENT, "id IN ({I})", .noun = "incident" },
	{ "incident_role", "id", "handed_over", SCRUB_PLAIN, SCRUB_INCIDENT, OF_INCIDENT },
	{ "mitigation", "id", "text", SCRUB_PLAIN, SCRUB_INCIDENT, OF_INCIDENT },
	{ "mitigation", "id", "quantity", SCRUB_PLAIN, SCRUB_INCIDENT, OF_INCIDENT },
	{ "timeline_entry", "id", "text", SCRUB_PLAIN, SCRUB_TIMELINE, OF_INCIDENT, .noun = "timeline" },
	{ "timeline_entry", "id", "args", SCRUB_PLAIN, SCRUB_TIMELINE, OF_INCIDENT, .noun = "timeline" },
	{ "timeline_entry", "id", "knew", SCRUB_PLAIN, SCRUB_TIMELINE, OF_INCIDENT, .noun = "timeline" },
	{ "timeline_entry", "id", "decided", SCRUB_PLAIN, SCRUB_TIMELINE, OF_INCIDENT, .noun = "timeline" },
	{ "timeline_entry", "id", "because", SCRUB_PLAIN, SCRUB_TIMELINE, OF_INCIDENT, .noun = "timeline" },
	{ "timeline_evidence", "entry, id", "url", SCRUB_PLAIN, SCRUB_TIMELINE, OF_ENTRY, .noun = "timeline" },
	{ "timeline_evidence", "entry, id", "title", SCRUB_PLAIN, SCRUB_TIMELINE, OF_ENTRY, .noun = "timeline" },
	{ "timeline_edit", "id", "text", SCRUB_PLAIN, SCRUB_TIMELINE, OF_INCIDENT },
	{ "timeline_edit", "id", "args", SCRUB_PLAIN, SCRUB_TIMELINE, OF_INCIDENT },
	{ "timeline_edit", "id", "knew", SCRUB_PLAIN, SCRUB_TIMELINE, OF_INCIDENT },
	{ "timeline_edit", "id", "decided", SCRUB_PLAIN, SCRUB_TIMELINE, OF_INCIDENT },
	{ "timeline_edit", "id", "because", SCRUB_PLAIN, SCRUB_TIMELINE, OF_INCIDENT },
	{ "timeline_edit", "id", "evidence", SCRUB_JSON, SCRUB_TIMELINE, OF_INCIDENT },
	{ "alert", "id", "title", SCRUB_PLAIN, SCRUB_ALERT, OF_INCIDENT, .noun = "alert" },
	{ "alert", "id", "description", SCRUB_PLAIN, SCRUB_ALERT, OF_INCIDENT, .noun = "alert" },
	{ "alert", "id", "labels", SCRUB_JSON, SCRUB_ALERT, OF_INCIDENT },
	{ "alert", "id", "group_key", SCRUB_PLAIN, SCRUB_KINDS, OF_INCIDENT },
	{ "alert", "id", "url", SCRUB_PLAIN, SCRUB_ALERT, OF_INCIDENT },
	{ "alert_group", "hook, group_key", "group_key", SCRUB_PLAIN, SCRUB_KINDS, OF_INCIDENT },
	{ "action", "id", "title", SCRUB_PLAIN, SCRUB_ACTION, OF_EITHER, .noun = "action" },
	{ "action", "id", "title_folded", SCRUB_FOLDED, SCRUB_KINDS, OF_EITHER },
	{ "action", "id", "tracker", SCRUB_PLAIN, SCRUB_ACTION, OF_EITHER, .noun = "action" },
	{ "action", "id", "evidence", SCRUB_PLAIN, SCRUB_ACTION, OF_EITHER, .noun = "action" },
	{ "action", "id", "reason", SCRUB_PLAIN, SCRUB_ACTION, OF_EITHER, .noun = "action" },
	{ "action", "id", "check_note", SCRUB_PLAIN, SCRUB_ACTION, OF_EITHER, .noun = "action" },
	{ "policy_waiver", "id", "reason", SCRUB_PLAIN, SCRUB_INCIDENT, OF_INCIDENT },
	{ "policy_request", "id", "reason", SCRUB_PLAIN, SCRUB_INCIDENT, OF_INCIDENT },
	{ "document_cause", "id", "text", SCRUB_PLAIN, SCRUB_RECORD, OF_DOCUMENT },
	{ "document_impact", "id", "metric", SCRUB_PLAIN, SCRUB_RECORD, OF_DOCUMENT },
	{ "document_impact", "id", "unit", SCRUB_PLAIN, SCRUB_RECORD, OF_DOCUMENT },
	{ "document_impact", "id", "method", SCRUB_PLAIN, SCRUB_RECORD, OF_DOCUMENT },
	{ "document_window", "id", "what", SCRUB_PLAIN, SCRUB_RECORD, OF_DOCUMENT },
	{ "document_lesson", "id", "text", SCRUB_PLAIN, SCRUB_RECORD, OF_DOCUMENT },
	{ "document_section", "document, section", "reason", SCRUB_PLAIN, SCRUB_RECORD, OF_DOCUMENT },
	{ "document_tbd", "id", "text", SCRUB_PLAIN, SCRUB_RECORD, OF_DOCUMENT },
	{ "document_tbd", "id", "due_words", SCRUB_PLAIN, SCRUB_RECORD, OF_DOCUMENT },
	{ "document_tbd", "id", "owner", SCRUB_FOLDED, SCRUB_RECORD, OF_DOCUMENT },
	{ "document_private", "document", "words", SCRUB_PLAIN, SCRUB_RECORD, OF_DOCUMENT },
	{ "document_image", "document, image", "name", SCRUB_PLAIN, SCRUB_RECORD, OF_DOCUMENT },
	{ "history_name", "document, version", "name", SCRUB_PLAIN, SCRUB_HISTORY, OF_DOCUMENT },
	{ "intake_source", "id", "name", SCRUB_PLAIN, SCRUB_RECORD, OF_DOCUMENT },
	{ "review", "id", "note", SCRUB_PLAIN, SCRUB_REVIEW, OF_DOCUMENT },
	{ "review_given", "id", "words", SCRUB_PLAIN, SCRUB_REVIEW, OF_DOCUMENT },
	{ "review_answer", "document, question", "note", SCRUB_PLAIN, SCRUB_REVIEW, OF_DOCUMENT },
	{ "review_waiver", "id", "subject", SCRUB_PLAIN, SCRUB_REVIEW, OF_DOCUMENT },
	{ "review_waiver", "id", "reason", SCRUB_PLAIN, SCRUB_REVIEW, OF_DOCUMENT },
	{ "comment", "id", "text", SCRUB_PLAIN, SCRUB_COMMENT, OF_DOCUMENT },
	{ "comment", "id", "section", SCRUB_ANCHOR, SCRUB_KINDS, OF_DOCUMENT },
	{ "comment", "id", "section", SCRUB_PLAIN, SCRUB_KINDS, OF_DOCUMENT },
	{ "comment", "id", "block", SCRUB_PLAIN, SCRUB_KINDS, OF_DOCUMENT },
	{ "comment", "id", "quote", SCRUB_PLAIN, SCRUB_COMMENT, OF_DOCUMENT },
	{ "comment", "id", "words", SCRUB_PLAIN, SCRUB_COMMENT, OF_DOCUMENT },
	{ "comment", "id", "changes", SCRUB_CHANGES, SCRUB_COMMENT, OF_DOCUMENT },
	{ "comment_reply", "id", "text", SCRUB_PLAIN, SCRUB_COMMENT, OF_COMMENT },
	{ "publication", "id", "title", SCRUB_PLAIN, SCRUB_PUBLICATION, OF_DOCUMENT },
	{ "publication", "id", "note", SCRUB_PLAIN, SCRUB_PUBLICATION, OF_DOCUMENT },
	{ "publication", "id", "changes", SCRUB_JSON, SCRUB_KINDS, OF_DOCUMENT },
	{ "publication", "id", "html", SCRUB_HTML, SCRUB_KINDS, OF_DOCUMENT },
	{ "publication", "id", "markdown", SCRUB_PLAIN, SCRUB_PUBLICATION, OF_DOCUMENT },
	{ "publication", "id", "record", SCRUB_JSON, SCRUB_KINDS, OF_DOCUMENT },
	{ "mailing", "id", "note", SCRUB_PLAIN, SCRUB_MAIL, OF_DOCUMENT },
	{ "delivery", "id", "subject", SCRUB_PLAIN, SCRUB_MAIL, OF_MAIL },
	{ "delivery", "id", "head", SCRUB_PLAIN, SCRUB_MAIL, OF_MAIL },
	{ "delivery", "id", "trouble", SCRUB_PLAIN, SCRUB_MAIL, OF_MAIL },
	{ "delivery_text", "id", "content", SCRUB_PLAIN, SCRUB_MAIL, "id IN (SELECT d.text FROM delivery d WHERE " OF_MAIL ") OR id NOT IN (SELECT d.text FROM delivery d WHERE d.text IS NOT NULL)" },
	{ "notice", "id", "title", SCRUB_PLAIN, SCRUB_NOTICE, ABOUT },
	{ "notice", "id", "quote", SCRUB_PLAIN, SCRUB_NOTICE, ABOUT },
	{ "scrub", "id", "reason", SCRUB_PLAIN, SCRUB_KINDS, OF_EITHER },
	{ "event", "id", "data", SCRUB_JSON, SCRUB_LOG, OF_EVENT, .deed = SCRUB_FORGET },
	{ "kept_reply", "actor, operation, idempotency_key", "body", SCRUB_JSON, SCRUB_KINDS, EVERYWHERE },
};
const size_t scrub_place_n = sizeof scrub_places / sizeof *scrub_places;

/* Columns that are none of the above: what is in them instead, or who else sees to them. Names of accounts, teams, services and keys are changed where they are kept; so are the house's own texts. */
#define NAMES "the name of an account, team, service or key: it is changed in the settings"
#define HOUSE "a text of the house, not of a document: it is changed where it is kept"
#define WORDS "one of a few words of ours"
#define SECRET "a hash, a key or an address, made by us"
static const struct {
	const char *table, *columns, *why;
} others[] = {
	{ "event", "name noun topics", WORDS }, { "event", "actor_name", NAMES },
	{ "kept_reply", "actor operation idempotency_key headers", "what was called, and the address of what it made" },
	{ "consumer", "name", WORDS }, { "job", "name", WORDS }, { "setting", "name value", "settings of the program" },
	{ "schema_version", "name hash", "the migrations" },
	{ "organisation", "name zone", NAMES }, { "person", "login login_folded name name_folded name_initials email", NAMES }, { "person", "role lang zone theme", WORDS },
	{ "person", "password_hash", SECRET }, { "session", "address agent", "where somebody is logged in" }, { "token", "name use", NAMES }, { "token", "role used_from", WORDS },
	{ "team", "name handle", NAMES }, { "service", "name name_folded description", NAMES },
	{ "incident", "state severity severity_suggested zone detection_source", WORDS }, { "incident_milestone", "kind", WORDS }, { "incident_role", "role", WORDS },
	{ "mitigation", "kind result", WORDS }, { "timeline_entry", "precision kind about phrase", WORDS }, { "timeline_entry", "token", NAMES },
	{ "timeline_edit", "precision phrase", WORDS }, { "timeline_edit", "edited_by_token", NAMES },
	{ "hook", "source min_severity", WORDS }, { "hook", "name labels", NAMES }, { "alert_rule", "name matchers severity severity_label service_label", NAMES },
	{ "alert", "source state severity", WORDS }, { "alert", "fingerprint", "made by the sender's program, of labels" },
	{ "live_text", "noun", WORDS }, { "live_client", "name", SECRET },
	{ "document_update", "changes", "collab_scrub()" }, { "text_snapshot", "content", "collab_scrub()" },
	{ "document", "kind state lang zone due_by", WORDS }, { "document", "template", NAMES },
	{ "action", "type aim priority state horizon held due_by", WORDS },
	{ "search_item", "noun facts", WORDS }, { "search_text", "title", "search_scrubbed()" }, { "similar_item", "noun", WORDS }, { "similar_wait", "noun", WORDS },
	{ "similar_word", "term", "search_scrubbed()" }, { "search_words", "words", "search_scrubbed()" },
	{ "intake_source", "hash", "scrub_store_forget_hashes()" },
	{ "review_reviewer", "verdict", WORDS }, { "review_given", "verdict", WORDS }, { "review_answer", "question answer", WORDS }, { "review_waiver", "blocker", WORDS },
	{ "comment", "resolution spans", WORDS }, { "comment_made", "kind", WORDS },
	{ "publication", "kind lang", WORDS }, { "delivery", "channel kind noun lang zone state", WORDS }, { "delivery", "thread message answers lease_node", SECRET },
	{ "delivery", "address name reply_to", NAMES }, { "mailing_receiver", "address message", SECRET },
	{ "notice", "kind once noun phrase word place", WORDS }, { "notice_preference", "kind way", WORDS }, { "reminder", "noun", WORDS },
	{ "image", "sha", SECRET }, { "image", "type", WORDS },
	{ "factor", "code name_en name_ko", HOUSE }, { "document_cause", "kind factor", WORDS }, { "document_lesson", "list mark", WORDS }, { "document_section", "section", WORDS },
	{ "template", "name", HOUSE }, { "template_version", "title about kind lang required text", HOUSE }, { "creed", "en ko", HOUSE }, { "policy", "note body", HOUSE },
	{ "scrub", "category places state owed", WORDS },
};

static bool has_word(str all, str word) {
	while (all.p)
		if (str_eq(str_cut(&all, ' '), word))
			return true;
	return false;
}

const char *scrub_says(str table, str column) {
	for (size_t i = 0; i < scrub_place_n; i++)
		if (str_is(table, scrub_places[i].table) && str_is(column, scrub_places[i].column))
			return "covered";
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (str_is(table, others[i].table) && has_word(str_c(others[i].columns), column))
			return others[i].why;
	return NULL;
}
