// libmilter reports with syslog(3), from threads that answer mail servers and with its locks held. A syslog daemon that
// does not read would stop them all. So its reports come here, found before libc's like sigwait(): formatted, and handed
// to a function that does not wait. Argot has no other use for syslog(3). Debian's libmilter is built with
// _FORTIFY_SOURCE and calls the first, one that is built without calls the second.

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include "argot_milter.h"

static _Atomic(argot_milter_report) handler;

void argot_milter_set_report(argot_milter_report report) { atomic_store(&handler, report); }

static void report(int priority, const char *format, va_list arguments) {
    argot_milter_report report = atomic_load(&handler);
    if (report == NULL)
        return;
    char text[1024];
    if (vsnprintf(text, sizeof text, format, arguments) >= 0)
        report(priority & 7, text);
}

void __syslog_chk(int priority, int flag, const char *format, ...) {
    (void)flag;
    va_list arguments;
    va_start(arguments, format);
    report(priority, format, arguments);
    va_end(arguments);
}

void syslog(int priority, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    report(priority, format, arguments);
    va_end(arguments);
}
