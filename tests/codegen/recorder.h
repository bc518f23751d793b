/*
 * recorder.h: the runtime's functions under names that write every call down before they hand it on. Emitted
 * C and the mapping walker are compiled with -Dnaas_rt_load=record_load and so on.
 */
#ifndef RECORDER_H
#define RECORDER_H

#include <naas_rt.h>

struct record_call {
    char what; /* l s r: load, store, run */
    int level, instance, tensor;
    naas_rt_box box;
};

struct record {
    int n, capacity;
    struct record_call *call;
};

/* What has been recorded since the last call; the caller frees .call. */
struct record record_take(void);

void record_load(naas_rt *rt, int level, int instance, int tensor, const naas_rt_box *box);
void record_store(naas_rt *rt, int level, int instance, int tensor, const naas_rt_box *box);
void record_run(naas_rt *rt);

#endif
