#include "core/archive.h"

ARCHIVE(publication, { "publication", .key = "id" });
