// zlib, for reading gzip files; its gz functions read plain files as they are.
#ifndef ARGOT_ZLIB_H
#define ARGOT_ZLIB_H

#include <stdio.h>
#include <zlib.h>

// A stream that reads `file` and closes it with itself: libpcap reads nothing but streams. NULL if there is no memory.
FILE *argot_gzip_stream(gzFile file);

#endif
