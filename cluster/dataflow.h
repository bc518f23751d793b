/* dataflow.h: the search for a dataflow (accelsearch/native.h) as bytes: one of a few long jobs of a run. */
#ifndef CLUSTER_DATAFLOW_H
#define CLUSTER_DATAFLOW_H

#include "accelsearch/farm.h"

/* What comes back: the message CLUSTER_DATAFLOW of a rank, packed. */
struct cluster_native {
    int number;
    enum naas_status status;
    double seconds;
    struct as_native native;
};

/* The bytes of a job, for free; NULL: no memory. */
unsigned char *cluster_pack_dataflow(const struct as_dataflow *dataflow, int number, size_t *size);
/* Everything that dataflow shows lives in the arena; native is left to the caller. False: they are no such
 * bytes. */
bool cluster_unpack_dataflow(
    struct naas_ctx *ctx, struct as_dataflow *dataflow, int *number, const unsigned char *in, size_t in_size);

#endif
