/* yml: YAML documents with places, over libyaml. Aliases are followed, merge keys (<<) looked through. */
#ifndef XC_YML_H
#define XC_YML_H

#include "support/support.h"

struct yml_document; /* lives until ctx does; freed by yml_free */
struct yml_node {
    struct yml_document *document;
    int id; /* 0: not there */
};

/* root.id is 0 for an empty file. */
enum naas_status yml_read(struct naas_ctx *ctx, const char *path, struct yml_node *root);
void yml_free(struct yml_node root);

static inline bool yml_present(struct yml_node node)
{
    return node.id != 0;
}
bool yml_is_list(struct yml_node node);
bool yml_is_map(struct yml_node node);
/* Text of a scalar, NULL of all else. */
const char *yml_text(struct yml_node node);
/* "!Component" and the like; "" when it has none of its own. */
const char *yml_tag(struct yml_node node);
struct yml_node yml_get(struct yml_node map, const char *key);
/* The same under either of two spellings. */
struct yml_node yml_get2(struct yml_node map, const char *key, const char *other);
int yml_length(struct yml_node node); /* of a list or a map */
struct yml_node yml_at(struct yml_node list, int i);
struct yml_node yml_value(struct yml_node map, int i, const char **key);

struct naas_loc yml_loc(struct yml_node node);
/* Errors mark the document; yml_failed asks. */
void yml_error(struct yml_node node, const char *format, ...) __attribute__((format(printf, 2, 3)));
void yml_warn(struct yml_node node, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool yml_failed(struct yml_node node);
/* A number that is there; expressions are named as such. fallback when absent. */
double yml_number(struct yml_node node, double low, double high, double fallback);
bool yml_true(struct yml_node node);

#endif
