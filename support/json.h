/*
 * JSON with places: cJSON parses, and when a value turns out to be wrong the text is walked once more to find
 * the line and column of the value at that path. So readers validate with the json_ getters below and get,
 * for free, messages like
 *
 *     eyeriss.json:12:20: error: "levels[1].capacity": -3 is not between 0 and 9223372036854775807
 *
 * A getter that fails adds the diagnostic, marks the document as failed and returns the fallback, so that a
 * reader can go on and report several errors; json_done() then says NAAS_BAD_INPUT.
 */
#ifndef NAAS_JSON_H
#define NAAS_JSON_H

#include "support.h"
#include <cjson/cJSON.h>

struct json_doc; /* in the arena of ctx */

/* A value and its path, to be passed by value. node.item is NULL for a key that is not there; owner is the
 * innermost value around it that is there, where errors about a missing one are located. */
struct json_node {
    struct json_doc *doc;
    const cJSON *item, *owner;
    const char *path;
};

/* Parses text; file is the name for messages. A syntax error gives NAAS_BAD_INPUT with its line and column.
 * Duplicate keys and keys nobody asked for are errors, found by json_done(). The cJSON tree lives until ctx
 * dies. */
enum naas_status json_parse(struct naas_ctx *ctx, const char *file, const char *text, struct json_node *root);
enum naas_status json_parse_file(struct naas_ctx *ctx, const char *path, struct json_node *root);

/* Checks "format": 1 and "kind": kind at the root. */
void json_expect_kind(struct json_node root, const char *kind);

/* Member of an object; json_need complains when the key is missing, json_get does not. */
struct json_node json_get(struct json_node object, const char *key);
struct json_node json_need(struct json_node object, const char *key);
/* Arrays: length (0 when absent; complains when it is no array), item i; number of members of an object, and
 * the i-th. */
int json_length(struct json_node array);
struct json_node json_at(struct json_node array, int i);
int json_members(struct json_node object);
struct json_node json_member(struct json_node object, int i, const char **key);

bool json_present(struct json_node node);
int64_t json_int(struct json_node node, int64_t low, int64_t high, int64_t fallback);
double json_number(struct json_node node, double low, double high, double fallback);
bool json_bool(struct json_node node, bool fallback);
const char *json_string(struct json_node node, const char *fallback);
/* Index into names[0..n), complaining with the list of what is allowed. */
int json_choice(struct json_node node, const char *const *names, int n, int fallback);

/* A located error at the node. */
void json_error(struct json_node node, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct naas_loc json_loc(struct json_node node);
/* The context whose arena holds the document. */
struct naas_ctx *json_ctx(struct json_node node);

/* Unknown keys anywhere in the document are errors; NAAS_BAD_INPUT if there was any error. */
enum naas_status json_done(struct json_node root);
/* The same for readers that ask for a part of the document only: other keys are none of their business. */
enum naas_status json_so_far(struct json_node root);

/* Writes text as a JSON string: quoted, with what has to be escaped. */
void json_write_string(struct naas_buf *out, const char *text);
/* So that the same number is read; null when it is not finite. */
void json_write_number(struct naas_buf *out, double number);

#endif
