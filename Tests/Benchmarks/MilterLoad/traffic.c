#include "traffic.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

// SplitMix64: one multiplication chain gives independent draws from consecutive integers.
static uint64_t mixed(uint64_t value) {
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

#define PUT(field, ...) snprintf(field, sizeof(field), __VA_ARGS__)

static void make_client(struct persona *persona, uint64_t draw) {
    unsigned host = (unsigned)(draw % 131072);
    persona->is_ipv6 = draw >> 60 == 0;  // one in sixteen
    if (persona->is_ipv6) {
        PUT(persona->address, "2001:db8:%x:%x::%x", host >> 9, host & 0x1ff, 1 + (host & 0xf));
    } else {
        PUT(persona->address, "198.%u.%u.%u", 18 + (host >> 16), host >> 8 & 0xff, host & 0xff);
    }
    static const char *const resolutions[4] = {"OK", "OK", "FAIL", "FORGED"};
    persona->resolve = resolutions[draw >> 20 & 3];
    PUT(persona->pointer, "host-%u.isp%u.example.net", host, host % 97);
    strcpy(persona->name, persona->resolve[0] == 'O' ? persona->pointer : "unknown");
    if (persona->resolve[1] == 'A') strcpy(persona->pointer, "unknown");
}

// The dialects: what a client's software makes of HELO, MAIL and RCPT.
static void make_words(struct persona *persona, unsigned dialect, unsigned host, unsigned size) {
    PUT(persona->mail[0], "<%s>", persona->sender);
    PUT(persona->rcpt[0], "<%s>", persona->recipient);
    PUT(persona->helo, "mail%u.sender%u.example.com", host % 7, host % 499);
    switch (dialect) {
    case 0:  // Postfix
        PUT(persona->mail[1], "SIZE=%u", size);
        PUT(persona->rcpt[1], "ORCPT=rfc822;%s", persona->recipient);
        break;
    case 1:  // Postfix with an 8-bit message
        PUT(persona->mail[1], "SIZE=%u", size);
        strcpy(persona->mail[2], "BODY=8BITMIME");
        break;
    case 2:  // Sendmail
        PUT(persona->mail[1], "SIZE=%u", size);
        break;
    case 3:  // the other way round
        strcpy(persona->mail[1], "BODY=8BITMIME");
        PUT(persona->mail[2], "SIZE=%u", size);
        break;
    case 4:  // Exim counts some more for its own headers
        PUT(persona->mail[1], "SIZE=%u", size + 1024);
        break;
    case 5:  // Python's smtplib
        PUT(persona->helo, "[%s%s]", persona->is_ipv6 ? "IPv6:" : "", persona->address);
        PUT(persona->mail[1], "size=%u", size);
        break;
    case 6:  // bare address as HELO
        strcpy(persona->helo, persona->address);
        break;
    case 7:  // single label
        PUT(persona->helo, "DESKTOP-%06X", host * 2654435761u >> 8);
        break;
    case 8:  // no angle brackets
        strcpy(persona->helo, "localhost");
        strcpy(persona->mail[0], persona->sender);
        strcpy(persona->rcpt[0], persona->recipient);
        break;
    default:  // nothing but the addresses
        break;
    }
}

void persona_make(struct persona *persona, uint64_t seed, uint64_t serial) {
    uint64_t draw = mixed(seed ^ mixed(serial));
    uint64_t client = mixed(seed + draw % clients_of_traffic);
    unsigned host = (unsigned)(client >> 32 & 0xffffff);
    memset(persona, 0, sizeof *persona);
    make_client(persona, client);
    persona->port = (uint16_t)(1024 + (draw >> 16) % 60000);
    persona->size = 1500 + (unsigned)(draw >> 48);
    PUT(persona->sender, "user%u@sender%u.example.com", (unsigned)(draw >> 8 & 7), host % 499);
    PUT(persona->recipient, "person%u@domain%u.example.org", (unsigned)(draw >> 24 & 0xff), (unsigned)(draw >> 40 & 0x3f));
    PUT(persona->queue_id, "4F%010llX", (unsigned long long)(serial & 0xffffffffff));
    make_words(persona, host % 10, host, persona->size);
}

struct macro {
    const char *name;
    enum stage first;  // not known to the MTA before
    size_t offset;     // of the text in the persona; 0 with `fixed` set
    const char *fixed;
};

#define OF(field) offsetof(struct persona, field)
static const struct macro macros[] = {
    {"j", stage_connect, 0, "mx.example.org"},
    {"v", stage_connect, 0, "Postfix 3.7.11"},
    {"{daemon_name}", stage_connect, 0, "mx.example.org"},
    {"{daemon_addr}", stage_connect, 0, "198.51.100.25"},
    {"{daemon_port}", stage_connect, 0, "25"},
    {"{client_addr}", stage_connect, OF(address), NULL},
    {"{client_name}", stage_connect, OF(name), NULL},
    {"{client_ptr}", stage_connect, OF(pointer), NULL},
    {"{client_connections}", stage_connect, 0, "1"},
    {"{mail_addr}", stage_mail, OF(sender), NULL},
    {"{mail_mailer}", stage_mail, 0, "smtp"},
    {"{rcpt_addr}", stage_rcpt, OF(recipient), NULL},
    {"{rcpt_mailer}", stage_rcpt, 0, "local"},
    {"i", stage_data, OF(queue_id), NULL},  // Postfix has none before the first good recipient
};

// The value of a macro, or NULL; `scratch` holds those that must be put together.
static const char *macro_value(
    const struct persona *persona, enum stage stage, const char *name, size_t length, char *scratch, size_t room) {
    for (size_t index = 0; index < sizeof macros / sizeof *macros; index++) {
        const struct macro *macro = &macros[index];
        if (strncmp(macro->name, name, length) != 0 || macro->name[length] != '\0') continue;
        if (stage < macro->first) return NULL;
        return macro->fixed ? macro->fixed : (const char *)persona + macro->offset;
    }
#define IS(text) (length == sizeof text - 1 && memcmp(name, text, length) == 0)
    if (IS("_")) {
        snprintf(scratch, room, "%s [%s]", persona->name, persona->address);
    } else if (IS("{client_port}")) {
        snprintf(scratch, room, "%u", persona->port);
    } else if (IS("{client_resolve}")) {
        return persona->resolve;
    } else if (IS("{mail_host}") && stage >= stage_mail) {
        return strchr(persona->sender, '@') + 1;
    } else if (IS("{rcpt_host}") && stage >= stage_rcpt) {
        return strchr(persona->recipient, '@') + 1;
    } else {
        return NULL;
    }
    return scratch;
}

void traffic_macros(struct buffer *buffer, const struct persona *persona, enum stage stage, const char *names) {
    size_t begin = packet_begin(buffer, 'D');
    buffer_append(buffer, &stages[stage].command, 1);
    for (;;) {
        names += strspn(names, ", ");
        size_t length = strcspn(names, ", ");
        if (length == 0) break;
        char scratch[128];
        const char *value = macro_value(persona, stage, names, length, scratch, sizeof scratch);
        if (value) {
            buffer_append(buffer, names, length);
            buffer_append(buffer, "", 1);
            buffer_string(buffer, value);
        }
        names += length;
    }
    packet_end(buffer, begin);
}

static void append_connect(struct buffer *buffer, const struct persona *persona) {
    char unknown[64];
    snprintf(unknown, sizeof unknown, "[%s]", persona->address);
    buffer_string(buffer, strcmp(persona->name, "unknown") == 0 ? unknown : persona->name);
    buffer_append(buffer, persona->is_ipv6 ? "6" : "4", 1);
    uint16_t port = htons(persona->port);
    buffer_append(buffer, &port, sizeof port);
    buffer_string(buffer, persona->address);
}

static void append_header(struct buffer *buffer, const struct persona *persona, int header, bool leading_space) {
    static const char *const names[headers_of_message] = {
        "Received", "From", "To", "Subject", "Message-ID", "Date", "MIME-Version", "Content-Type"};
    char value[384];
    const char *from = persona->sender, *to = persona->recipient, *host = strchr(from, '@') + 1;
    switch (header) {
    case 0:
        snprintf(value, sizeof value,
            " from %s (%s [%s])\n\tby relay.%s with ESMTP id %s\n\tfor <%s>; Thu, 1 Jan 2026 12:00:00 +0000 (UTC)",
            persona->helo, persona->pointer, persona->address, host, persona->queue_id, to);
        break;
    case 1: snprintf(value, sizeof value, " \"Some Body\" <%s>", from); break;
    case 2: snprintf(value, sizeof value, " <%s>", to); break;
    case 3: snprintf(value, sizeof value, " The minutes of meeting %s", persona->queue_id); break;
    case 4: snprintf(value, sizeof value, " <%s.%u@%s>", persona->queue_id, persona->size, host); break;
    case 5: strcpy(value, " Thu, 1 Jan 2026 12:00:00 +0000"); break;
    case 6: strcpy(value, " 1.0"); break;
    default: strcpy(value, " text/plain; charset=utf-8"); break;
    }
    buffer_string(buffer, names[header]);
    buffer_string(buffer, leading_space ? value : value + 1);
}

static void append_body(struct buffer *buffer) {
    static const char line[] = "The quick brown fox jumps over the lazy dog, again and again. \r\n";
    enum { length = sizeof line - 1 };
    _Static_assert(length_of_body % length == 0, "whole lines only");
    buffer_reserve(buffer, length_of_body);
    for (int written = 0; written < length_of_body; written += length) buffer_append(buffer, line, length);
}

void traffic_event(
    struct buffer *buffer, const struct persona *persona, enum stage stage, int header, uint32_t steps) {
    size_t begin = packet_begin(buffer, stages[stage].command);
    switch (stage) {
    case stage_connect: append_connect(buffer, persona); break;
    case stage_helo: buffer_string(buffer, persona->helo); break;
    case stage_mail:
        for (int index = 0; index < 3 && persona->mail[index][0]; index++) buffer_string(buffer, persona->mail[index]);
        break;
    case stage_rcpt:
        for (int index = 0; index < 2 && persona->rcpt[index][0]; index++) buffer_string(buffer, persona->rcpt[index]);
        break;
    case stage_header: append_header(buffer, persona, header, steps & step_leading_space); break;
    case stage_body: append_body(buffer); break;
    default: break;  // DATA, end of headers and end of message say nothing more
    }
    packet_end(buffer, begin);
}
