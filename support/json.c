/* Readers of JSON values that check them and say where a wrong one stands. */
#include "support/json.h"

#include "support/context.h"
#include "support/json_walk.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

struct json_doc {
    struct naas_ctx *ctx;
    const char *file, *text;
    cJSON *root;
    bool failed;
};

/* Marks in cJSON's type word, above the bits that cJSON uses (its kinds take 8, its two flags the next 2). */
enum {
    ASKED = 1 << 16,  /* a member that a reader looked up */
    OPENED = 1 << 17, /* an object in which a reader looked something up */
};

/* Largest magnitude below which a double holds every integer: 2^53. */
static const double exact_limit = 9007199254740992.0;

static struct naas_loc loc_of_byte(const struct json_doc *doc, size_t byte)
{
    struct naas_loc loc = {.file = doc->file, .line = 1, .column = 1};
    for (size_t i = 0; i < byte; i++) {
        loc.column++;
        if (doc->text[i] == '\n') {
            loc.line++;
            loc.column = 1;
        }
    }
    return loc;
}

/* Where a key should stand and something else does, cJSON points one byte behind that; the byte itself. */
static size_t byte_of_bad_key(const char *text, size_t byte)
{
    if (byte < 2 || !json_open_at(text, byte - 1).in_object || (unsigned char)text[byte - 1] <= ' ' ||
        text[byte - 1] == '"')
        return byte;
    size_t before = byte - 1;
    while (before > 0 && (unsigned char)text[before - 1] <= ' ')
        before--;
    bool empty = text[byte - 1] == '}' && before > 0 && text[before - 1] == '{';
    return before > 0 && !empty && strchr("{,", text[before - 1]) ? byte - 1 : byte;
}

/* Where cJSON stops. It never goes behind the last byte, so one is added that is wrong everywhere. */
static size_t byte_of_error(const struct json_doc *doc)
{
    size_t length = strlen(doc->text);
    const char *longer = naas_format(doc->ctx, "%s!", doc->text), *end = longer;
    cJSON_Delete(cJSON_ParseWithLengthOpts(longer, length + 2, &end, true));
    return end > longer + length ? length : (size_t)(end - longer);
}

/* Why it stops there is seen from what stands there and what is open around it. */
static void report_syntax(struct json_doc *doc)
{
    size_t byte = byte_of_error(doc), length = strlen(doc->text);
    struct json_open open = json_open_at(doc->text, byte);
    while (!open.string && byte < length && (unsigned char)doc->text[byte] <= ' ')
        byte++;
    if (!open.string)
        byte = byte_of_bad_key(doc->text, byte);
    char c = doc->text[byte];
    const char *what;
    if (open.string && c != '\\') {
        what = "unfinished string";
        byte = (size_t)(open.string - doc->text);
    } else if (open.string) {
        what = "bad escape sequence";
    } else if (byte >= length) {
        what = "unexpected end of text";
    } else if ((c == '[' || c == '{') && open.brackets >= CJSON_NESTING_LIMIT) {
        what = naas_format(doc->ctx, "nested deeper than %d", CJSON_NESTING_LIMIT);
    } else if (isgraph((unsigned char)c)) {
        what = naas_format(doc->ctx, "unexpected '%c'", c);
    } else {
        what = naas_format(doc->ctx, "unexpected byte 0x%02x", (unsigned char)c);
    }
    naas_diag(doc->ctx, NAAS_ERROR, loc_of_byte(doc, byte), "invalid JSON: %s", what);
}

static void release_tree(void *root)
{
    cJSON_Delete(root);
}

enum naas_status json_parse(struct naas_ctx *ctx, const char *file, const char *text, struct json_node *root)
{
    struct json_doc *doc = naas_alloc(ctx, 1, sizeof *doc);
    *doc = (struct json_doc){.ctx = ctx, .file = naas_strdup(ctx, file), .text = naas_strdup(ctx, text)};
    *root = (struct json_node){.doc = doc, .path = ""};
    doc->root = cJSON_ParseWithLengthOpts(doc->text, strlen(text) + 1, NULL, true);
    if (!doc->root) {
        doc->failed = true;
        report_syntax(doc);
        return NAAS_BAD_INPUT;
    }
    naas_ctx_on_free(ctx, release_tree, doc->root);
    root->item = root->owner = doc->root;
    return NAAS_OK;
}

