/* Diagnostics: collected in the context, printed as clang prints them. */
#include "support/context.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    TAB = 8,               /* columns from one tab stop to the next */
    LONGEST_SNIPPET = 400, /* bytes; a longer source line is data that nobody wants on a terminal */
};

void naas_vdiag(struct naas_ctx *ctx, enum naas_severity severity, struct naas_loc loc, const char *before,
    const char *format, va_list args)
{
    const char *message = naas_vformat(ctx, format, args);
    if (*before)
        message = naas_format(ctx, "%s%s", before, message);
    if (loc.file)
        loc.file = naas_strdup(ctx, loc.file);
    ctx->diags = naas_grow(ctx, ctx->diags, ctx->n_diags, &ctx->diags_capacity, sizeof *ctx->diags);
    ctx->diags[ctx->n_diags++] =
        (struct naas_diagnostic){.severity = severity, .loc = loc, .message = message};
}

void naas_diag(
    struct naas_ctx *ctx, enum naas_severity severity, struct naas_loc loc, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    naas_vdiag(ctx, severity, loc, "", format, args);
    va_end(args);
}

void naas_hint(struct naas_ctx *ctx, const char *format, ...)
{
    if (!ctx->n_diags)
        return;
    va_list args;
    va_start(args, format);
    ctx->diags[ctx->n_diags - 1].hint = naas_vformat(ctx, format, args);
    va_end(args);
}

int naas_n_diags(const struct naas_ctx *ctx)
{
    return ctx->n_diags;
}

const struct naas_diagnostic *naas_diag_at(const struct naas_ctx *ctx, int i)
{
    return &ctx->diags[i];
}

static void print_head(FILE *out, struct naas_loc loc, enum naas_severity severity, bool color)
{
    static const struct {
        const char *name, *color;
    } styles[] = {
        [NAAS_NOTE] = {"note", "\033[1;36m"},
        [NAAS_REMARK] = {"remark", "\033[1;34m"},
        [NAAS_WARNING] = {"warning", "\033[1;35m"},
        [NAAS_ERROR] = {"error", "\033[1;31m"},
    };
    if (color)
        fputs("\033[1m", out);
    if (loc.file)
        fprintf(out, "%s:", loc.file);
    if (loc.file && loc.line)
        fprintf(out, "%u:", loc.line);
    if (loc.file && loc.line && loc.column)
        fprintf(out, "%u:", loc.column);
    if (loc.file)
        fputc(' ', out);
    if (color)
        fprintf(out, "\033[0m%s", styles[severity].color);
    fprintf(out, "%s: ", styles[severity].name);
    if (color)
        fputs("\033[0m", out);
}

/* Line number line of a regular file, without its end, to be freed; NULL when it cannot be had. Other files
 * are not opened: a pipe would block, and what it had to say is gone. */
static char *read_line(const char *path, unsigned line)
{
    struct stat status;
    if (stat(path, &status) || !S_ISREG(status.st_mode))
        return NULL;
    FILE *in = fopen(path, "re");
    if (!in)
        return NULL;
    char *text = NULL;
    size_t capacity = 0;
    ssize_t length = 0;
    for (unsigned i = 0; i < line && length >= 0; i++)
        length = getline(&text, &capacity, in);
    fclose(in);
    if (length < 0 || length > LONGEST_SNIPPET) {
        free(text);
        return NULL;
    }
    text[strcspn(text, "\r\n")] = '\0';
    return text;
}

/* Prints the line with tabs as spaces and control bytes as '?', and gives the terminal column (from 0) of
 * byte. */
static int print_source(FILE *out, const char *text, size_t byte)
{
    int column = 0, caret = 0;
    for (size_t i = 0; text[i]; i++) {
        unsigned char c = (unsigned char)text[i];
        bool continues = (c & 0xC0) == 0x80; /* inside a UTF-8 sequence, which takes one column */
        if (i <= byte && !continues)
            caret = column;
        if (c == '\t') {
            int width = TAB - column % TAB;
            fprintf(out, "%*s", width, "");
            column += width;
        } else {
            fputc(c < ' ' || c == 127 ? '?' : c, out);
            column += !continues;
        }
    }
    fputc('\n', out);
    return byte >= strlen(text) ? column : caret;
}

static void print_snippet(FILE *out, struct naas_loc loc, bool color)
{
    if (!loc.file || !loc.line || !loc.column)
        return;
    char *text = read_line(loc.file, loc.line);
    if (!text)
        return;
    int caret = print_source(out, text, loc.column - 1);
    fprintf(out, "%*s%s^%s\n", caret, "", color ? "\033[1;32m" : "", color ? "\033[0m" : "");
    free(text);
}

void naas_diags_print(const struct naas_ctx *ctx, FILE *out, bool color)
{
    for (int i = 0; i < ctx->n_diags; i++) {
        const struct naas_diagnostic *diag = &ctx->diags[i];
        print_head(out, diag->loc, diag->severity, color);
        fprintf(out, color ? "\033[1m%s\033[0m\n" : "%s\n", diag->message);
        print_snippet(out, diag->loc, color);
        if (!diag->hint)
            continue;
        print_head(out, diag->loc, NAAS_NOTE, color);
        fprintf(out, "%s\n", diag->hint);
    }
}
