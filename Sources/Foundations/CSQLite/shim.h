// The system's SQLite. Header only; nothing is wrapped.
#include <sqlite3.h>
