#include "core/archive.h"

#define ON_ITS_WAY "what is on its way is sent by the instance that it was written in; who got which version of a document is in mailing"
ARCHIVE(delivery, { "delivery", .left_out = ON_ITS_WAY }, { "delivery_text", .left_out = ON_ITS_WAY });
