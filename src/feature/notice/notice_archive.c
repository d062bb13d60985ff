#include "core/archive.h"

ARCHIVE(notice, { "notice", .key = "id" }, { "notice_mute", .key = "person, incident" }, { "notice_preference", .key = "person, kind" },
	{ "reminder", .key = "noun, noun_id" },
	{ "notice_digest", .left_out = "the new instance makes its own daily mails" });
