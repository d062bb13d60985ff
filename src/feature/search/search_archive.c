#include "core/archive.h"

#define BUILT "built from the records"
ARCHIVE(search, { "search_item", .left_out = BUILT }, { "search_text", .left_out = BUILT }, { "search_state", .left_out = BUILT }, { "search_stamp", .left_out = BUILT }, { "similar_item", .left_out = BUILT },
	{ "similar_word", .left_out = BUILT }, { "similar_post", .left_out = BUILT }, { "similar_wait", .left_out = BUILT }, { "search_words", .left_out = BUILT });
