// The one place that knows <libmilter/mfapi.h>. Everything exported is prefixed `argot_milter_`, because libmilter
// itself exports some 240 unprefixed symbols. There is no logic here: names, types and what Swift cannot call.
#ifndef ARGOT_MILTER_H
#define ARGOT_MILTER_H

#include <stddef.h>
#include <stdint.h>

// libmilter's SMFICTX.
struct smfi_str;

// What a callback returns (SMFIS_*); equality is proved in argot_milter.c.
enum argot_milter_status {
    ARGOT_MILTER_CONTINUE = 0,
    ARGOT_MILTER_REJECT = 1,
    ARGOT_MILTER_DISCARD = 2,
    ARGOT_MILTER_ACCEPT = 3,
    ARGOT_MILTER_TEMPFAIL = 4,
    ARGOT_MILTER_NOREPLY = 7,
    ARGOT_MILTER_SKIP = 8,
};

enum argot_milter_family {
    ARGOT_MILTER_FAMILY_UNKNOWN = 0,
    ARGOT_MILTER_FAMILY_UNIX = 1,
    ARGOT_MILTER_FAMILY_INET = 4,
    ARGOT_MILTER_FAMILY_INET6 = 6,
};

// The client of a session. libmilter passes a NULL sockaddr for a family it does not know.
struct argot_milter_peer {
    int family;
    uint16_t port;
    // Network order; the first 4 bytes for IPv4.
    uint8_t address[16];
};

// The Swift side of every callback. `session` is the private pointer (NULL before one was set); strings come with
// their length; argument vectors come as one block, the arguments separated by NUL.
struct argot_milter_callbacks {
    int (*negotiate)(struct smfi_str *context, void *session, unsigned long actions, unsigned long steps,
                     unsigned long *wanted_actions, unsigned long *wanted_steps);
    int (*connect)(struct smfi_str *context, void *session, const uint8_t *host, size_t length,
                   const struct argot_milter_peer *peer);
    int (*helo)(struct smfi_str *context, void *session, const uint8_t *name, size_t length);
    int (*mail)(struct smfi_str *context, void *session, const uint8_t *arguments, size_t length);
    int (*recipient)(struct smfi_str *context, void *session, const uint8_t *arguments, size_t length);
    int (*data)(struct smfi_str *context, void *session);
    int (*unknown)(struct smfi_str *context, void *session, const uint8_t *command, size_t length);
    int (*header)(struct smfi_str *context, void *session, const uint8_t *field, size_t length,
                  size_t name_length);
    int (*end_of_headers)(struct smfi_str *context, void *session);
    int (*body)(struct smfi_str *context, void *session, const uint8_t *chunk, size_t length);
    int (*end_of_message)(struct smfi_str *context, void *session);
    void (*abort)(struct smfi_str *context, void *session);
    void (*close)(struct smfi_str *context, void *session);
};

// Registers the filter: all thirteen callbacks, the actions asked for. Once per process. 0 or -1.
int argot_milter_register(const char *name, unsigned long actions, const struct argot_milter_callbacks *callbacks);

// smfi_setconn, smfi_settimeout, smfi_setbacklog before argot_milter_main; 0 or -1.
int argot_milter_set_connection(const char *specification);
int argot_milter_set_timeout(int seconds);

// smfi_main: returns when the filter has stopped. smfi_stop: may block for seconds.
int argot_milter_main(void);
int argot_milter_stop(void);

// Whether libmilter's signal thread has called the sigwait() of sigwait.c, so that no signal reaches libmilter.
int argot_milter_signals_are_ours(void);

// Whether libmilter reads packets with the mi_rd_cmd() of packets.c, so that it sees none that would crash it; known
// once a packet was read. And how many packets had to be put right.
int argot_milter_packets_are_ours(void);
unsigned long argot_milter_repaired_packets(void);

// How many of the bytes of a macro packet (a stage's letter, then names and values, each ended by NUL) are whole pairs.
size_t argot_milter_whole_macros(const char *data, size_t length);

// Takes over what libmilter reports with syslog(3): the priority (LOG_ERR is 3) and the text. It is called on any
// thread, with libmilter's locks held, and must not wait. NULL, the default, drops the reports.
typedef void (*argot_milter_report)(int priority, const char *text);
void argot_milter_set_report(argot_milter_report report);

// smfi_setpriv, smfi_getsymval, smfi_setsymlist, smfi_progress.
int argot_milter_set_session(struct smfi_str *context, void *session);
const char *argot_milter_macro(struct smfi_str *context, const char *name);
int argot_milter_set_macros(struct smfi_str *context, int stage, const char *names);
int argot_milter_progress(struct smfi_str *context);

// smfi_setreply or smfi_setmlreply: `text` holds `count` lines, each ended by NUL, `%` already doubled. The variadic
// smfi_setmlreply cannot be called from Swift. `enhanced` may be NULL. 0 or -1.
int argot_milter_set_reply(struct smfi_str *context, const char *code, const char *enhanced, const char *text,
                           int count);

// Changes at end of message; 0 or -1. They take const strings, which mfapi.h does not.
int argot_milter_add_header(struct smfi_str *context, const char *name, const char *value);
int argot_milter_insert_header(struct smfi_str *context, int index, const char *name, const char *value);
int argot_milter_change_header(struct smfi_str *context, const char *name, int index, const char *value);
int argot_milter_change_sender(struct smfi_str *context, const char *sender, const char *parameters);
int argot_milter_add_recipient(struct smfi_str *context, const char *recipient, const char *parameters);
int argot_milter_delete_recipient(struct smfi_str *context, const char *recipient);
int argot_milter_replace_body(struct smfi_str *context, const uint8_t *body, int length);
int argot_milter_quarantine(struct smfi_str *context, const char *reason);

// The version of libmilter in use: major, minor, patch level.
void argot_milter_version(unsigned int *major, unsigned int *minor, unsigned int *patch);

#endif
