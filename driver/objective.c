#include "driver/objective.h"
#include <stdlib.h>
#include <string.h>

/* "energy=1,delay=2": what is not named has exponent 0. */
static bool read_exponents(const char *text, struct as_goal *goal)
{
    const struct {
        const char *name;
        double *exponent;
    } parts[] = {{"energy=", &goal->energy}, {"delay=", &goal->delay}, {"area=", &goal->area}};
    while (*text) {
        char *end = NULL;
        for (int i = 0; i < 3; i++) {
            size_t n = strlen(parts[i].name);
            if (strncmp(text, parts[i].name, n) == 0)
                *parts[i].exponent = strtod(text + n, &end);
        }
        if (!end || (*end && *end != ','))
            return false;
        text = *end ? end + 1 : end;
    }
    return goal->energy >= 0 && goal->delay >= 0 && goal->area >= 0 &&
           goal->energy + goal->delay + goal->area > 0 && goal->energy + goal->delay + goal->area < 100;
}

bool objective_read(const char *text, struct as_goal *goal)
{
    static const struct {
        const char *name;
        struct as_goal goal;
    } named[] = {{"edp", {.energy = 1, .delay = 1}}, {"latency", {.delay = 1}}, {"energy", {.energy = 1}},
        {"area", {.area = 1}}};
    *goal = (struct as_goal){0};
    for (int i = 0; i < 4; i++)
        if (strcmp(text, named[i].name) == 0) {
            *goal = named[i].goal;
            return true;
        }
    return read_exponents(text, goal);
}
