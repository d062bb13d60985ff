#include "core/archive.h"

ARCHIVE(timeline, { "timeline_entry", .key = "id" }, { "timeline_evidence", .key = "id" }, { "timeline_edit", .key = "id" });
