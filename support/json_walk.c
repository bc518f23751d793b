#include "support/json_walk.h"

#include <string.h>

struct walk {
    const char *at;
    const char *key; /* latest key that was passed */
    const cJSON *target;
};

static void skip_space(struct walk *walk)
{
    while (*walk->at && (unsigned char)*walk->at <= ' ')
        walk->at++;
}

/* at stands on the opening quote, and is left behind the closing one; false when there is none. */
static bool skip_string(struct walk *walk)
{
    walk->at++;
    while (*walk->at && *walk->at != '"')
        walk->at += walk->at[0] == '\\' && walk->at[1] ? 2 : 1;
    if (!*walk->at)
        return false;
    walk->at++;
    return true;
}

static void skip_scalar(struct walk *walk)
{
    if (*walk->at == '"')
        skip_string(walk);
    else
        while ((unsigned char)*walk->at > ' ' && !strchr(",]}", *walk->at))
            walk->at++;
}

/* at stands on the first byte of item. True, with at unmoved, when the target was reached; else at is left
 * behind item. The recursion is as deep as cJSON lets a document be (CJSON_NESTING_LIMIT). */
static bool find(struct walk *walk, const cJSON *item)
{
    if (item == walk->target)
        return true;
    if (!cJSON_IsArray(item) && !cJSON_IsObject(item)) {
        skip_scalar(walk);
        return false;
    }
    walk->at++; /* the bracket, and a comma or the closing bracket behind each child */
    for (const cJSON *child = item->child; child; child = child->next) {
        skip_space(walk);
        if (cJSON_IsObject(item)) {
            walk->key = walk->at;
            skip_string(walk);
            skip_space(walk);
            walk->at++; /* the colon */
            skip_space(walk);
        }
        if (find(walk, child))
            return true;
        skip_space(walk);
        walk->at++;
    }
    if (!item->child) {
        skip_space(walk);
        walk->at++;
    }
    return false;
}

struct json_place json_walk_to(const char *text, const cJSON *root, const cJSON *item)
{
    struct walk walk = {.at = text, .target = item};
    if (!strncmp(text, "\xEF\xBB\xBF", 3)) /* a byte order mark, which cJSON accepts */
        walk.at += 3;
    skip_space(&walk);
    find(&walk, root);
    size_t value = (size_t)(walk.at - text);
    size_t key = item->string && walk.key ? (size_t)(walk.key - text) : value;
    return (struct json_place){.key = key, .value = value};
}

struct json_open json_open_at(const char *text, size_t byte)
{
    struct walk walk = {.at = text};
    struct json_open open = {0};
    char kinds[CJSON_NESTING_LIMIT + 1] = {0}; /* deeper than this cJSON does not go */
    while (*walk.at && walk.at < text + byte) {
        const char *start = walk.at;
        if (*start == '"') {
            bool closed = skip_string(&walk);
            open.string = !closed || walk.at > text + byte ? start : NULL;
            continue;
        }
        if ((*start == '[' || *start == '{') && open.brackets < CJSON_NESTING_LIMIT)
            kinds[++open.brackets] = *start;
        if ((*start == ']' || *start == '}') && open.brackets > 0)
            open.brackets--;
        walk.at++;
    }
    open.in_object = kinds[open.brackets] == '{';
    return open;
}
