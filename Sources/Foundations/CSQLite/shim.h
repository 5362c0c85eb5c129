// The system's SQLite. Header only.
#include <sqlite3.h>

// sqlite3_config() is variadic, which Swift cannot call. Without these counts, which nobody asks for, no allocation waits for a
// mutex. To be called before anything else of SQLite; afterwards it is refused without harm.
static inline void argot_sqlite_count_no_memory(void) { (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
