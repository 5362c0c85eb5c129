#include "callbacks.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "answers.h"
#include "macros.h"
#include "record.h"
#include "session.h"

#define WANTED_STEPS (SMFIP_RCPT_REJ | SMFIP_HDR_LEADSPC | SMFIP_SKIP)

struct behaviour behaviour;

/* Ends the stage's line, adds the macros, writes. Nothing to do while nothing is recorded. */
static void write_stage(SMFICTX *context, struct line *line, const struct session *session)
{
    line_end(line);
    if (behaviour.records_macros)
        macros_record(context, line, session->number);
    line_write(line);
}

/* Counts the callback and gives the answer the command line asks for. */
static sfsistat answer(SMFICTX *context, enum stage stage)
{
    struct session *session = session_of(context);
    sfsistat verdict = answers_give(context, stage, ++session->calls[stage]);

    return (session->steps & stage_no_reply_step(stage)) != 0 ? SMFIS_NOREPLY : verdict;
}

/* A stage with any number of string arguments. */
static sfsistat handle(SMFICTX *context, enum stage stage, const char *const *arguments)
{
    if (behaviour.is_idle)
        return SMFIS_CONTINUE;
    if (record_is_open()) {
        struct line line = {.length = 0};
        const struct session *session = session_of(context);

        line_begin(&line, session->number, stage_name(stage));
        for (; arguments != NULL && *arguments != NULL; arguments++) {
            line_add(&line, " ");
            line_add_quoted(&line, *arguments);
        }
        write_stage(context, &line, session);
    }
    return answer(context, stage);
}

static sfsistat on_negotiate(SMFICTX *context, unsigned long actions, unsigned long steps, unsigned long unused2,
                             unsigned long unused3, unsigned long *wanted_actions, unsigned long *wanted_steps,
                             unsigned long *wanted_unused2, unsigned long *wanted_unused3)
{
    (void)unused2;
    (void)unused3;
    *wanted_actions = actions & SMFI_CURR_ACTS;
    *wanted_steps = steps & (WANTED_STEPS | behaviour.no_reply | behaviour.without);
    *wanted_unused2 = 0;
    *wanted_unused3 = 0;
    if ((actions & SMFIF_SETSYMLIST) != 0)
        macros_request(context);
    if (behaviour.is_idle)
        return SMFIS_CONTINUE;
    session_of(context)->steps = *wanted_steps;
    if (record_is_open()) {
        struct line line = {.length = 0};

        line_begin(&line, session_of(context)->number, "negotiate");
        line_add(&line, " actions=0x%lx steps=0x%lx", actions, steps);
        line_end(&line);
        line_write(&line);
    }
    return SMFIS_CONTINUE;
}

static void add_address(struct line *line, const struct sockaddr *address)
{
    char text[INET6_ADDRSTRLEN];

    switch (address == NULL ? AF_UNSPEC : address->sa_family) {
    case AF_INET: {
        const struct sockaddr_in *inet = (const struct sockaddr_in *)address;

        inet_ntop(AF_INET, &inet->sin_addr, text, sizeof text);
        line_add(line, " inet %s %u", text, ntohs(inet->sin_port));
        break;
    }
    case AF_INET6: {
        const struct sockaddr_in6 *inet6 = (const struct sockaddr_in6 *)address;

        inet_ntop(AF_INET6, &inet6->sin6_addr, text, sizeof text);
        line_add(line, " inet6 %s %u", text, ntohs(inet6->sin6_port));
        break;
    }
    case AF_UNIX:
        line_add(line, " unix ");
        line_add_quoted(line, ((const struct sockaddr_un *)address)->sun_path);
        break;
    default:
        line_add(line, " unknown");
    }
}

static sfsistat on_connect(SMFICTX *context, char *host, struct sockaddr *address)
{
    if (behaviour.is_idle)
        return SMFIS_CONTINUE;
    if (record_is_open()) {
        struct line line = {.length = 0};
        const struct session *session = session_of(context);

        line_begin(&line, session->number, "connect ");
        line_add_quoted(&line, host);
        add_address(&line, address);
        write_stage(context, &line, session);
    }
    return answer(context, STAGE_CONNECT);
}

static sfsistat on_helo(SMFICTX *context, char *name)
{
    return handle(context, STAGE_HELO, (const char *const[]){name, NULL});
}

static sfsistat on_mail(SMFICTX *context, char **arguments)
{
    return handle(context, STAGE_MAIL, (const char *const *)arguments);
}

static sfsistat on_rcpt(SMFICTX *context, char **arguments)
{
    return handle(context, STAGE_RCPT, (const char *const *)arguments);
}

static sfsistat on_data(SMFICTX *context)
{
    return handle(context, STAGE_DATA, NULL);
}

static sfsistat on_unknown(SMFICTX *context, const char *command)
{
    return handle(context, STAGE_UNKNOWN, (const char *const[]){command, NULL});
}

static sfsistat on_header(SMFICTX *context, char *name, char *value)
{
    return handle(context, STAGE_HEADER, (const char *const[]){name, value, NULL});
}

static sfsistat on_eoh(SMFICTX *context)
{
    return handle(context, STAGE_EOH, NULL);
}

static sfsistat on_body(SMFICTX *context, unsigned char *bytes, size_t length)
{
    (void)bytes;
    if (behaviour.is_idle)
        return SMFIS_CONTINUE;
    if (record_is_open()) {
        struct line line = {.length = 0};
        const struct session *session = session_of(context);

        line_begin(&line, session->number, "body");
        line_add(&line, " %zu", length);
        write_stage(context, &line, session);
    }
    return answer(context, STAGE_BODY);
}

static sfsistat on_eom(SMFICTX *context)
{
    return handle(context, STAGE_EOM, NULL);
}

/* Abort and close cannot be answered and have no macros of their own. */
static void record_end(SMFICTX *context, const char *event)
{
    if (record_is_open()) {
        struct line line = {.length = 0};

        line_begin(&line, session_of(context)->number, event);
        line_end(&line);
        line_write(&line);
    }
}

static sfsistat on_abort(SMFICTX *context)
{
    record_end(context, "abort");
    return SMFIS_CONTINUE;
}

static sfsistat on_close(SMFICTX *context)
{
    record_end(context, "close");
    session_end(context);
    return SMFIS_CONTINUE;
}

const struct smfiDesc filter_description = {
    .xxfi_name = "reference-filter",
    .xxfi_version = SMFI_VERSION,
    .xxfi_flags = SMFI_CURR_ACTS,
    .xxfi_connect = on_connect,
    .xxfi_helo = on_helo,
    .xxfi_envfrom = on_mail,
    .xxfi_envrcpt = on_rcpt,
    .xxfi_header = on_header,
    .xxfi_eoh = on_eoh,
    .xxfi_body = on_body,
    .xxfi_eom = on_eom,
    .xxfi_abort = on_abort,
    .xxfi_close = on_close,
    .xxfi_unknown = on_unknown,
    .xxfi_data = on_data,
    .xxfi_negotiate = on_negotiate,
};
