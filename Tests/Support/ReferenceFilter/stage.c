#include "stage.h"

#include <string.h>

#include "milter.h"

static const struct {
    const char *name;
    unsigned long no_reply_step;
    unsigned long without_step;
} stages[STAGE_COUNT] = {
    [STAGE_CONNECT] = {"connect", SMFIP_NR_CONN, SMFIP_NOCONNECT},
    [STAGE_HELO] = {"helo", SMFIP_NR_HELO, SMFIP_NOHELO},
    [STAGE_MAIL] = {"mail", SMFIP_NR_MAIL, SMFIP_NOMAIL},
    [STAGE_RCPT] = {"rcpt", SMFIP_NR_RCPT, SMFIP_NORCPT},
    [STAGE_DATA] = {"data", SMFIP_NR_DATA, SMFIP_NODATA},
    [STAGE_UNKNOWN] = {"unknown", SMFIP_NR_UNKN, SMFIP_NOUNKNOWN},
    [STAGE_HEADER] = {"header", SMFIP_NR_HDR, SMFIP_NOHDRS},
    [STAGE_EOH] = {"eoh", SMFIP_NR_EOH, SMFIP_NOEOH},
    [STAGE_BODY] = {"body", SMFIP_NR_BODY, SMFIP_NOBODY},
    [STAGE_EOM] = {"eom", 0, 0},
};

const char *stage_name(enum stage stage)
{
    return stages[stage].name;
}

enum stage stage_named(const char *name, size_t length)
{
    for (enum stage stage = 0; stage < STAGE_COUNT; stage++)
        if (strlen(stages[stage].name) == length && memcmp(stages[stage].name, name, length) == 0)
            return stage;
    return STAGE_COUNT;
}

unsigned long stage_no_reply_step(enum stage stage)
{
    return stages[stage].no_reply_step;
}

unsigned long stage_without_step(enum stage stage)
{
    return stages[stage].without_step;
}
