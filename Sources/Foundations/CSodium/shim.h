// The system's libsodium. Header only; nothing is wrapped.
#include <sodium.h>
