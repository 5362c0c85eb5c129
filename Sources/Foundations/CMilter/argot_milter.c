#include "argot_milter.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

// Without this mfapi.h declares `typedef int bool`.
#define SM_CONF_STDBOOL_H 1
#include <libmilter/mfapi.h>

_Static_assert(ARGOT_MILTER_CONTINUE == SMFIS_CONTINUE, "SMFIS_CONTINUE");
_Static_assert(ARGOT_MILTER_REJECT == SMFIS_REJECT, "SMFIS_REJECT");
_Static_assert(ARGOT_MILTER_DISCARD == SMFIS_DISCARD, "SMFIS_DISCARD");
_Static_assert(ARGOT_MILTER_ACCEPT == SMFIS_ACCEPT, "SMFIS_ACCEPT");
_Static_assert(ARGOT_MILTER_TEMPFAIL == SMFIS_TEMPFAIL, "SMFIS_TEMPFAIL");
_Static_assert(ARGOT_MILTER_NOREPLY == SMFIS_NOREPLY, "SMFIS_NOREPLY");
_Static_assert(ARGOT_MILTER_SKIP == SMFIS_SKIP, "SMFIS_SKIP");

// The longest argument vector that is passed on; MTAs limit a command line to 2 kB or less.
#define ARGUMENTS_MAX 8192

static struct argot_milter_callbacks swift;

static sfsistat on_negotiate(SMFICTX *ctx, unsigned long f0, unsigned long f1, unsigned long f2, unsigned long f3,
                             unsigned long *pf0, unsigned long *pf1, unsigned long *pf2, unsigned long *pf3) {
    (void)f2;
    (void)f3;
    *pf0 = 0;
    *pf1 = 0;
    *pf2 = 0;
    *pf3 = 0;
    return swift.negotiate(ctx, smfi_getpriv(ctx), f0, f1, pf0, pf1);
}

static sfsistat on_connect(SMFICTX *ctx, char *host, _SOCK_ADDR *addr) {
    struct argot_milter_peer peer = {.family = ARGOT_MILTER_FAMILY_UNKNOWN};
    if (addr != NULL && addr->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)addr;
        peer.family = ARGOT_MILTER_FAMILY_INET;
        peer.port = ntohs(in->sin_port);
        memcpy(peer.address, &in->sin_addr, 4);
    } else if (addr != NULL && addr->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)addr;
        peer.family = ARGOT_MILTER_FAMILY_INET6;
        peer.port = ntohs(in6->sin6_port);
        memcpy(peer.address, &in6->sin6_addr, 16);
    } else if (addr != NULL && addr->sa_family == AF_UNIX) {
        peer.family = ARGOT_MILTER_FAMILY_UNIX;
    }
    const char *name = host != NULL ? host : "";
    return swift.connect(ctx, smfi_getpriv(ctx), (const uint8_t *)name, strlen(name), &peer);
}

static sfsistat on_helo(SMFICTX *ctx, char *name) {
    const char *text = name != NULL ? name : "";
    return swift.helo(ctx, smfi_getpriv(ctx), (const uint8_t *)text, strlen(text));
}

// Joins an argument vector into `block`, NUL between arguments; whole arguments only, the first cut if need be.
static size_t join(char **argv, char *block) {
    size_t length = 0;
    for (size_t i = 0; argv != NULL && argv[i] != NULL; i++) {
        size_t n = strlen(argv[i]);
        size_t used = i == 0 ? 0 : length + 1;
        if (used + n > ARGUMENTS_MAX) {
            if (i > 0)
                break;
            n = ARGUMENTS_MAX;
        }
        if (i > 0)
            block[length] = '\0';
        memcpy(block + used, argv[i], n);
        length = used + n;
    }
    return length;
}

static sfsistat on_mail(SMFICTX *ctx, char **argv) {
    char block[ARGUMENTS_MAX];
    size_t length = join(argv, block);
    return swift.mail(ctx, smfi_getpriv(ctx), (const uint8_t *)block, length);
}

static sfsistat on_recipient(SMFICTX *ctx, char **argv) {
    char block[ARGUMENTS_MAX];
    size_t length = join(argv, block);
    return swift.recipient(ctx, smfi_getpriv(ctx), (const uint8_t *)block, length);
}

static sfsistat on_data(SMFICTX *ctx) { return swift.data(ctx, smfi_getpriv(ctx)); }

static sfsistat on_unknown(SMFICTX *ctx, const char *command) {
    const char *text = command != NULL ? command : "";
    return swift.unknown(ctx, smfi_getpriv(ctx), (const uint8_t *)text, strlen(text));
}

static sfsistat on_header(SMFICTX *ctx, char *name, char *value) {
    const char *n = name != NULL ? name : "";
    const char *v = value != NULL ? value : "";
    size_t name_length = strlen(n);
    size_t length = name_length + 1 + strlen(v);
    /* Name and value come in one packet, one behind the other, and are handed on as they lie there. */
    if (v == n + name_length + 1)
        return swift.header(ctx, smfi_getpriv(ctx), (const uint8_t *)n, length, name_length);
    char *field = malloc(length + 1);
    if (field == NULL) return SMFIS_CONTINUE;
    memcpy(field, n, name_length + 1);
    memcpy(field + name_length + 1, v, length - name_length);
    sfsistat status = swift.header(ctx, smfi_getpriv(ctx), (const uint8_t *)field, length, name_length);
    free(field);
    return status;
}

