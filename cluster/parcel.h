/*
 * parcel.h: several structs of one kind as the bytes of one message. Each is packed (message.h) as what it
 * has else than the one before: neighbours have a problem, an accelerator or the shape of a mapping in
 * common.
 */
#ifndef CLUSTER_PARCEL_H
#define CLUSTER_PARCEL_H

#include "cluster/message.h"

struct parcel {
    unsigned char *data;
    size_t size, capacity;
    unsigned char *before; /* the item before */
};
/* All of a parcel have the same size. False: no memory. */
bool parcel_add(struct parcel *parcel, const void *item, size_t size);
void parcel_empty(struct parcel *parcel);
void parcel_free(struct parcel *parcel);

/* The way back. item: the one before, zeros at first; it becomes the next. False: nothing is left (*in is
 * `end`), or these are not the bytes of a parcel. */
bool parcel_next(const unsigned char **in, const unsigned char *end, void *item, size_t size);

#endif
