#include "core/archive.h"

ARCHIVE(weekly, { "weekly", .key = "person" });
