// hiredis, for speaking to Redis and Valkey. Debian 12 has release 0.14, Debian 13 release 1.2: what is used is in both.
#include <hiredis/hiredis.h>
