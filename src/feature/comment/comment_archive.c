#include "core/archive.h"

ARCHIVE(comment, { "comment", .key = "id", .once = "review_comment" }, { "comment_reply", .key = "id" }, { "comment_made", .key = "comment, kind, record" });
