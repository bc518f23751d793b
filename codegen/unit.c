/*
 * The user's file with calls in it. Line numbers do not change: an annotation's line becomes the call, and
 * the closing brace stands behind the nest's last character.
 */
#include "codegen/cg.h"

#include <ctype.h>
#include <string.h>

/* ---- reading a little C ---- */

/* Behind white space and comments. */
static size_t skip_blank(const char *text, size_t at)
{
    for (;;) {
        if (isspace((unsigned char)text[at]))
            at++;
        else if (text[at] == '/' && text[at + 1] == '/')
            at += strcspn(text + at, "\n");
        else if (text[at] == '/' && text[at + 1] == '*') {
            const char *end = strstr(text + at + 2, "*/");
            at = end ? (size_t)(end - text) + 2 : at + strlen(text + at);
        } else
            return at;
    }
}

static bool is_word(const char *text, size_t at, const char *word)
{
    size_t length = strlen(word);
    return strncmp(text + at, word, length) == 0 && !isalnum((unsigned char)text[at + length]) &&
           text[at + length] != '_';
}

/* The comment that a directive's last line opens and leaves open. */
static bool leaves_comment_open(const char *text, size_t begin, size_t end)
{
    bool inside = false;
    for (size_t i = begin; i + 1 < end; i++) {
        if (!inside && text[i] == '/' && text[i + 1] == '/')
            return false;
        if (text[i] == (inside ? '*' : '/') && text[i + 1] == (inside ? '/' : '*')) {
            inside = !inside;
            i++;
        }
    }
    return inside;
}

/* The line of the `#pragma endscop` that follows, without its line end; false when what follows is something
 * else. */
static bool find_endscop(const char *text, size_t at, size_t *begin, size_t *end)
{
    *begin = at = skip_blank(text, at);
    if (text[at] != '#')
        return false;
    at += 1 + strspn(text + at + 1, " \t");
    if (!is_word(text, at, "pragma"))
        return false;
    at += strlen("pragma");
    at += strspn(text + at, " \t");
    if (!is_word(text, at, "endscop"))
        return false;
    *end = at + strlen("endscop");
    return true;
}

/* ---- writing ---- */

/* As it stands in a string literal. */
static void escaped_print(struct naas_buf *out, const char *text)
{
    for (; *text; text++)
        naas_buf_printf(out, *text == '"' || *text == '\\' ? "\\%c" : *text == '\n' ? "\\%03o" : "%c", *text);
}

/* The functions of a kernel have its name and more: naas_conv_pe. */
static bool begins_with(const char *name, const char *begin)
{
    size_t n = strlen(begin);
    return strncmp(name, begin, n) == 0 && (name[n] == '\0' || name[n] == '_');
}

static bool is_taken(const char *name, const struct fe_unit *unit, int n, char **names)
{
    /* the runtime's functions, and macros of the native target */
    static const char *const ours[] = {
        "naas_rt", "naas_block", "naas_omp", "naas_unroll", "naas_vector_bytes"};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (begins_with(name, ours[i]))
            return true;
    for (int i = 0; i < n; i++)
        if (begins_with(names[i], name) || begins_with(name, names[i]))
            return true;
    return strstr(unit->text, name) != NULL;
}

/* naas_<name of the nest>, or with a number in it where the file, or what is emitted, has such words already.
 */
static char *unit_name(
    struct naas_ctx *ctx, const struct fe_unit *unit, const char *nest, int n, char **names)
{
    char *name = naas_format(ctx, "naas_%s", nest);
    for (int i = 2; is_taken(name, unit, n, names); i++)
        name = naas_format(ctx, "naas%d_%s", i, nest);
    return name;
}

static const struct cg_kernel **in_file_order(struct naas_ctx *ctx, int n, const struct cg_kernel *kernels)
{
    const struct cg_kernel **order = naas_alloc(ctx, (size_t)n + 1, sizeof *order);
    for (int i = 0; i < n; i++) {
        int k = i;
        for (; k > 0 && order[k - 1]->nest->pragma_begin > kernels[i].nest->pragma_begin; k--)
            order[k] = order[k - 1];
        order[k] = &kernels[i];
    }
    return order;
}

/* The annotation's replacement. Lines that it continued over stay, and so does a comment that starts on it.
 */
static void open_call(struct naas_ctx *ctx, struct naas_buf *out, const struct fe_unit *unit,
    const struct cg_kernel *kernel, const char *name, bool before_else)
{
    const struct fe_nest *nest = kernel->nest;
    if (kernel->verify) {
        naas_buf_printf(out, "{ naas_rt_verify *const %s_saved = ", name);
        cg_call_print(ctx, out, kernel, naas_format(ctx, "%s_verify", name));
        naas_buf_puts(out, "; {");
    } else {
        naas_buf_puts(out, before_else ? "{ if (" : "if (");
        cg_call_print(ctx, out, kernel, name);
        naas_buf_puts(out, " != 0) {");
    }
    for (size_t i = nest->pragma_begin; i < nest->pragma_end; i++)
        if (unit->text[i] == '\n')
            naas_buf_puts(out, "\n");
    if (leaves_comment_open(unit->text, nest->pragma_begin, nest->pragma_end))
        naas_buf_puts(out, " /*");
}

