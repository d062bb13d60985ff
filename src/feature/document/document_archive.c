#include "core/archive.h"

ARCHIVE(document, { "document", .key = "id" }, { "document_incident", .key = "document, incident" });
ARCHIVE(document_report, { "factor", .key = "id" }, { "document_cause", .key = "id" }, { "document_impact", .key = "id" }, { "document_window", .key = "id" },
	{ "document_lesson", .key = "id" }, { "document_section", .key = "document, section" }, { "document_tbd", .key = "id" }, { "document_private", .key = "document" },
	{ "template", .key = "id" }, { "template_version", .key = "template, version" }, { "creed", .key = "id" });
ARCHIVE(document_image, { "image", .key = "id" }, { "document_image", .key = "document, image" },
	{ "image_bytes", .left_out = "lie as files beside the documents that show them" });
