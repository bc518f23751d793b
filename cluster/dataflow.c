#include "cluster/dataflow.h"
#include "cluster/message.h"
#include <stdlib.h>
#include <string.h>

/* In front of the layers' problems, and the counts of all layers in all networks; all of it packed, behind
 * its size. */
struct header {
    int number, n_networks, n_layers;
    struct as_accel accel;
    struct as_goal goal;
    int64_t evaluations;
    uint64_t seed;
};
enum { MOST = 1 << 20 /* layers, networks: more is damage */ };

static size_t size_of(const struct header *header)
{
    size_t layers = (size_t)header->n_layers;
    return sizeof *header + layers * sizeof(struct as_problem) +
           layers * (size_t)header->n_networks * sizeof(int64_t);
}

static unsigned char *put(unsigned char *at, const void *data, size_t size)
{
    memcpy(at, data, size);
    return at + size;
}

unsigned char *cluster_pack_dataflow(const struct as_dataflow *dataflow, int number, size_t *size)
{
    const struct as_workload *workload = dataflow->workload;
    struct header header = {.number = number,
        .n_networks = workload->n_networks,
        .n_layers = workload->n_layers,
        .accel = *dataflow->accel,
        .goal = dataflow->goal,
        .evaluations = dataflow->evaluations,
        .seed = dataflow->seed};
    size_t bytes = size_of(&header);
    unsigned char *plain = malloc(bytes), *packed = malloc(sizeof bytes + CLUSTER_PACKED(bytes));
    if (plain && packed) {
        unsigned char *at = put(plain, &header, sizeof header);
        for (int i = 0; i < header.n_layers; i++)
            at = put(at, &workload->layer[i].problem, sizeof(struct as_problem));
        for (int i = 0; i < header.n_layers; i++)
            at = put(at, workload->layer[i].count, (size_t)header.n_networks * sizeof(int64_t));
        memcpy(packed, &bytes, sizeof bytes);
        *size = sizeof bytes + cluster_pack(packed + sizeof bytes, plain, NULL, bytes);
    } else {
        free(packed);
        packed = NULL;
    }
    free(plain);
    return packed;
}

static struct as_workload *workload_of(
    struct naas_ctx *ctx, const struct header *header, const unsigned char *at)
{
    struct as_workload *workload = naas_alloc(ctx, 1, sizeof *workload);
    size_t row = (size_t)header->n_networks * sizeof(int64_t);
    const unsigned char *counts = at + (size_t)header->n_layers * sizeof(struct as_problem);
    *workload =
        (struct as_workload){.ctx = ctx, .n_networks = header->n_networks, .n_layers = header->n_layers};
    workload->layer = naas_alloc(ctx, (size_t)header->n_layers, sizeof *workload->layer);
    for (int i = 0; i < header->n_layers; i++) {
        struct as_work *work = &workload->layer[i];
        memcpy(&work->problem, at + (size_t)i * sizeof work->problem, sizeof work->problem);
        work->count = naas_alloc(ctx, 1, row);
        memcpy(work->count, counts + (size_t)i * row, row);
    }
    return workload;
}

bool cluster_unpack_dataflow(
    struct naas_ctx *ctx, struct as_dataflow *dataflow, int *number, const unsigned char *in, size_t in_size)
{
    struct header *header;
    size_t bytes;
    if (in_size < sizeof bytes)
        return false;
    memcpy(&bytes, in, sizeof bytes);
    if (bytes < sizeof *header || bytes / 128 > in_size) /* each packed byte is 128 at most */
        return false;
    unsigned char *plain = naas_alloc(ctx, bytes, 1);
    if (cluster_unpack(plain, bytes, in + sizeof bytes, in_size - sizeof bytes) != in + in_size)
        return false;
    header = (struct header *)plain;
    if (header->n_networks < 1 || header->n_networks > MOST || header->n_layers < 1 ||
        header->n_layers > MOST || bytes != size_of(header))
        return false;
    *number = header->number;
    *dataflow = (struct as_dataflow){.workload = workload_of(ctx, header, plain + sizeof *header),
        .accel = &header->accel,
        .goal = header->goal,
        .evaluations = header->evaluations,
        .seed = header->seed};
    return true;
}
