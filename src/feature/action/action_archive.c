#include "core/archive.h"

ARCHIVE(action, { "action", .key = "id" });
