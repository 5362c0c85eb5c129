// ARPACK-NG, for tests only: a second opinion on the eigenpairs that Spectra finds. It keeps state between calls, so
// that it must be used by one thread at a time.
#include <arpack/arpack.h>
