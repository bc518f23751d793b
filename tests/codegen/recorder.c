#include "recorder.h"

#include <stdlib.h>

static struct record recorded;

struct record record_take(void)
{
    struct record taken = recorded;
    recorded = (struct record){0};
    return taken;
}

static void add(char what, int level, int instance, int tensor, const naas_rt_box *box)
{
    if (recorded.n == recorded.capacity) {
        recorded.capacity = 2 * recorded.capacity + 64;
        recorded.call = realloc(recorded.call, (size_t)recorded.capacity * sizeof *recorded.call);
    }
    recorded.call[recorded.n++] =
        (struct record_call){what, level, instance, tensor, box ? *box : (naas_rt_box){{0}, {0}}};
}

void record_load(naas_rt *rt, int level, int instance, int tensor, const naas_rt_box *box)
{
    add('l', level, instance, tensor, box);
    naas_rt_load(rt, level, instance, tensor, box);
}

void record_store(naas_rt *rt, int level, int instance, int tensor, const naas_rt_box *box)
{
    add('s', level, instance, tensor, box);
    naas_rt_store(rt, level, instance, tensor, box);
}

void record_run(naas_rt *rt)
{
    add('r', 0, 0, 0, NULL);
    naas_rt_run(rt);
}