static void close_call(struct naas_buf *out, const struct fe_unit *unit, const struct cg_kernel *kernel,
    const char *name, bool before_else)
{
    const struct fe_nest *nest = kernel->nest;
    if (!kernel->verify) {
        for (int i = 0; i < nest->n_finals; i++)
            naas_buf_printf(out, "%s%s", i ? " " : "} else { ", nest->final[i]);
        naas_buf_puts(out, before_else ? "}}" : "}");
        return;
    }
    naas_buf_printf(out, "} naas_rt_verify_end(%s_saved, \"", name);
    escaped_print(out, unit->file);
    naas_buf_printf(out, ":%u:%u: nest '%s'\"); }", nest->loc.line, nest->loc.column, nest->name);
}

static void user_text_print(struct naas_ctx *ctx, struct naas_buf *out, const struct fe_unit *unit, size_t at,
    int n, const struct cg_kernel **kernel, char **name)
{
    for (int i = 0; i < n; i++) {
        const struct fe_nest *nest = kernel[i]->nest;
        bool before_else = is_word(unit->text, skip_blank(unit->text, nest->end), "else");
        naas_buf_write(out, unit->text + at, nest->pragma_begin - at);
        open_call(ctx, out, unit, kernel[i], name[i], before_else);
        naas_buf_write(out, unit->text + nest->pragma_end, nest->end - nest->pragma_end);
        close_call(out, unit, kernel[i], name[i], before_else);
        at = nest->end;
        size_t begin, end;
        if (find_endscop(unit->text, at, &begin, &end)) {
            naas_buf_write(out, unit->text + at, begin - at);
            at = end;
        }
    }
    naas_buf_write(out, unit->text + at, unit->length - at);
}

static void line_directive(struct naas_buf *out, const char *file)
{
    naas_buf_puts(out, "#line 1 \"");
    escaped_print(out, file);
    naas_buf_puts(out, "\"\n");
}

/* Kernels repeat expressions of the user's, whose warnings shall come once and from the user's text; and no
 * warning that he has made an error may come from ours. gcc has no word for all of them: these are those that
 * the kernels' conversions, names and sizes can bring, and the first one keeps it from minding what it does
 * not know. */
static void push_silence(struct naas_buf *out)
{
    static const char *const silenced[] = {"-Wpragmas", "-Wpedantic", "-Wall", "-Wextra", "-Wconversion",
        "-Warith-conversion", "-Wsign-conversion", "-Wfloat-conversion", "-Wdouble-promotion",
        "-Wsign-compare", "-Wfloat-equal", "-Wtype-limits", "-Wshadow", "-Wcast-qual", "-Wcast-align",
        "-Wbad-function-cast", "-Wparentheses", "-Wlogical-op", "-Wduplicated-branches", "-Wduplicated-cond",
        "-Wredundant-decls", "-Wunused-parameter", "-Wunused-variable", "-Wunused-but-set-variable",
        "-Wunused-function", "-Wmissing-field-initializers", "-Wmissing-declarations",
        "-Wdeclaration-after-statement", "-Wvla", "-Wlong-long", "-Winline", "-Wunsafe-loop-optimizations",
        "-Wstrict-overflow", "-Wnull-dereference",
        "-Wframe-larger-than=", "-Wstack-usage=", "-Wlarger-than=", "-Wpadded", "-Wundef"};
    naas_buf_puts(out,
        "#ifdef __clang__\n#pragma clang diagnostic push\n"
        "#pragma clang diagnostic ignored \"-Weverything\"\n#else\n#pragma GCC diagnostic push\n");
    for (size_t i = 0; i < sizeof silenced / sizeof silenced[0]; i++)
        naas_buf_printf(out, "#pragma GCC diagnostic ignored \"%s\"\n", silenced[i]);
    naas_buf_puts(out, "#endif\n\n");
}

static void pop_silence(struct naas_buf *out)
{
    naas_buf_puts(out, "#ifdef __clang__\n#pragma clang diagnostic pop\n"
                       "#else\n#pragma GCC diagnostic pop\n#endif\n");
}

enum naas_status cg_unit_print(struct naas_ctx *ctx, struct naas_buf *out, const struct fe_unit *unit, int n,
    const struct cg_kernel *kernels)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* byte-order mark: only valid at the very start */
    size_t start = unit->length >= 3 && memcmp(unit->text, mark, 3) == 0 ? 3 : 0;
    const struct cg_kernel **order = in_file_order(ctx, n, kernels);
    char **names = naas_alloc(ctx, (size_t)n + 1, sizeof *names);
    struct naas_buf text = naas_buf_new(ctx);
    naas_buf_write(&text, unit->text, start);
    if (n > 0)
        naas_buf_puts(&text, "#include <naas_rt.h>\n");
    line_directive(&text, naas_format(ctx, "%s.naas", unit->file)); /* no line of the user's is a kernel's */
    push_silence(&text);
    for (int i = 0; i < n; i++) {
        names[i] = unit_name(ctx, unit, order[i]->nest->name, i, names);
        enum naas_status status =
            (order[i]->symbol ? cg_declaration_print : cg_named_kernel_print)(ctx, &text, order[i], names[i]);
        if (status)
            return status;
        naas_buf_puts(&text, "\n");
    }
    pop_silence(&text);
    line_directive(&text, unit->file);
    user_text_print(ctx, &text, unit, start, n, order, names);
    naas_buf_write(out, text.text, text.length);
    return NAAS_OK;
}
