#include "cluster/parcel.h"
#include <stdlib.h>
#include <string.h>

static void exclusive_or(unsigned char *out, const unsigned char *a, const unsigned char *b, size_t size)
{
    size_t i = 0;
    for (uint64_t x, y; i + sizeof x <= size; i += sizeof x) {
        memcpy(&x, a + i, sizeof x);
        memcpy(&y, b + i, sizeof y);
        x ^= y;
        memcpy(out + i, &x, sizeof x);
    }
    for (; i < size; i++)
        out[i] = a[i] ^ b[i];
}

static bool make_room(struct parcel *parcel, size_t size)
{
    if (!parcel->before)
        parcel->before = calloc(1, size);
    if (!parcel->difference)
        parcel->difference = malloc(size);
    if (parcel->size + CLUSTER_PACKED(size) > parcel->capacity) {
        size_t capacity = 2 * parcel->capacity + CLUSTER_PACKED(size);
        unsigned char *data = realloc(parcel->data, capacity);
        if (!data)
            return false;
        parcel->data = data;
        parcel->capacity = capacity;
    }
    return parcel->before && parcel->difference;
}

bool parcel_add(struct parcel *parcel, const void *item, size_t size)
{
    if (!make_room(parcel, size))
        return false;
    if (parcel->size == 0)
        memset(parcel->before, 0, size);
    exclusive_or(parcel->difference, item, parcel->before, size);
    memcpy(parcel->before, item, size);
    parcel->size += cluster_pack(parcel->data + parcel->size, parcel->difference, size);
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
    free(parcel->difference);
    *parcel = (struct parcel){0};
}

bool parcel_next(
    const unsigned char **in, const unsigned char *end, void *item, unsigned char *room, size_t size)
{
    const unsigned char *behind = *in < end ? cluster_unpack(room, size, *in, (size_t)(end - *in)) : NULL;
    if (!behind)
        return false;
    *in = behind;
    exclusive_or(item, item, room, size);
    return true;
}
