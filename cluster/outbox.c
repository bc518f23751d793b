#include "cluster/outbox.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct letter {
    struct letter *next;
    MPI_Request request;
    unsigned char data[];
};

bool outbox_send(struct outbox *outbox, int rank, enum cluster_tag tag, const void *data, size_t size)
{
    struct letter *letter = malloc(sizeof *letter + size);
    if (!letter)
        return false;
    int left = 0;
    if (size > 0)
        memcpy(letter->data, data, size);
    MPI_Isend(letter->data, (int)size, MPI_BYTE, rank, (int)tag, MPI_COMM_WORLD, &letter->request);
    MPI_Test(&letter->request, &left, MPI_STATUS_IGNORE);
    if (left) { /* nearly always: what is short is copied by MPI */
        free(letter);
    } else {
        letter->next = outbox->first;
        outbox->first = letter;
    }
    return true;
}

void outbox_tidy(struct outbox *outbox)
{
    for (struct letter **at = &outbox->first, *letter; (letter = *at);) {
        int left = 0;
        MPI_Test(&letter->request, &left, MPI_STATUS_IGNORE);
        if (left) {
            *at = letter->next;
            free(letter);
        } else {
            at = &letter->next;
        }
    }
}

void outbox_empty(struct outbox *outbox)
{
    while (outbox->first)
        outbox_tidy(outbox);
}

bool inbox_take(struct inbox *inbox, int rank)
{
    MPI_Status status;
    MPI_Message message;
    int found = 0, size = 0;
    MPI_Improbe(rank, MPI_ANY_TAG, MPI_COMM_WORLD, &found, &message, &status);
    if (!found)
        return false;
    MPI_Get_count(&status, MPI_BYTE, &size);
    if ((size_t)size > inbox->capacity) {
        free(inbox->data);
        inbox->capacity = (size_t)size;
        inbox->data = malloc(inbox->capacity);
        if (!inbox->data)
            MPI_Abort(MPI_COMM_WORLD, 1);
    }
    inbox->rank = status.MPI_SOURCE;
    inbox->tag = (enum cluster_tag)status.MPI_TAG;
    inbox->size = (size_t)size;
    MPI_Mrecv(inbox->data, size, MPI_BYTE, &message, MPI_STATUS_IGNORE);
    return true;
}

/* Looking takes some ten microseconds of a processor on which threads may be searching. */
enum { SHORT_US = 100, LONG_US = 1000 };

void outbox_rest(bool found, bool urgent)
{
    if (found)
        return;
    struct timespec time = {0, 1000L * (urgent ? SHORT_US : LONG_US)};
    nanosleep(&time, NULL);
}
