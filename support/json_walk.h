/* Finds places in JSON text that cJSON has accepted; cJSON itself keeps no positions. */
#ifndef NAAS_JSON_WALK_H
#define NAAS_JSON_WALK_H

#include <cjson/cJSON.h>
#include <stddef.h>

struct json_place {
    size_t key;   /* byte of the opening quote of its key; of the value for what is no member */
    size_t value; /* first byte of the value */
};

/* Walks text and the tree that was parsed from it side by side. item must be in the tree. */
struct json_place json_walk_to(const char *text, const cJSON *root, const cJSON *item);

/* Open brackets before the byte, in text that need not be valid. */
int json_depth(const char *text, size_t byte);

#endif
