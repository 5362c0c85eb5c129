#include "protocol.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct stage_facts stages[stage_count] = {
    [stage_negotiate] = {"optneg", 'O', 0, 0, -1},
    [stage_connect] = {"connect", 'C', 0x1, 0x1000, 0},
    [stage_helo] = {"helo", 'H', 0x2, 0x2000, 1},
    [stage_mail] = {"mail", 'M', 0x4, 0x4000, 2},
    [stage_rcpt] = {"rcpt", 'R', 0x8, 0x8000, 3},
    [stage_data] = {"data", 'T', 0x200, 0x10000, 4},
    [stage_header] = {"header", 'L', 0x20, 0x80, -1},
    [stage_eoh] = {"eoh", 'N', 0x40, 0x40000, 6},
    [stage_body] = {"body", 'B', 0x10, 0x80000, -1},
    [stage_eom] = {"eom", 'E', 0, 0, 5},
};

// Postfix 3.7's milter_*_macros, in the order of the lists on the wire.
static const char *const default_macros[macro_lists] = {
    "j {daemon_name} {daemon_addr} v _",
    "{tls_version} {cipher} {cipher_bits} {cert_subject} {cert_issuer}",
    "i {auth_type} {auth_authen} {auth_author} {mail_addr} {mail_host} {mail_mailer}",
    "i {rcpt_addr} {rcpt_host} {rcpt_mailer}",
    "i",
    "i",
    "i",
};

void buffer_reserve(struct buffer *buffer, size_t more) {
    if (buffer->start == buffer->end) buffer->start = buffer->end = 0;
    if (buffer->end + more <= buffer->capacity) return;
    size_t capacity = buffer->capacity ? buffer->capacity : 1024;
    while (capacity < buffer->end + more) capacity *= 2;
    buffer->bytes = realloc(buffer->bytes, capacity);
    if (!buffer->bytes) {
        fputs("milter-load: out of memory\n", stderr);
        exit(1);
    }
    buffer->capacity = capacity;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length) {
    buffer_reserve(buffer, length);
    memcpy(buffer->bytes + buffer->end, bytes, length);
    buffer->end += length;
}

void buffer_string(struct buffer *buffer, const char *text) { buffer_append(buffer, text, strlen(text) + 1); }

void buffer_integer(struct buffer *buffer, uint32_t value) {
    value = htonl(value);
    buffer_append(buffer, &value, sizeof value);
}

void buffer_clear(struct buffer *buffer) { buffer->start = buffer->end = 0; }

void buffer_free(struct buffer *buffer) {
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}

size_t packet_begin(struct buffer *buffer, char command) {
    buffer_reserve(buffer, 5);
    size_t begin = buffer->end;
    buffer_integer(buffer, 0);
    buffer_append(buffer, &command, 1);
    return begin;
}

void packet_end(struct buffer *buffer, size_t begin) {
    uint32_t length = htonl((uint32_t)(buffer->end - begin - sizeof length));
    memcpy(buffer->bytes + begin, &length, sizeof length);
}

void packet_bare(struct buffer *buffer, char command) { packet_end(buffer, packet_begin(buffer, command)); }

void packet_negotiate(struct buffer *buffer) {
    size_t begin = packet_begin(buffer, 'O');
    buffer_integer(buffer, protocol_version);
    buffer_integer(buffer, offered_actions);
    buffer_integer(buffer, offered_steps);
    packet_end(buffer, begin);
}

static uint32_t integer_at(const unsigned char *bytes) {
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return ntohl(value);
}

enum parse reply_next(struct buffer *buffer, struct reply *reply) {
    const unsigned char *bytes = buffer->bytes + buffer->start;
    size_t available = buffer->end - buffer->start;
    if (available < 4) return parse_incomplete;
    uint32_t length = integer_at(bytes);
    if (length == 0 || length > largest_packet) return parse_malformed;
    if (available < 4 + (size_t)length) return parse_incomplete;
    *reply = (struct reply){.command = (char)bytes[4], .data = bytes + 5, .length = length - 1};
    buffer->start += 4 + length;
    return parse_complete;
}

bool negotiation_parse(struct negotiation *negotiation, const struct reply *reply) {
    if (reply->command != 'O' || reply->length < 12) return false;
    negotiation->version = integer_at(reply->data);
    negotiation->actions = integer_at(reply->data + 4);
    negotiation->steps = integer_at(reply->data + 8);
    for (int list = 0; list < macro_lists; list++) strcpy(negotiation->macros[list], default_macros[list]);

    size_t at = 12;
    while (at < reply->length) {
        if (reply->length - at < 5) return false;
        uint32_t list = integer_at(reply->data + at);
        const char *names = (const char *)reply->data + at + 4;
        size_t length = strnlen(names, reply->length - at - 4);
        if (at + 4 + length == reply->length || length >= macro_list_length) return false;
        if (list < macro_lists && length > 0) memcpy(negotiation->macros[list], names, length + 1);
        at += 4 + length + 1;
    }
    return negotiation->version <= protocol_version && (negotiation->actions & ~(uint32_t)offered_actions) == 0;
}
