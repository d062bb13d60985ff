#include "core/archive.h"

ARCHIVE(scrub, { "scrub", .key = "id" });
