#include "core/archive.h"

ARCHIVE(history, { "history_name", .key = "document, version" }, { "history_restore", .key = "document, version" });
