#include "core/archive.h"

ARCHIVE(incident, { "incident", .key = "id" }, { "incident_milestone", .key = "id" }, { "incident_role", .key = "id" },
	{ "incident_service", .key = "incident, service" }, { "mitigation", .key = "id" });
