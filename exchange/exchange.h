/*
 * exchange: designs in the formats of other tools, so that results can be checked against theirs. Prefix xc_.
 *
 * Timeloop (NVlabs/timeloop): architecture, problem and mapping in YAML; written as version 0.4, read as 0.2
 * to 0.4. MAESTRO (maestro-project): a network of one layer with its dataflow, and a hardware file; written
 * only.
 *
 * What the other side cannot say is named by a warning, located where there is a file; what would change the
 * meaning of a mapping is an error.
 */
#ifndef XC_EXCHANGE_H
#define XC_EXCHANGE_H

#include "accelsearch/accelsearch.h"

/* One text each; mapping may be NULL, then the third stays empty. */
struct xc_texts {
    struct naas_buf architecture, problem, mapping;
};
enum naas_status xc_timeloop_write(struct naas_ctx *ctx, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, struct xc_texts *texts);

/* The layer with its dataflow, and the hardware file. */
enum naas_status xc_maestro_write(struct naas_ctx *ctx, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, struct naas_buf *layer,
    struct naas_buf *hardware);

/* What files hold; a mapping needs the other two. */
struct xc_design {
    bool has_accel, has_problem, has_mapping;
    struct naas_buf accel_json; /* an accelerator file: what is not stated follows from its technology */
    struct as_accel accel;
    struct as_problem problem;
    struct as_mapping mapping;
};
enum naas_status xc_timeloop_read(
    struct naas_ctx *ctx, int n, const char *const *paths, struct xc_design *design);

#endif
