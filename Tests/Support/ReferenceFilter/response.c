#include "response.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool response_needs_eom(const struct response *response)
{
    return response->kind >= RESPONSE_ADD_HEADER;
}

bool response_decides(const struct response *response)
{
    return response->kind == RESPONSE_VERDICT || response->kind == RESPONSE_REPLY;
}

void response_act(const struct response *response, SMFICTX *context)
{
    switch (response->kind) {
    case RESPONSE_VERDICT:
    case RESPONSE_REPLY:
        break;
    case RESPONSE_PROGRESS:
        smfi_progress(context);
        break;
    case RESPONSE_HANG:
        sleep((unsigned)response->number);
        break;
    case RESPONSE_EXIT:
        _exit(1);
    case RESPONSE_ADD_HEADER:
        smfi_addheader(context, response->name, response->text);
        break;
    case RESPONSE_INSERT_HEADER:
        smfi_insheader(context, response->number, response->name, response->text);
        break;
    case RESPONSE_CHANGE_HEADER:
        smfi_chgheader(context, response->name, response->number, response->text);
        break;
    case RESPONSE_QUARANTINE:
        smfi_quarantine(context, response->text);
        break;
    }
}

/* smfi_setmlreply stops at the first NULL, so all the lines there may be are always passed. */
static void set_lines(SMFICTX *context, const struct response *response)
{
    char *const *line = response->lines;

    smfi_setmlreply(context, response->code, response->enhanced_code, line[0], line[1], line[2], line[3], line[4],
                    line[5], line[6], line[7], line[8], line[9], line[10], line[11], line[12], line[13], line[14],
                    line[15], line[16], line[17], line[18], line[19], line[20], line[21], line[22], line[23], line[24],
                    line[25], line[26], line[27], line[28], line[29], line[30], line[31], (char *)NULL);
}

sfsistat response_verdict(const struct response *response, SMFICTX *context)
{
    if (response->kind == RESPONSE_REPLY) {
        if (response->lines[1] == NULL)
            smfi_setreply(context, response->code, response->enhanced_code, response->lines[0]);
        else
            set_lines(context, response);
    }
    return response->verdict;
}
