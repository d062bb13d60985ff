#include "core/archive.h"

ARCHIVE(policy, { "policy", .key = "id" }, { "policy_waiver", .key = "id" }, { "policy_request", .key = "id" });
