#include "driver/record.h"
#include "accelsearch/cosearch.h"
#include "naas_config.h"
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

const char *record_version(struct naas_ctx *ctx)
{
    return naas_format(ctx, "%s-%s", NAAS_VERSION, as_model_version());
}

const char *record_symbol(struct naas_ctx *ctx, const struct record *record, int i)
{
    return naas_format(ctx, "naas_k_%s_%d", record->id, i);
}

/* ---- writing ---- */

static void words_write(struct naas_buf *out, const char *key, int n, char **words)
{
    for (int i = 0; i < n; i++)
        naas_buf_printf(out, "%s %s\n", key, words[i]);
}

static void contents_write(struct naas_buf *out, const struct record *record)
{
    words_write(out, "own", record->n_own, record->own);
    words_write(out, "arg", record->n_args, record->args);
    naas_buf_printf(out, "\n%s", record->text);
}

static void digest(char hex[17], const char *bytes, size_t length)
{
    snprintf(hex, 17, "%016" PRIx64, naas_hash(NAAS_HASH_SEED, bytes, length));
}

bool record_name(struct naas_ctx *ctx, struct record *record)
{
    struct naas_buf contents = naas_buf_new(ctx);
    contents_write(&contents, record);
    digest(record->id, contents.text, contents.length);
    bool kept = true;
    for (int i = 0; i < record->n_own; i++)
        kept = kept && !strchr(record->own[i], '\n');
    for (int i = 0; i < record->n_args; i++)
        kept = kept && !strchr(record->args[i], '\n');
    return kept;
}

void record_write(struct naas_buf *out, const struct record *record)
{
    struct naas_buf body = naas_buf_new(out->ctx);
    char checksum[17];
    naas_buf_printf(&body, "version %s\nnests %s\n", record->version, record->nests);
    contents_write(&body, record);
    digest(checksum, body.text, body.length);
    naas_buf_printf(out, RECORD_MAGIC "%s %zu\n", checksum, body.length);
    naas_buf_write(out, body.text, body.length);
}

/* Twice quoted: for the assembler, and for C around it. */
static void byte_print(struct naas_buf *out, unsigned char byte)
{
    if (isprint(byte) && byte != '"' && byte != '\\' && byte != '?')
        naas_buf_printf(out, "%c", byte);
    else
        naas_buf_printf(out, "\\\\%03o", byte);
}

void record_print_c(struct naas_buf *out, const char *bytes, size_t length)
{
    enum { LINE = 96 };
    naas_buf_puts(out, "__asm__(\".pushsection .naas,\\\"e\\\",@progbits\\n\"\n");
    for (size_t i = 0; i < length; i += LINE) {
        naas_buf_puts(out, "        \".ascii \\\"");
        for (size_t k = i; k < length && k < i + LINE; k++)
            byte_print(out, (unsigned char)bytes[k]);
        naas_buf_puts(out, "\\\"\\n\"\n");
    }
    naas_buf_puts(out, "        \".popsection\\n\");\n");
}

/* ---- reading ---- */

/* The value of the line at *at when it has this key, behind which *at then stands; else NULL. */
static char *take_line(struct naas_ctx *ctx, const char **at, const char *key)
{
    size_t n = strlen(key), length = strcspn(*at, "\n");
    if (strncmp(*at, key, n) != 0 || (*at)[n] != ' ' || !(*at)[length])
        return NULL;
    char *value = naas_strndup(ctx, *at + n + 1, length - n - 1);
    *at += length + 1;
    return value;
}

static int take_words(struct naas_ctx *ctx, const char **at, const char *key, char ***words)
{
    int n = 0, capacity = 0;
    for (char *word; (word = take_line(ctx, at, key));) {
        *words = naas_grow(ctx, *words, n, &capacity, sizeof **words);
        (*words)[n++] = word;
    }
    return n;
}

static bool read_body(struct naas_ctx *ctx, const char *body, struct record *record)
{
    record->version = take_line(ctx, &body, "version");
    record->nests = take_line(ctx, &body, "nests");
    if (!record->version || !record->nests)
        return false;
    record->n_own = take_words(ctx, &body, "own", &record->own);
    record->n_args = take_words(ctx, &body, "arg", &record->args);
    if (*body != '\n')
        return false;
    record->text = body + 1;
    return record_name(ctx, record);
}

/* The record whose first word stands at `at`. False: only the word happens to stand there. */
static bool read_one(
    struct naas_ctx *ctx, const char *at, const char *limit, struct record *record, bool *sound)
{
    size_t length;
    int skip = 0;
    char stated[17], checksum[17];
    if (sscanf(at, RECORD_MAGIC "%16[0-9a-f] %zu%n", stated, &length, &skip) != 2 || strlen(stated) != 16 ||
        at[skip] != '\n')
        return false;
    const char *body = at + skip + 1;
    *sound = length <= (size_t)(limit - body);
    if (*sound) {
        digest(checksum, body, length);
        *sound = strcmp(checksum, stated) == 0 && read_body(ctx, naas_strndup(ctx, body, length), record);
    }
    return true;
}

enum naas_status record_read_file(
    struct naas_ctx *ctx, const char *path, int *n, int *capacity, struct record **records)
{
    char *text;
    size_t length;
    enum naas_status status = naas_read_file(ctx, path, &text, &length);
    if (status != NAAS_OK)
        return status;
    const char *limit = text + length;
    for (const char *at = text; (at = memmem(at, (size_t)(limit - at), RECORD_MAGIC, strlen(RECORD_MAGIC)));
         at++) {
        struct record record = {.file = path};
        bool sound;
        if (!read_one(ctx, at, limit, &record, &sound))
            continue;
        if (!sound) {
            naas_diag(ctx, NAAS_WARNING, (struct naas_loc){.file = path},
                "its nests run as they are written: what was left of them for the link is damaged");
            continue;
        }
        *records = naas_grow(ctx, *records, *n, capacity, sizeof **records);
        (*records)[(*n)++] = record;
    }
    return NAAS_OK;
}
