#include "argot_spectra.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

extern "C" void argot_spectra_return_large_blocks(void) {
#if defined(__GLIBC__)
    (void)mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
}

extern "C" void argot_spectra_give_back(void) {
#if defined(__GLIBC__)
    (void)malloc_trim(0);
#endif
}
