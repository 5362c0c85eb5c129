// fopencookie is glibc's own; the header must not ask for it, or its users would see other types of the C library.
#define _GNU_SOURCE
#include "argot_zlib.h"

static ssize_t gzip_read(void *file, char *bytes, size_t count) {
    return gzread((gzFile)file, bytes, count < 1u << 20 ? (unsigned)count : 1u << 20);
}

static int gzip_close(void *file) {
    gzclose((gzFile)file);
    return 0;
}

FILE *argot_gzip_stream(gzFile file) {
    cookie_io_functions_t functions = {.read = gzip_read, .close = gzip_close};
    return fopencookie(file, "r", functions);
}
