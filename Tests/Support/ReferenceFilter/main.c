/*
 * reference-filter -- a milter that does what its command line says, straight on libmilter
 *
 *   reference-filter --socket SPEC [--answer STAGE[#N]=RESPONSE]... [--record FILE] [--macros]
 *                    [--no-reply STAGE[,STAGE]...] [--without STAGE[,STAGE]...]
 *
 * The baseline of the benchmarks and the reference of the differential tests: whatever a filter of the package does
 * through its own layers must look to the MTA as it does here. Prints "ready" when it listens. With no other option
 * than --socket every callback is registered and returns SMFIS_CONTINUE at once.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "callbacks.h"
#include "record.h"
#include "stage.h"

static void usage(void)
{
    fprintf(stderr, "usage: reference-filter --socket SPEC [--answer STAGE[#N]=RESPONSE]... [--record FILE]\n"
                    "                        [--macros] [--no-reply STAGE[,STAGE]...] [--without STAGE[,STAGE]...]\n");
    exit(64);
}

static void add_answer(const char *rule)
{
    const char *problem = answers_add(rule);

    if (problem != NULL) {
        fprintf(stderr, "reference-filter: --answer %s: %s\n", rule, problem);
        exit(64);
    }
}

/* Adds to `steps` the negotiation bits that `step_of` has for the stages of a list. */
static void add_steps(const char *option, const char *stages, unsigned long (*step_of)(enum stage), unsigned long *steps)
{
    while (*stages != '\0') {
        size_t length = strcspn(stages, ",");
        enum stage stage = stage_named(stages, length);

        if (stage == STAGE_COUNT || step_of(stage) == 0) {
            fprintf(stderr, "reference-filter: %s: no such stage: %s\n", option, stages);
            exit(64);
        }
        *steps |= step_of(stage);
        stages += length + (stages[length] == ',');
    }
}

static void open_record(const char *path)
{
    if (!record_open(path)) {
        perror(path);
        exit(73);
    }
}

static const char *parse_options(int argc, char **argv)
{
    static const struct option options[] = {
        {"socket", required_argument, NULL, 's'}, {"answer", required_argument, NULL, 'a'},
        {"record", required_argument, NULL, 'r'}, {"macros", no_argument, NULL, 'm'},
        {"no-reply", required_argument, NULL, 'n'}, {"without", required_argument, NULL, 'w'}, {NULL, 0, NULL, 0},
    };
    const char *socket = NULL;
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 's':
            socket = optarg;
            break;
        case 'a':
            add_answer(optarg);
            break;
        case 'r':
            open_record(optarg);
            break;
        case 'm':
            behaviour.records_macros = true;
            break;
        case 'n':
            add_steps("--no-reply", optarg, stage_no_reply_step, &behaviour.no_reply);
            break;
        case 'w':
            add_steps("--without", optarg, stage_without_step, &behaviour.without);
            break;
        default:
            usage();
        }
    }
    if (socket == NULL || optind != argc)
        usage();
    return socket;
}

int main(int argc, char **argv)
{
    const char *socket = parse_options(argc, argv);

    behaviour.is_idle = !record_is_open() && !answers_exist() && behaviour.no_reply == 0;
    if (smfi_setconn((char *)socket) != MI_SUCCESS || smfi_register(filter_description) != MI_SUCCESS
        || smfi_opensocket(true) != MI_SUCCESS) {
        fprintf(stderr, "reference-filter: cannot listen on %s\n", socket);
        return 69;
    }
    puts("ready");
    fflush(stdout);
    return smfi_main() == MI_SUCCESS ? 0 : 70;
}
