#include "macros.h"

static const struct {
    int stage;
    const char *names;
} requests[] = {
    {SMFIM_CONNECT,
     "j _ v {daemon_name} {daemon_port} {client_addr} {client_name} {client_ptr} {client_port} {client_resolve}"},
    {SMFIM_HELO, "{tls_version}"},
    {SMFIM_ENVFROM, "i r {tls_version} {auth_authen} {auth_type}"},
    {SMFIM_ENVRCPT, "i {rcpt_mailer} {rcpt_host} {rcpt_addr}"},
    {SMFIM_DATA, "i"},
    {SMFIM_EOH, "i"},
    {SMFIM_EOM, "i"},
};

static const char *const recorded[] = {
    "j", "_", "v", "{daemon_name}", "{daemon_port}", "{client_addr}", "{client_name}", "{client_ptr}", "{client_port}",
    "{client_resolve}", "{tls_version}", "{auth_authen}", "{auth_type}", "i", "r", "{rcpt_mailer}", "{rcpt_host}",
    "{rcpt_addr}",
};

void macros_request(SMFICTX *context)
{
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        smfi_setsymlist(context, requests[i].stage, (char *)requests[i].names);
}

void macros_record(SMFICTX *context, struct line *line, unsigned long session)
{
    for (size_t i = 0; i < sizeof recorded / sizeof recorded[0]; i++) {
        const char *value = smfi_getsymval(context, (char *)recorded[i]);

        if (value == NULL)
            continue;
        line_begin(line, session, "macro ");
        line_add(line, "%s=", recorded[i]);
        line_add_quoted(line, value);
        line_end(line);
    }
}
