#include "core/archive.h"

/* A hook's key is not in its row, only a hash that leads nowhere: monitors go on posting to the instance that was read in. */
ARCHIVE(alert, { "hook", .key = "id" }, { "alert_rule", .key = "id" }, { "alert", .key = "id" }, { "alert_group", .key = "hook, group_key" });
