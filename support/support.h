/*
 * support: what every folder but runtime stands on. Prefix naas_.
 *
 * One struct naas_ctx lives as long as one compilation: it owns an arena (everything that is allocated from
 * it dies with it) and the list of diagnostics. There is no other state: two contexts never meet, so threads
 * may each have one.
 *
 * Errors are values: a function that can fail returns an enum naas_status and says why with naas_diag(); only
 * the driver prints (naas_diags_print) and chooses an exit status. Running out of memory is the one
 * exception: it ends the process (see docs/decisions.md), because naascc runs its passes isolated from the
 * compiler it stands in for.
 */
#ifndef NAAS_SUPPORT_H
#define NAAS_SUPPORT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct naas_ctx;

enum naas_status {
    NAAS_OK = 0,
    NAAS_BAD_INPUT,   /* the user's file, option or data is wrong; a located diagnostic says how */
    NAAS_UNSUPPORTED, /* right, but not something we handle; a located diagnostic says why */
    NAAS_SYSTEM,      /* the operating system refused: no file, full disk */
    NAAS_INTERNAL,    /* a bug of ours */
};

/* Scalar element types. NAAS_WORD stands for "whatever word the accelerator computes with" (tables of
 * networks). */
enum naas_type {
    NAAS_VOID,
    NAAS_I8,
    NAAS_U8,
    NAAS_I16,
    NAAS_U16,
    NAAS_I32,
    NAAS_U32,
    NAAS_I64,
    NAAS_U64,
    NAAS_F32,
    NAAS_F64,
    NAAS_WORD,
    NAAS_N_TYPES,
};

/* C spelling ("signed char", "float"; "word" for NAAS_WORD), short name ("i8", "f32", "word"), and bytes (0:
 * void, word). */
const char *naas_type_c(enum naas_type type);
const char *naas_type_name(enum naas_type type);
int naas_type_bytes(enum naas_type type);
bool naas_type_is_float(enum naas_type type);
/* NAAS_VOID when the name is unknown. */
enum naas_type naas_type_from_name(const char *name);

/* ---- context, arena ---- */

struct naas_ctx *naas_ctx_new(void);
void naas_ctx_free(struct naas_ctx *ctx);

/* Zeroed memory of the arena; n items of size bytes each. Never NULL. */
void *naas_alloc(struct naas_ctx *ctx, size_t n, size_t size);
char *naas_strdup(struct naas_ctx *ctx, const char *text);
char *naas_strndup(struct naas_ctx *ctx, const char *text, size_t length);
char *naas_format(struct naas_ctx *ctx, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *naas_vformat(struct naas_ctx *ctx, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* A list that grows in the arena: struct thing *v = NULL; int n = 0, cap = 0; v = naas_grow(ctx, v, n, &cap,
 * sizeof *v); ensures room for one more item behind the n there are. */
void *naas_grow(struct naas_ctx *ctx, void *items, int n, int *capacity, size_t size);

/* ---- diagnostics ---- */

/* line and column count from 1; 0 means unknown. Columns count bytes, as gcc and clang do. file may be NULL.
 */
struct naas_loc {
    const char *file;
    unsigned line, column;
};

enum naas_severity { NAAS_NOTE, NAAS_REMARK, NAAS_WARNING, NAAS_ERROR };

struct naas_diagnostic {
    enum naas_severity severity;
    struct naas_loc loc;
    const char *message; /* one line, no full stop, lower case, as clang writes */
    const char *hint;    /* printed as a note below; NULL when there is none */
};

void naas_diag(struct naas_ctx *ctx, enum naas_severity severity, struct naas_loc loc, const char *format,
    ...) __attribute__((format(printf, 4, 5)));
/* The same for functions that take what follows the format; `before` stands before the message. */
void naas_vdiag(struct naas_ctx *ctx, enum naas_severity severity, struct naas_loc loc, const char *before,
    const char *format, va_list args) __attribute__((format(printf, 5, 0)));
/* Adds a hint to the latest diagnostic. */
void naas_hint(struct naas_ctx *ctx, const char *format, ...) __attribute__((format(printf, 2, 3)));

int naas_n_diags(const struct naas_ctx *ctx);
const struct naas_diagnostic *naas_diag_at(const struct naas_ctx *ctx, int i);
/* Prints clang-style, with the source line and a caret where the file can be read; color: ANSI colours. */
void naas_diags_print(const struct naas_ctx *ctx, FILE *out, bool color);

/* ---- text that grows (in the arena) ---- */

struct naas_buf {
    struct naas_ctx *ctx;
    char *text; /* always ends in NUL; "" when empty */
    size_t length, capacity;
};

struct naas_buf naas_buf_new(struct naas_ctx *ctx);
void naas_buf_printf(struct naas_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void naas_buf_puts(struct naas_buf *buf, const char *text);
void naas_buf_write(struct naas_buf *buf, const char *text, size_t length);

/* ---- files ---- */

/* The whole file as text with a NUL behind it, or NAAS_SYSTEM with a diagnostic. length may be NULL. */
enum naas_status naas_read_file(struct naas_ctx *ctx, const char *path, char **text, size_t *length);
/* Writes beside the path and renames, so that a reader never sees half a file; full disk and the like are
 * NAAS_SYSTEM. */
enum naas_status naas_write_file(struct naas_ctx *ctx, const char *path, const char *text, size_t length);

/* FNV-1a, 64 bits; seed with NAAS_HASH_SEED and chain. */
#define NAAS_HASH_SEED 14695981039346656037ULL
uint64_t naas_hash(uint64_t seed, const void *data, size_t size);

#endif
