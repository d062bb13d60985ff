/* Compression of replies. */
#ifndef NET_GZIP_H
#define NET_GZIP_H

#include "base/buf.h"

/* in as gzip into out (which is empty). False, and out still empty, when it would not become smaller or memory is short. The state that zlib wants (260 KB) is kept per thread. */
bool gzip_compress(str in, struct buf *out);

#endif
