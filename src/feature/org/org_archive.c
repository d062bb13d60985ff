#include "core/archive.h"

ARCHIVE(org, { "organisation", .key = "id" }, { "person", .key = "id", .without = "password_hash" }, { "team", .key = "id" },
	{ "team_member", .key = "team, person" }, { "service", .key = "id" }, { "service_dependency", .key = "service, depends_on" },
	{ "session", .left_out = "logins" }, { "invitation", .left_out = "secrets of links" }, { "token", .left_out = "secrets of programs" });
