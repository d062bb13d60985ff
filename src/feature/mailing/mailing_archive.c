#include "core/archive.h"

ARCHIVE(mailing, { "mailing", .key = "id" }, { "mailing_receiver", .key = "id" });
