// libmilter believes what a mail server sends: a macro without a value sends smfi_getsymval() beyond the end of its
// array, an unknown command without its NUL is read to wherever a zero byte comes, and half a packet holds a thread for
// an hour. Whoever can connect could crash the filter with it. So packets are read here, put right where that is needed,
// and only then seen by libmilter: mi_rd_cmd() is a symbol that libmilter.so exports and calls by name, and the
// executable's is found before it, as its sigwait() is (sigwait.c). It can go when libmilter checks what it reads.

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "argot_milter.h"

// The most bytes of data in a packet. libmilter's own limit is 65,535, which Postfix goes beyond with a header as long as
// header_size_limit lets it be: such a message would be the mail server's default action's.
#define DATA_MAX 262143

// How long a packet may take from its first byte to its last, in milliseconds. Mail servers write packets in one go.
#define PACKET_TIME 60000

// What mi_rd_cmd() says in place of a command when there is none (libmilter.h; commands begin at ' ').
enum { TIMEOUT = 1, NO_MEMORY = 3, RECEIVE_ERROR = 4, END_OF_FILE = 5, TOO_BIG = 7 };

static atomic_int taken;
static atomic_ulong repaired;

int argot_milter_packets_are_ours(void) { return atomic_load(&taken); }
unsigned long argot_milter_repaired_packets(void) { return atomic_load_explicit(&repaired, memory_order_relaxed); }

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// Reads `length` bytes. The first of a packet may take until `patience`; with it the packet's time begins. 0 or why not.
static int fill(int sd, char *to, size_t length, int64_t *deadline, int *begun) {
    size_t count = 0;
    while (count < length) {
        ssize_t n = recv(sd, to + count, length - count, MSG_DONTWAIT);
        if (n > 0) {
            count += (size_t)n;
            if (!*begun) {
                *begun = 1;
                if (count < length)
                    *deadline = now() + PACKET_TIME;
            }
            continue;
        }
        if (n == 0)
            return END_OF_FILE;
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            return RECEIVE_ERROR;
        int64_t rest = *deadline - now();
        if (rest <= 0)
            return TIMEOUT;
        struct pollfd waited = {.fd = sd, .events = POLLIN};
        int ready = poll(&waited, 1, rest > INT32_MAX ? INT32_MAX : (int)rest);
        if (ready < 0 && errno != EINTR)
            return RECEIVE_ERROR;
    }
    return 0;
}

size_t argot_milter_whole_macros(const char *data, size_t length) {
    // Behind the letter of the stage come name, NUL, value, NUL, and so on.
    size_t whole = length > 0 ? 1 : 0;
    int strings = 0;
    for (size_t i = whole; i < length; i++) {
        if (data[i] != '\0')
            continue;
        strings++;
        if (strings % 2 == 0)
            whole = i + 1;
    }
    return whole;
}

// libmilter frees what is returned. Its own version reads the same, and checks nothing.
char *mi_rd_cmd(int sd, struct timeval *timeout, char *command, size_t *length, char *name) {
    (void)name;
    atomic_store_explicit(&taken, 1, memory_order_relaxed);
    *command = '\0';
    *length = 0;
    char head[5];
    int64_t deadline = now() + (int64_t)timeout->tv_sec * 1000 + timeout->tv_usec / 1000;
    int begun = 0;
    int problem = fill(sd, head, sizeof head, &deadline, &begun);
    if (problem != 0) {
        *command = (char)problem;
        return NULL;
    }
    uint32_t announced;
    memcpy(&announced, head, sizeof announced);
    announced = ntohl(announced);
    // What is smaller than a blank would be taken for one of the problems above, with data that nobody frees.
    if (head[4] < ' ') {
        *command = RECEIVE_ERROR;
        return NULL;
    }
    if (announced <= 1) {
        *command = head[4];
        return NULL;
    }
    size_t size = announced - 1;
    if (size > DATA_MAX) {
        *command = TOO_BIG;
        return NULL;
    }
    // With a NUL behind it, whatever forgets to look at the length ends there.
    char *data = malloc(size + 1);
    if (data == NULL) {
        *command = NO_MEMORY;
        return NULL;
    }
    deadline = now() + PACKET_TIME;
    problem = fill(sd, data, size, &deadline, &begun);
    if (problem != 0) {
        free(data);
        *command = (char)problem;
        return NULL;
    }
    data[size] = '\0';
    if (head[4] == 'D') {
        size_t whole = argot_milter_whole_macros(data, size);
        if (whole != size) {
            atomic_fetch_add_explicit(&repaired, 1, memory_order_relaxed);
            data[whole] = '\0';
            size = whole;
        }
    }
    *command = head[4];
    *length = size;
    return data;
}
