/* Finds places in JSON text that cJSON has accepted; cJSON itself keeps no positions. */
#ifndef NAAS_JSON_WALK_H
#define NAAS_JSON_WALK_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

struct json_place {
    size_t key;   /* byte of the opening quote of its key; of the value for what is no member */
    size_t value; /* first byte of the value */
};

/* Walks text and the tree that was parsed from it side by side. item must be in the tree. */
struct json_place json_walk_to(const char *text, const cJSON *root, const cJSON *item);

/* What is open at a byte of text that need not be valid. */
struct json_open {
    int brackets;
    bool in_object;     /* the innermost bracket is that of an object */
    const char *string; /* the opening quote, or NULL */
};
struct json_open json_open_at(const char *text, size_t byte);

#endif
