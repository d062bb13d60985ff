#include "core/archive.h"

ARCHIVE(collab, { "live_text", .key = "id" }, { "live_client", .key = "id" }, { "document_update", .key = "text, version" },
	{ "text_snapshot", .key = "text, version" }, { "live_edit", .key = "span, text, person" });