static sfsistat on_end_of_headers(SMFICTX *ctx) { return swift.end_of_headers(ctx, smfi_getpriv(ctx)); }

static sfsistat on_body(SMFICTX *ctx, unsigned char *chunk, size_t length) {
    return swift.body(ctx, smfi_getpriv(ctx), chunk, length);
}

static sfsistat on_end_of_message(SMFICTX *ctx) { return swift.end_of_message(ctx, smfi_getpriv(ctx)); }

static sfsistat on_abort(SMFICTX *ctx) {
    swift.abort(ctx, smfi_getpriv(ctx));
    return SMFIS_CONTINUE;
}

static sfsistat on_close(SMFICTX *ctx) {
    swift.close(ctx, smfi_getpriv(ctx));
    return SMFIS_CONTINUE;
}

int argot_milter_register(const char *name, unsigned long actions, const struct argot_milter_callbacks *callbacks) {
    swift = *callbacks;
    struct smfiDesc descriptor = {
        .xxfi_name = (char *)name,
        .xxfi_version = SMFI_VERSION,
        .xxfi_flags = actions,
        .xxfi_connect = on_connect,
        .xxfi_helo = on_helo,
        .xxfi_envfrom = on_mail,
        .xxfi_envrcpt = on_recipient,
        .xxfi_header = on_header,
        .xxfi_eoh = on_end_of_headers,
        .xxfi_body = on_body,
        .xxfi_eom = on_end_of_message,
        .xxfi_abort = on_abort,
        .xxfi_close = on_close,
        .xxfi_unknown = on_unknown,
        .xxfi_data = on_data,
        .xxfi_negotiate = on_negotiate,
    };
    return smfi_register(descriptor);
}

int argot_milter_set_connection(const char *specification) { return smfi_setconn((char *)specification); }
int argot_milter_set_timeout(int seconds) { return smfi_settimeout(seconds); }
int argot_milter_main(void) { return smfi_main(); }
int argot_milter_stop(void) { return smfi_stop(); }
int argot_milter_set_session(SMFICTX *ctx, void *session) { return smfi_setpriv(ctx, session); }
const char *argot_milter_macro(SMFICTX *ctx, const char *name) { return smfi_getsymval(ctx, (char *)name); }
int argot_milter_progress(SMFICTX *ctx) { return smfi_progress(ctx); }

int argot_milter_set_macros(SMFICTX *ctx, int stage, const char *names) {
    return smfi_setsymlist(ctx, stage, (char *)names);
}

int argot_milter_set_reply(SMFICTX *ctx, const char *code, const char *enhanced, const char *text, int count) {
    if (count == 1)
        return smfi_setreply(ctx, (char *)code, (char *)enhanced, (char *)text);
    // libmilter reads arguments up to the first NULL, 32 lines at most.
    const char *l[32] = {NULL};
    if (count < 1 || count > 32)
        return MI_FAILURE;
    for (int i = 0; i < count; i++) {
        l[i] = text;
        text += strlen(text) + 1;
    }
    return smfi_setmlreply(ctx, code, enhanced, l[0], l[1], l[2], l[3], l[4], l[5], l[6], l[7], l[8], l[9], l[10],
                           l[11], l[12], l[13], l[14], l[15], l[16], l[17], l[18], l[19], l[20], l[21], l[22], l[23],
                           l[24], l[25], l[26], l[27], l[28], l[29], l[30], l[31], (char *)NULL);
}

int argot_milter_add_header(SMFICTX *ctx, const char *name, const char *value) {
    return smfi_addheader(ctx, (char *)name, (char *)value);
}

int argot_milter_insert_header(SMFICTX *ctx, int index, const char *name, const char *value) {
    return smfi_insheader(ctx, index, (char *)name, (char *)value);
}

int argot_milter_change_header(SMFICTX *ctx, const char *name, int index, const char *value) {
    return smfi_chgheader(ctx, (char *)name, index, (char *)value);
}

int argot_milter_change_sender(SMFICTX *ctx, const char *sender, const char *parameters) {
    return smfi_chgfrom(ctx, (char *)sender, (char *)parameters);
}

int argot_milter_add_recipient(SMFICTX *ctx, const char *recipient, const char *parameters) {
    return parameters != NULL ? smfi_addrcpt_par(ctx, (char *)recipient, (char *)parameters)
                              : smfi_addrcpt(ctx, (char *)recipient);
}

int argot_milter_delete_recipient(SMFICTX *ctx, const char *recipient) {
    return smfi_delrcpt(ctx, (char *)recipient);
}

int argot_milter_replace_body(SMFICTX *ctx, const uint8_t *body, int length) {
    return smfi_replacebody(ctx, (unsigned char *)body, length);
}

int argot_milter_quarantine(SMFICTX *ctx, const char *reason) { return smfi_quarantine(ctx, (char *)reason); }

void argot_milter_version(unsigned int *major, unsigned int *minor, unsigned int *patch) {
    smfi_version(major, minor, patch);
}
