#include "core/archive.h"

ARCHIVE(intake, { "intake_source", .key = "id" });
