#include "session.h"

#include <stdatomic.h>
#include <stdlib.h>

static atomic_ulong last_number;

struct session *session_of(SMFICTX *context)
{
    struct session *session = smfi_getpriv(context);

    if (session == NULL) {
        session = calloc(1, sizeof *session);
        if (session == NULL)
            abort();
        session->number = atomic_fetch_add(&last_number, 1) + 1;
        smfi_setpriv(context, session);
    }
    return session;
}

void session_end(SMFICTX *context)
{
    free(smfi_getpriv(context));
    smfi_setpriv(context, NULL);
}
