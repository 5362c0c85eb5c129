extern "C" {
#include "argot_spectra.h"
}
extern "C" int argot_spectra_version(void) { return 1; }
