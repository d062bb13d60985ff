/* What a person is told: something happened that asks for them by name, role or duty. Every notice stands in the person's inbox; whether it also comes by mail, at once or in one mail
 * a day, each person decides for each kind. Nobody is told of what they may not see, of their own doings, or of the same thing twice.
 *
 * To tell of another event is one row in notice_rules.c. Event notice.added goes to person:N. */
#ifndef FEATURE_NOTICE_NOTICE_H
#define FEATURE_NOTICE_NOTICE_H

#include "core/op.h"

extern const struct room notice_room;

enum notice_kind { NOTICE_ROLE, NOTICE_ACTION, NOTICE_MENTION, NOTICE_REVIEW, NOTICE_TBD, NOTICE_DRAFT, NOTICE_UPDATE, NOTICE_SERVICE, NOTICE_DUE, NOTICE_LATE, NOTICE_ASKED, NOTICE_COMMENT, NOTICE_KINDS };
extern const char *const notice_kind_names[];
enum notice_way { NOTICE_BY_MAIL, NOTICE_BY_DIGEST, NOTICE_IN_INBOX };
extern const char *const notice_way_names[];

#endif