enum naas_status json_parse_file(struct naas_ctx *ctx, const char *path, struct json_node *root)
{
    char *text;
    size_t length;
    enum naas_status status = naas_read_file(ctx, path, &text, &length);
    if (status != NAAS_OK)
        return status;
    if (memchr(text, '\0', length)) {
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = path}, "not JSON text: it holds a NUL byte");
        return NAAS_BAD_INPUT;
    }
    return json_parse(ctx, path, text, root);
}

struct naas_loc json_loc(struct json_node node)
{
    const struct json_doc *doc = node.doc;
    if (!node.owner)
        return (struct naas_loc){.file = doc->file};
    return loc_of_byte(doc, json_walk_to(doc->text, doc->root, node.owner).value);
}

struct naas_ctx *json_ctx(struct json_node node)
{
    return node.doc->ctx;
}

void json_error(struct json_node node, const char *format, ...)
{
    struct naas_ctx *ctx = node.doc->ctx;
    va_list args;
    va_start(args, format);
    const char *before = *node.path ? naas_format(ctx, "\"%s\": ", node.path) : "";
    naas_vdiag(ctx, NAAS_ERROR, json_loc(node), before, format, args);
    va_end(args);
    node.doc->failed = true;
}

/* ---- values ---- */

static const char *kind_of(const cJSON *item)
{
    if (cJSON_IsObject(item))
        return "an object";
    if (cJSON_IsArray(item))
        return "an array";
    if (cJSON_IsString(item))
        return "a string";
    if (cJSON_IsNumber(item))
        return "a number";
    return cJSON_IsNull(item) ? "null" : "a boolean";
}

/* False for what is not there, and, with an error, for what is not of the wanted kind. */
static bool is_kind(struct json_node node, bool right, const char *wanted)
{
    if (!node.item)
        return false;
    if (!right)
        json_error(node, "expected %s, not %s", wanted, kind_of(node.item));
    return right;
}

bool json_present(struct json_node node)
{
    return node.item;
}

int64_t json_int(struct json_node node, int64_t low, int64_t high, int64_t fallback)
{
    if (!is_kind(node, cJSON_IsNumber(node.item), "an integer"))
        return fallback;
    double value = node.item->valuedouble;
    if (!isfinite(value) || value != floor(value)) {
        json_error(node, "%g is not an integer", value);
        return fallback;
    }
    bool exact = fabs(value) < exact_limit;
    if (exact && (int64_t)value >= low && (int64_t)value <= high)
        return (int64_t)value;
    if (exact || value < (double)low || value > (double)high)
        json_error(node, "%.0f is not between %lld and %lld", value, (long long)low, (long long)high);
    else
        json_error(node, "%.0f is too large to be read exactly", value);
    return fallback;
}

double json_number(struct json_node node, double low, double high, double fallback)
{
    if (!is_kind(node, cJSON_IsNumber(node.item), "a number"))
        return fallback;
    double value = node.item->valuedouble;
    if (isfinite(value) && value >= low && value <= high)
        return value;
    if (isfinite(value))
        json_error(node, "%g is not between %g and %g", value, low, high);
    else
        json_error(node, "the number is too large");
    return fallback;
}

bool json_bool(struct json_node node, bool fallback)
{
    return is_kind(node, cJSON_IsBool(node.item), "true or false") ? cJSON_IsTrue(node.item) : fallback;
}

const char *json_string(struct json_node node, const char *fallback)
{
    return is_kind(node, cJSON_IsString(node.item), "a string") ? node.item->valuestring : fallback;
}

int json_choice(struct json_node node, const char *const *names, int n, int fallback)
{
    const char *value = json_string(node, NULL);
    if (!value)
        return fallback;
    struct naas_buf allowed = naas_buf_new(node.doc->ctx);
    for (int i = 0; i < n; i++) {
        if (!strcmp(names[i], value))
            return i;
        naas_buf_printf(&allowed, "%s\"%s\"", i == 0 ? "" : i + 1 == n ? " or " : ", ", names[i]);
    }
    json_error(node, "\"%s\" is not %s", value, allowed.text);
    return fallback;
}

