#include "core/archive.h"

ARCHIVE(review, { "review", .key = "id" }, { "review_reviewer", .key = "document, person" }, { "review_given", .key = "id" }, { "review_answer", .key = "document, question" },
	{ "review_waiver", .key = "id" });
