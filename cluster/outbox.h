/* outbox.h: messages on their way. Sending never waits for the other side, which may hang. */
#ifndef CLUSTER_OUTBOX_H
#define CLUSTER_OUTBOX_H

#include "cluster/message.h"
#include <mpi.h>

struct outbox {
    struct letter *first; /* not yet known to have left */
};

/* Copies the data. False: no memory. */
bool outbox_send(struct outbox *outbox, int rank, enum cluster_tag tag, const void *data, size_t size);
/* Forgets the messages that have left. */
void outbox_tidy(struct outbox *outbox);
/* Waits until all have left. */
void outbox_empty(struct outbox *outbox);

/* A message that came in. */
struct inbox {
    int rank;
    enum cluster_tag tag;
    size_t size, capacity;
    unsigned char *data;
};
/* True when there was one; it is in the inbox until the next call. rank: from whom, or MPI_ANY_SOURCE. */
bool inbox_take(struct inbox *inbox, int rank);

/* Rests for a moment when the latest look found nothing to do; urgent: for a short one, as a thread waits for
 * work. */
void outbox_rest(bool found, bool urgent);

#endif
