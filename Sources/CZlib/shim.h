// zlib, for reading gzip files; its gz functions read plain files as they are.
#include <zlib.h>
