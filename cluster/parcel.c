#include "cluster/parcel.h"
#include <stdlib.h>
#include <string.h>

static bool make_room(struct parcel *parcel, size_t size)
{
    if (!parcel->before)
        parcel->before = malloc(size);
    if (parcel->size + CLUSTER_PACKED(size) > parcel->capacity) {
        size_t capacity = 2 * parcel->capacity + CLUSTER_PACKED(size);
        unsigned char *data = realloc(parcel->data, capacity);
        if (!data)
            return false;
        parcel->data = data;
        parcel->capacity = capacity;
    }
    return parcel->before != NULL;
}

bool parcel_add(struct parcel *parcel, const void *item, size_t size)
{
    if (!make_room(parcel, size))
        return false;
    const void *before = parcel->size > 0 ? parcel->before : NULL;
    parcel->size += cluster_pack(parcel->data + parcel->size, item, before, size);
    memcpy(parcel->before, item, size);
    return true;
}

void parcel_empty(struct parcel *parcel)
{
    parcel->size = 0;
}

void parcel_free(struct parcel *parcel)
{
    free(parcel->data);
    free(parcel->before);
    *parcel = (struct parcel){0};
}

bool parcel_next(const unsigned char **in, const unsigned char *end, void *item, size_t size)
{
    const unsigned char *behind = *in < end ? cluster_unpack(item, size, *in, (size_t)(end - *in)) : NULL;
    if (!behind)
        return false;
    *in = behind;
    return true;
}
