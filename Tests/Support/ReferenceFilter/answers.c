#include "answers.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "response.h"

struct rule {
    enum stage stage;
    unsigned call; /* 0: every callback of the stage */
    struct response response;
    struct rule *next;
};

static struct rule *first_rule;
static struct rule **rule_end = &first_rule;

const char *answers_add(const char *text)
{
    struct rule *rule = calloc(1, sizeof *rule);
    const char *equals = strchr(text, '=');
    const char *hash = strchr(text, '#');
    const char *problem;

    if (rule == NULL)
        abort();
    if (equals == NULL)
        return "expected STAGE=RESPONSE";
    if (hash == NULL || hash > equals)
        hash = equals;
    rule->stage = stage_named(text, (size_t)(hash - text));
    if (rule->stage == STAGE_COUNT)
        return "no such stage";
    if (hash < equals) {
        char *end;
        unsigned long call = strtoul(hash + 1, &end, 10);

        if (end != equals || call == 0 || call > 1000000)
            return "expected a number from 1 between # and =";
        rule->call = (unsigned)call;
    }
    problem = response_parse(&rule->response, equals + 1);
    if (problem != NULL)
        return problem;
    if (response_needs_eom(&rule->response) && rule->stage != STAGE_EOM)
        return "possible at eom only";
    *rule_end = rule;
    rule_end = &rule->next;
    return NULL;
}

bool answers_exist(void)
{
    return first_rule != NULL;
}

sfsistat answers_give(SMFICTX *context, enum stage stage, unsigned call)
{
    const struct response *verdict = NULL;

    for (const struct rule *rule = first_rule; rule != NULL; rule = rule->next) {
        if (rule->stage != stage || (rule->call != 0 && rule->call != call))
            continue;
        if (response_decides(&rule->response))
            verdict = &rule->response;
        else
            response_act(&rule->response, context);
    }
    return verdict == NULL ? SMFIS_CONTINUE : response_verdict(verdict, context);
}
