#include "core/archive.h"

ARCHIVE(document, { "document", .key = "id" }, { "document_incident", .key = "document, incident" });
