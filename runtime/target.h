/*
 * target.h: the table behind naas_rt_open. naas_rt.c checks what a call says on its own (ranges, order, box
 * inside the problem) and keeps the error; a target gets valid calls only, and none after an error.
 */
#ifndef NAAS_RT_TARGET_H
#define NAAS_RT_TARGET_H

#include <naas_rt.h>

struct naas_rt_target {
    const char *name;
    /* Puts the target's own state into rt->state, or fails. close also takes a state that open left half
     * made, or NULL. */
    void (*open)(naas_rt *rt);
    void (*declare)(naas_rt *rt, int level, int instance, int tensor, const naas_rt_box *box);
    void (*run)(naas_rt *rt);
    void (*wait)(naas_rt *rt);
    void (*close)(naas_rt *rt);
};

struct naas_rt {
    const struct naas_rt_target *target;
    const naas_rt_problem *problem;
    const naas_rt_accel *accel;
    naas_rt_kernel *kernel;
    naas_rt_finish *finish;
    const void *args;
    const void *base[NAAS_RT_MAX_TENSORS]; /* what naas_rt_bind was given */
    int n_instances[NAAS_RT_MAX_LEVELS];
    int waited;
    naas_rt_counters counters; /* kept up by the target */
    int status;
    char error[256];
    void *state;
};

extern const struct naas_rt_target naas_rt_sim;

/* Notes the first error; later ones are its consequences. */
void naas_rt_fail(naas_rt *rt, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
