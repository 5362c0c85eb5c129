// The system's libidn2. Header only; nothing is wrapped.
#include <idn2.h>
