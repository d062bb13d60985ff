#include "base/clock.h"
#include "feature/policy/policy_parts.h"

/* The rules; pure. */

const char *const due_by_names[] = { "policy", "person", NULL };
const char *const policy_owner_names[] = { "commander", "lead", NULL };
const char *const trigger_names[] = { "down", "data_loss", "intervention", "slow", "monitoring", NULL };

struct policy policy_first(void) {
	return (struct policy){ .at = I64_NONE, .note = STR(""), .down_minutes = 15, .slow_minutes = 120, .data_loss = true, .intervention = true, .monitoring = true,
		.sev1_days = 3, .sev2_days = 5, .sev3_days = 10, .sev4_days = 20, .p0_days = 3, .p1_days = 10, .p2_days = 30, .p3_days = 60, .owner = POLICY_COMMANDER };
}

int64_t policy_working_day(int64_t day, int64_t n) {
	while (n > 0) {
		day++;
		int64_t weekday = ((day + 4) % 7 + 7) % 7; /* 0 is Sunday; the first day of 1970 was a Thursday */
		n -= weekday != 0 && weekday != 6;
	}
	return day;
}

/* The strictest threshold of the house and of the teams concerned. */
static int64_t threshold(const struct policy *p, const struct policy_facts *f, bool slow, struct ref *team) {
	int64_t least = slow ? p->slow_minutes : p->down_minutes;
	const struct policy_team *t = p->teams.items;
	for (size_t i = 0; i < p->teams.n; i++)
		for (size_t k = 0; k < f->team_count; k++) {
			int64_t theirs = slow ? t[i].slow_minutes : t[i].down_minutes;
			if (t[i].team.id == f->teams[k] && theirs != I64_NONE && (least == I64_NONE || theirs < least)) {
				least = theirs;
				*team = t[i].team;
			}
		}
	return least;
}

static void judge_minutes(struct ctx *c, const struct policy *p, const struct policy_facts *f, bool slow, struct trigger_result *r) {
	int64_t least = threshold(p, f, slow, &r->team), seconds = slow ? f->slow : f->down, minutes = seconds == I64_NONE ? 0 : seconds / 60;
	if (least == I64_NONE)
		r->words = str_c(tr(c->lang, N_("the policy does not ask for this")));
	else if (seconds == I64_NONE)
		r->words = arena_printf(c->a, tr(c->lang, N_("not known yet; it counts from %lld min")), (long long)least);
	else {
		r->fired = seconds >= least * 60;
		const char *words = slow ? r->fired ? N_("took %lld min to resolve ≥ %lld min") : N_("took %lld min to resolve < %lld min")
								 : r->fired ? N_("down %lld min ≥ %lld min") : N_("down %lld min < %lld min");
		r->words = arena_printf(c->a, tr(c->lang, words), (long long)minutes, (long long)least);
	}
}

static void judge_fact(struct ctx *c, bool asked, bool is_so, str yes, const char *no, struct trigger_result *r) {
	r->fired = asked && is_so;
	r->words = !asked ? str_c(tr(c->lang, N_("the policy does not ask for this"))) : is_so ? yes : str_c(tr(c->lang, no));
}

static const char *const noticed_by[] = { N_("noticed by an alert"), N_("noticed by staff, not by an alert"), N_("noticed by a customer, not by an alert"),
	N_("noticed by a partner, not by an alert"), N_("noticed by the press, not by an alert"), N_("noticed by chance, not by an alert") };

bool policy_evaluate(struct ctx *c, const struct policy *p, const struct policy_facts *f, struct trigger_result *out) {
	bool any = false, missed = f->detection > DETECTION_ALERT;
	for (int i = 0; i < TRIGGERS; i++)
		out[i] = (struct trigger_result){ .trigger = i };
	judge_minutes(c, p, f, false, &out[TRIGGER_DOWN]);
	judge_fact(c, p->data_loss, f->data_lost, str_c(tr(c->lang, N_("data was lost"))), N_("no data was lost, as far as is known"), &out[TRIGGER_DATA_LOSS]);
	judge_fact(c, p->intervention, f->intervened, f->intervention, N_("nobody on call had to step in"), &out[TRIGGER_INTERVENTION]);
	judge_minutes(c, p, f, true, &out[TRIGGER_SLOW]);
	judge_fact(c, p->monitoring, missed, str_c(tr(c->lang, noticed_by[missed ? f->detection : 0])),
		f->detection < 0 ? N_("nobody has said how it was noticed") : N_("noticed by an alert"), &out[TRIGGER_MONITORING]);
	for (int i = 0; i < TRIGGERS; i++)
		any = any || out[i].fired;
	return any;
}
