/*
 * message.h: what ranks send each other, as bytes. All ranks run the same build (struct cluster_hello tells),
 * so structs travel as they lie in memory, without what the other side has already: zeros, as most of a
 * problem, an accelerator or a mapping is room that it does not use, or what was sent before it.
 */
#ifndef CLUSTER_MESSAGE_H
#define CLUSTER_MESSAGE_H

#include "accelsearch/accelsearch.h"

/* The kinds of messages, which are MPI's tags. */
enum cluster_tag {
    CLUSTER_HELLO = 1, /* from a rank: it is there */
    CLUSTER_WELCOME,   /* to it: how to work */
    CLUSTER_JOBS,      /* a parcel of struct cluster_job (parcel.h) */
    CLUSTER_RESULTS,   /* one of struct cluster_result */
    CLUSTER_DATAFLOW,  /* a job that is none of a mapping, and its result (dataflow.h) */
    CLUSTER_PING,      /* to a rank that has heard nothing for some time, and its answer */
    CLUSTER_PONG,
    CLUSTER_END, /* to a rank: it may go, and its answer, the last of it */
    CLUSTER_BYE,
};

enum { CLUSTER_PROTOCOL = 2 }; /* counts the changes of what ranks say to each other */
struct cluster_hello {
    char version[64]; /* of the build */
    int threads;      /* its share of its machine's processors */
};
struct cluster_hello cluster_hello(int threads);
struct cluster_welcome {
    int threads;         /* 0: its share */
    double hang_timeout; /* seconds */
    int exit_status;     /* of a job in which rank 0 hangs */
};

struct cluster_job {
    int number; /* comes back with the result */
    struct as_problem problem;
    struct as_accel accel;
    struct as_map_options options;
};
struct cluster_result {
    int number;
    enum naas_status status;
    double seconds;
    struct as_map_result result;
};

/* Bytes that `size` bytes take at most. */
#define CLUSTER_PACKED(size) ((size) + (size) / 128 + 2)
/* The number of bytes written to out. before: what is in the other side's place for the data; NULL: zeros. */
size_t cluster_pack(unsigned char *out, const void *data, const void *before, size_t size);
/* data holds what was before. Where what so many bytes were packed to ends; NULL: it is something else. */
const unsigned char *cluster_unpack(void *data, size_t size, const unsigned char *in, size_t in_size);

#endif
