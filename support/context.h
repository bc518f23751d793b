/* Inside of struct naas_ctx, for the files of this folder alone. */
#ifndef NAAS_CONTEXT_H
#define NAAS_CONTEXT_H

#include "support/support.h"

/* One piece of the arena; items follow the header. */
struct naas_chunk {
    struct naas_chunk *next;
    size_t used, size; /* bytes behind the header */
    _Alignas(max_align_t) char bytes[];
};

/* What has to be released with the context and does not lie in its arena. */
struct naas_cleanup {
    struct naas_cleanup *next;
    void (*release)(void *data);
    void *data;
};

struct naas_ctx {
    struct naas_chunk *chunks; /* the first one is being filled */
    struct naas_cleanup *cleanups;
    struct naas_diagnostic *diags;
    int n_diags, diags_capacity;
};

/* Calls release(data) when ctx is freed, latest first, before the arena goes. */
void naas_ctx_on_free(struct naas_ctx *ctx, void (*release)(void *data), void *data);

#endif
