/*
 * The text of annotations: `#pragma naas name(conv1) accel("file.json") target(sim) extent(n=256, H=56)
 * constant(w)`.
 */
#include "frontend/walk.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct naas_loc fe_text_loc(const struct fe_unit *unit, size_t offset)
{
    struct naas_loc loc = {unit->file, 1, 1};
    for (size_t i = 0; i < offset && i < unit->length; i++) {
        loc.column++;
        if (unit->text[i] == '\n') {
            loc.line++;
            loc.column = 1;
        }
    }
    if (loc.line == 1 && unit->length >= 3 && !memcmp(unit->text, "\xef\xbb\xbf", 3) && loc.column > 3)
        loc.column -= 3; /* compilers do not count the byte-order mark */
    return loc;
}

struct lexer {
    struct naas_ctx *ctx;
    const struct fe_unit *unit;
    size_t at, end;
};

static bool complain(struct lexer *l, size_t at, const char *message)
{
    naas_diag(l->ctx, NAAS_WARNING, fe_text_loc(l->unit, at), "nest not mapped: %s", message);
    naas_hint(l->ctx, "clauses are name(id) accel(\"file\") target(sim|native) "
                      "extent(variable=value, ...) constant(array, ...)");
    return false;
}

/* Over blanks, continued lines and comments; an open comment is left to be complained about. */
static void skip(struct lexer *l)
{
    const char *text = l->unit->text;
    while (l->at < l->end) {
        if (isspace((unsigned char)text[l->at]) || text[l->at] == '\\') {
            l->at++;
        } else if (!strncmp(text + l->at, "//", 2)) {
            l->at = l->end;
        } else if (!strncmp(text + l->at, "/*", 2)) {
            const char *close = strstr(text + l->at + 2, "*/");
            if (!close || (size_t)(close - text) + 2 > l->end)
                return;
            l->at = (size_t)(close - text) + 2;
        } else {
            return;
        }
    }
}

static bool take(struct lexer *l, char c)
{
    skip(l);
    if (l->at >= l->end || l->unit->text[l->at] != c)
        return false;
    l->at++;
    return true;
}

static const char *word(struct lexer *l)
{
    skip(l);
    size_t begin = l->at;
    const char *text = l->unit->text;
    while (l->at < l->end && (isalnum((unsigned char)text[l->at]) || text[l->at] == '_') &&
           (l->at > begin || !isdigit((unsigned char)text[l->at])))
        l->at++;
    return l->at > begin ? naas_strndup(l->ctx, text + begin, l->at - begin) : NULL;
}

static bool number(struct lexer *l, int64_t *value)
{
    skip(l);
    const char *text = l->unit->text + l->at;
    char *rest;
    if (l->at >= l->end || !isdigit((unsigned char)*text))
        return false;
    errno = 0;
    *value = strtoll(text, &rest, 0);
    l->at += (size_t)(rest - text);
    return errno == 0 && l->at <= l->end;
}

/* Takes one .n, ->n or [2] as text; NULL, and nothing taken, when none stands here. */
static const char *member(struct lexer *l)
{
    size_t at = l->at;
    bool dot = take(l, '.'), arrow = !dot && take(l, '-') && take(l, '>');
    const char *name = dot || arrow ? word(l) : NULL;
    int64_t index;
    if (name)
        return naas_format(l->ctx, "%s%s", dot ? "." : "->", name);
    l->at = at;
    if (take(l, '[') && number(l, &index) && take(l, ']'))
        return naas_format(l->ctx, "[%lld]", (long long)index);
    l->at = at;
    return NULL;
}

/* v, s.n, p->layer[2].n */
static const char *path(struct lexer *l)
{
    const char *text = word(l), *more;
    while (text && (more = member(l)))
        text = naas_format(l->ctx, "%s%s", text, more);
    return text;
}

static const char *quoted(struct lexer *l)
{
    if (!take(l, '"'))
        return NULL;
    const char *begin = l->unit->text + l->at, *close = memchr(begin, '"', l->end - l->at);
    if (!close || close == begin)
        return NULL;
    l->at += (size_t)(close - begin) + 1;
    return naas_strndup(l->ctx, begin, (size_t)(close - begin));
}

static bool extents(struct lexer *l, struct fe_clauses *out)
{
    int capacity = out->n_extents;
    do {
        struct fe_assumption extent;
        skip(l);
        size_t at = l->at;
        extent.name = path(l);
        if (!extent.name || !take(l, '='))
            return complain(l, l->at, "extent clause expects variable=value");
        skip(l);
        size_t value_at = l->at;
        if (!number(l, &extent.value))
            return complain(l, value_at, "value of an extent is not an integer constant");
        for (int i = 0; i < out->n_extents; i++)
            if (!strcmp(out->extent[i].name, extent.name))
                return complain(l, at, "extent is given twice");
        out->extent = naas_grow(l->ctx, out->extent, out->n_extents, &capacity, sizeof *out->extent);
        out->extent[out->n_extents++] = extent;
    } while (take(l, ','));
    return true;
}

static bool constants(struct lexer *l, struct fe_clauses *out)
{
    int capacity = out->n_constants;
    do {
        skip(l);
        size_t at = l->at;
        const char *name = word(l);
        if (!name)
            return complain(l, at, "constant clause expects names of arrays");
        out->constant = naas_grow(l->ctx, out->constant, out->n_constants, &capacity, sizeof *out->constant);
        out->constant[out->n_constants++] = name;
    } while (take(l, ','));
    return true;
}

static bool one_clause(struct lexer *l, size_t at, const char *clause, struct fe_clauses *out)
{
    const char **text = !strcmp(clause, "name")     ? &out->name
                        : !strcmp(clause, "accel")  ? &out->accel
                        : !strcmp(clause, "target") ? &out->target
                                                    : NULL;
    bool is_extent = !strcmp(clause, "extent"), is_constant = !strcmp(clause, "constant");
    if (!text && !is_extent && !is_constant)
        return complain(l, at, naas_format(l->ctx, "unknown clause '%s'", clause));
    if ((text && *text) || (is_extent && out->n_extents) || (is_constant && out->n_constants))
        return complain(l, at, naas_format(l->ctx, "clause '%s' stands twice", clause));
    if (!take(l, '('))
        return complain(l, l->at, naas_format(l->ctx, "expected '(' after '%s'", clause));
    skip(l);
    size_t value_at = l->at;
    if ((is_extent && !extents(l, out)) || (is_constant && !constants(l, out)))
        return false;
    if (text) {
        *text = text == &out->accel ? quoted(l) : word(l);
        if (!*text)
            return complain(l, value_at,
                text == &out->accel ? "accel clause expects a file name in quotes"
                                    : naas_format(l->ctx, "%s clause expects a word", clause));
    }
    if (text == &out->target && strcmp(*text, "sim") && strcmp(*text, "native"))
        return complain(l, value_at, naas_format(l->ctx, "unknown target '%s'", *text));
    return take(l, ')') ||
           complain(l, l->at, naas_format(l->ctx, "expected ')' at the end of clause '%s'", clause));
}

bool fe_parse_clauses(
    struct naas_ctx *ctx, const struct fe_unit *unit, size_t begin, size_t end, struct fe_clauses *out)
{
    struct lexer l = {ctx, unit, begin, end};
    *out = (struct fe_clauses){.n_extents = 0};
    for (skip(&l); l.at < l.end; skip(&l)) {
        size_t at = l.at;
        const char *clause = word(&l);
        if (!clause)
            return complain(&l, at, "expected a clause");
        if (!one_clause(&l, at, clause, out))
            return false;
    }
    return true;
}