/* ---- objects and arrays ---- */

static bool is_identifier(const char *key)
{
    const char *c = key;
    while (isalnum((unsigned char)*c) || *c == '_' || *c == '-')
        c++;
    return c > key && !*c;
}

static const char *member_path(struct json_node object, const char *key)
{
    struct naas_ctx *ctx = object.doc->ctx;
    if (!is_identifier(key))
        return naas_format(ctx, "%s['%s']", object.path, key);
    return naas_format(ctx, "%s%s%s", object.path, *object.path ? "." : "", key);
}

static struct json_node child(struct json_node parent, const cJSON *item, const char *path)
{
    return (struct json_node){
        .doc = parent.doc, .item = item, .owner = item ? item : parent.owner, .path = path};
}

/* The tree is the document's own; nodes show it as constant to readers only. */
static void mark(const cJSON *item, int bit)
{
    ((cJSON *)item)->type |= bit;
}

static bool open_object(struct json_node object)
{
    if (!is_kind(object, cJSON_IsObject(object.item), "an object"))
        return false;
    mark(object.item, OPENED);
    return true;
}

struct json_node json_get(struct json_node object, const char *key)
{
    const cJSON *item = NULL;
    if (open_object(object))
        item = cJSON_GetObjectItemCaseSensitive(object.item, key);
    if (item)
        mark(item, ASKED);
    return child(object, item, member_path(object, key));
}

struct json_node json_need(struct json_node object, const char *key)
{
    struct json_node member = json_get(object, key);
    if (!member.item && cJSON_IsObject(object.item))
        json_error(object, "missing key \"%s\"", key);
    return member;
}

int json_length(struct json_node array)
{
    return is_kind(array, cJSON_IsArray(array.item), "an array") ? cJSON_GetArraySize(array.item) : 0;
}

struct json_node json_at(struct json_node array, int i)
{
    const cJSON *item = cJSON_IsArray(array.item) ? cJSON_GetArrayItem(array.item, i) : NULL;
    return child(array, item, naas_format(array.doc->ctx, "%s[%d]", array.path, i));
}

int json_members(struct json_node object)
{
    return open_object(object) ? cJSON_GetArraySize(object.item) : 0;
}

struct json_node json_member(struct json_node object, int i, const char **key)
{
    const cJSON *item = cJSON_IsObject(object.item) ? cJSON_GetArrayItem(object.item, i) : NULL;
    *key = item ? item->string : "";
    if (item)
        mark(item, ASKED);
    return child(object, item, member_path(object, *key));
}

void json_expect_kind(struct json_node root, const char *kind)
{
    json_int(json_need(root, "format"), 1, 1, 1);
    struct json_node node = json_need(root, "kind");
    const char *found = json_string(node, kind);
    if (strcmp(found, kind) != 0)
        json_error(node, "\"%s\" is not \"%s\"", found, kind);
}

/* ---- what nobody asked for ---- */

static void key_error(struct json_doc *doc, const cJSON *member, const char *what)
{
    struct naas_loc loc = loc_of_byte(doc, json_walk_to(doc->text, doc->root, member).key);
    naas_diag(doc->ctx, NAAS_ERROR, loc, "%s key \"%s\"", what, member->string);
    doc->failed = true;
}

static void check_keys(struct json_doc *doc, const cJSON *item, bool after_failure)
{
    /* A reader that gave up early has not looked everywhere, which is no mistake of the document's. */
    bool is_object = cJSON_IsObject(item);
    if (is_object && after_failure && !(item->type & OPENED))
        return;
    for (const cJSON *member = item->child; member; member = member->next) {
        if (is_object && cJSON_GetObjectItemCaseSensitive(item, member->string) != member)
            key_error(doc, member, "duplicate");
        else if (is_object && !(member->type & ASKED))
            key_error(doc, member, "unknown");
        else
            check_keys(doc, member, after_failure);
    }
}

enum naas_status json_done(struct json_node root)
{
    if (root.item)
        check_keys(root.doc, root.item, root.doc->failed);
    return json_so_far(root);
}

enum naas_status json_so_far(struct json_node root)
{
    return root.doc->failed ? NAAS_BAD_INPUT : NAAS_OK;
}
