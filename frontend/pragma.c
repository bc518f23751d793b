/*
 * Where annotations stand and what they are about.
 *
 * Directives are found among the tokens, so none in a comment or a string, outside the groups that #if leaves
 * out. Operators (_Pragma) are found by the compiler's warning of unknown pragmas, which knows macros, but
 * which a program may silence.
 */
#include "frontend/walk.h"
#include <ctype.h>
#include <string.h>

static size_t line_begin(const struct fe_unit *unit, size_t at)
{
    while (at > 0 && unit->text[at - 1] != '\n')
        at--;
    if (at == 0 && unit->length >= 3 && !memcmp(unit->text, "\xef\xbb\xbf", 3))
        return 3;
    return at;
}

/* End of the line, continued ones included, without its line end. */
static size_t line_end(const struct fe_unit *unit, size_t at)
{
    for (;; at++) {
        while (at < unit->length && unit->text[at] != '\n')
            at++;
        size_t end = at > 0 && unit->text[at - 1] == '\r' ? at - 1 : at;
        if (at >= unit->length || end == 0 || unit->text[end - 1] != '\\')
            return end;
    }
}

static size_t skip_comment(const struct fe_unit *unit, size_t at, size_t end)
{
    const char *text = unit->text;
    if (at + 1 < end && !strncmp(text + at, "//", 2))
        return line_end(unit, at);
    if (at + 1 < end && !strncmp(text + at, "/*", 2)) {
        const char *close = strstr(text + at + 2, "*/");
        return close ? (size_t)(close - text) + 2 : end;
    }
    return at;
}

size_t fe_skip_blank(const struct fe_unit *unit, size_t at, size_t end)
{
    bool fresh = at == line_begin(unit, at) || at == line_end(unit, at); /* only blanks so far on this line */
    while (at < end) {
        char c = unit->text[at];
        size_t behind = skip_comment(unit, at, end);
        if (behind != at) {
            at = behind;
        } else if (c == '#' && fresh) {
            at = line_end(unit, at);
        } else if (isspace((unsigned char)c) ||
                   (c == '\\' && at + 1 < end && isspace((unsigned char)unit->text[at + 1]))) {
            fresh = fresh || c == '\n';
            at++;
        } else {
            return at;
        }
    }
    return end;
}

static void warn(struct naas_ctx *ctx, struct fe_unit *unit, size_t at, const char *message, const char *hint)
{
    naas_diag(ctx, NAAS_WARNING, fe_text_loc(unit, at), "nest not mapped: %s", message);
    if (hint)
        naas_hint(ctx, "%s", hint);
    unit->n_refused++;
}

static bool starts_with_word(const struct fe_unit *unit, size_t at, const char *word)
{
    size_t n = strlen(word);
    return at + n <= unit->length && !strncmp(unit->text + at, word, n) &&
           !isalnum((unsigned char)unit->text[at + n]) && unit->text[at + n] != '_';
}

/* Offset of the word behind `#pragma`, if the diagnostic is about an unknown pragma of this file. */
static bool unknown_pragma(CXFile main_file, CXDiagnostic diagnostic, size_t *at)
{
    CXString option = clang_getDiagnosticOption(diagnostic, NULL);
    const char *name = clang_getCString(option);
    bool unknown = name && !strcmp(name, "-Wunknown-pragmas");
    clang_disposeString(option);
    CXFile file = NULL;
    unsigned offset = 0;
    if (unknown)
        clang_getExpansionLocation(clang_getDiagnosticLocation(diagnostic), &file, NULL, NULL, &offset);
    *at = offset;
    return unknown && clang_File_isEqual(file, main_file);
}

struct found {
    struct naas_ctx *ctx;
    struct fe_unit *unit;
    int n, capacity;
    struct fe_pragma *at;
    bool open; /* the last one waits for its endscop */
};

static void add_pragma(struct found *f, size_t hash, size_t word, bool scop)
{
    f->at = naas_grow(f->ctx, f->at, f->n, &f->capacity, sizeof *f->at);
    f->at[f->n++] =
        (struct fe_pragma){.begin = hash, .end = line_end(f->unit, word), .clauses = word + 4, .scop = scop};
    f->open = scop;
}

static void drop_open(struct found *f)
{
    if (f->open) {
        warn(f->ctx, f->unit, f->at[f->n - 1].begin, "scop has no endscop",
            "end the region with #pragma endscop");
        f->n--;
    }
    f->open = false;
}

/* _Pragma("naas ...") */
static bool is_operator(const struct fe_unit *unit, size_t at)
{
    const char *string = unit->text + at + strlen("_Pragma");
    if (!starts_with_word(unit, at, "_Pragma"))
        return false;
    size_t word = (size_t)(string + strspn(string, " \t(\"") - unit->text);
    return starts_with_word(unit, word, "naas") || starts_with_word(unit, word, "scop");
}

/* The line, a part of it, has the word naas or scop behind _Pragma. */
static bool has_operator(const struct fe_unit *unit, size_t begin, size_t end)
{
    for (size_t at = begin; at < end; at++)
        if (unit->text[at] == '_' && is_operator(unit, at))
            return true;
    return false;
}

/* The name of a macro of this file that stands for such an operator. */
static bool is_operator_macro(const struct found *f, size_t at)
{
    const struct fe_unit *unit = f->unit;
    size_t length = 0;
    while (at + length < unit->length &&
           (isalnum((unsigned char)unit->text[at + length]) || unit->text[at + length] == '_'))
        length++;
    char *name = naas_strndup(f->ctx, unit->text + at, length);
    for (const char *d = strstr(unit->text, "define"); length && d; d = strstr(d + 1, "define")) {
        size_t begin = (size_t)(d - unit->text) + strlen("define");
        begin += strspn(unit->text + begin, " \t");
        if (starts_with_word(unit, begin, name) && has_operator(unit, begin, line_end(unit, begin)))
            return true;
    }
    return false;
}

/* A directive from hash on, whose name is word. */
static void one_directive(struct found *f, size_t hash, size_t word)
{
    if (starts_with_word(f->unit, word, "naas")) {
        if (!f->open)
            add_pragma(f, hash, word, false);
    } else if (starts_with_word(f->unit, word, "scop")) {
        drop_open(f);
        add_pragma(f, hash, word, true);
    } else if (starts_with_word(f->unit, word, "endscop")) {
        if (f->open)
            f->at[f->n - 1].region_end = hash;
        f->open = false;
    }
}

struct word {
    size_t begin, end;
    bool fresh; /* the first one of its line, continued ones being one with what they continue */
};

static struct word word_of(CXSourceRange range)
{
    unsigned begin, end;
    clang_getFileLocation(clang_getRangeStart(range), NULL, NULL, NULL, &begin);
    clang_getFileLocation(clang_getRangeEnd(range), NULL, NULL, NULL, &end);
    return (struct word){.begin = begin, .end = end};
}

static bool is_skipped(const CXSourceRangeList *skipped, size_t at)
{
    for (unsigned i = 0; i < skipped->count; i++) {
        struct word group = word_of(skipped->ranges[i]);
        if (at >= group.begin && at < group.end)
            return true;
    }
    return false;
}

static bool has_line_end(const struct fe_unit *unit, size_t begin, size_t end)
{
    return memchr(unit->text + begin, '\n', end - begin) && line_end(unit, begin) < end;
}

static void find_directives(struct found *f, CXTranslationUnit tu, CXFile file)
{
    CXSourceLocation begin = clang_getLocationForOffset(tu, file, 0);
    CXSourceLocation end = clang_getLocationForOffset(tu, file, (unsigned)f->unit->length);
    CXSourceRangeList *skipped = clang_getSkippedRanges(tu, file);
    struct word hash = {0}, name = {0}; /* the words before this one */
    CXToken *token;
    unsigned n;
    size_t behind = 0;
    bool fresh = true;
    clang_tokenize(tu, clang_getRange(begin, end), &token, &n);
    for (unsigned i = 0; i < n; i++) {
        struct word word = word_of(clang_getTokenExtent(tu, token[i]));
        fresh = fresh || has_line_end(f->unit, behind, word.begin);
        behind = word.end;
        if (clang_getTokenKind(token[i]) == CXToken_Comment)
            continue;
        word.fresh = fresh;
        fresh = false;
        if (hash.fresh && f->unit->text[hash.begin] == '#' &&
            starts_with_word(f->unit, name.begin, "pragma") && !is_skipped(skipped, hash.begin))
            one_directive(f, hash.begin, word.begin);
        hash = name;
        name = word;
    }
    clang_disposeTokens(tu, token, n);
    clang_disposeSourceRangeList(skipped);
    drop_open(f);
}

static void find_operators(struct found *f, CXTranslationUnit tu, CXFile file)
{
    unsigned n_diagnostics = clang_getNumDiagnostics(tu);
    for (unsigned i = 0; i < n_diagnostics; i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(tu, i);
        size_t at;
        if (unknown_pragma(file, diagnostic, &at) && at < f->unit->length &&
            (is_operator(f->unit, at) || is_operator_macro(f, at)))
            warn(f->ctx, f->unit, at, "annotation is not a #pragma line of its own", NULL);
        clang_disposeDiagnostic(diagnostic);
    }
}

void fe_find_pragmas(
    struct naas_ctx *ctx, CXTranslationUnit tu, struct fe_unit *unit, int *n, struct fe_pragma **pragmas)
{
    struct found f = {.ctx = ctx, .unit = unit};
    CXFile file = clang_getFile(tu, unit->file);
    find_directives(&f, tu, file);
    find_operators(&f, tu, file);
    *n = f.n;
    *pragmas = f.at;
}

/* ---- statements ---- */

struct search {
    unsigned begin, end; /* offsets of the statements that are wanted */
    CXCursor function, block;
};

static void find_block(CXCursor cursor, CXCursor parent, void *data)
{
    (void)parent;
    struct search *s = data;
    enum CXCursorKind kind = clang_getCursorKind(cursor);
    bool wanted = kind == CXCursor_FunctionDecl || kind == CXCursor_CompoundStmt;
    if (!wanted || fe_offset(cursor) >= s->begin || fe_end_offset(cursor) <= s->begin ||
        !fe_begins_here(cursor))
        return;
    if (kind == CXCursor_FunctionDecl)
        s->function = cursor;
    else
        s->block = cursor;
}

/* Offset behind the statement, its semicolon included; 0 when there is none where it should be. */
static unsigned statement_end(const struct fe_unit *unit, CXCursor statement)
{
    unsigned end = fe_end_offset(statement);
    size_t next = fe_skip_blank(unit, end, unit->length);
    CXCursor last = statement;
    for (;;) {
        struct fe_kids kids = fe_kids_of(last);
        enum CXCursorKind kind = clang_getCursorKind(last);
        if (kind == CXCursor_CompoundStmt)
            return end;
        bool ends_in_statement = kind == CXCursor_ForStmt || kind == CXCursor_IfStmt ||
                                 kind == CXCursor_WhileStmt || kind == CXCursor_SwitchStmt ||
                                 kind == CXCursor_LabelStmt;
        if (!ends_in_statement || kids.n < 1 || kids.n > FE_MAX_KIDS)
            break;
        last = kids.at[kids.n - 1];
    }
    if (end > 0 && unit->text[end - 1] == ';')
        return end;
    return next < unit->length && unit->text[next] == ';' ? (unsigned)next + 1 : 0;
}

static bool refuse_text(struct fe_walk *w, size_t at, const char *message, const char *hint)
{
    w->reason.loc = fe_text_loc(w->unit, at);
    w->reason.message = message;
    w->reason.hint = hint;
    return false;
}

static const char *const MACRO_HINT = "the loops have to stand in the file itself";

struct region {
    struct fe_walk *w;
    const struct fe_pragma *pragma;
    unsigned begin, end;
    int n, capacity;
    CXCursor *root;
    bool broken; /* another statement overlaps: a macro holds parts of both */
};

static enum CXChildVisitResult add_root(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    struct region *r = data;
    unsigned offset = fe_offset(cursor);
    bool wanted = r->pragma->scop ? offset >= r->begin && offset < r->pragma->region_end
                                  : offset == r->begin && r->n == 0;
    if (!wanted) {
        r->broken = r->broken || (r->n && offset >= r->begin && offset < r->end) ||
                    (offset < r->begin && fe_end_offset(cursor) > r->begin);
        return CXChildVisit_Continue;
    }
    r->broken = r->broken || (r->n && offset < r->end);
    r->root = naas_grow(r->w->ctx, r->root, r->n, &r->capacity, sizeof *r->root);
    r->root[r->n++] = cursor;
    r->end = statement_end(r->w->unit, cursor);
    r->broken = r->broken || r->end == 0;
    return CXChildVisit_Continue;
}

static bool check_first(struct fe_walk *w, const struct fe_pragma *pragma, size_t first)
{
    if (pragma->scop)
        return first < pragma->region_end || refuse_text(w, pragma->begin, "region is empty", NULL);
    if (starts_with_word(w->unit, first, "for") || starts_with_word(w->unit, first, "while") ||
        (first < w->unit->length && w->unit->text[first] == '{'))
        return true;
    size_t at = first;
    while (at < w->unit->length && (isalnum((unsigned char)w->unit->text[at]) || w->unit->text[at] == '_'))
        at++;
    size_t next = fe_skip_blank(w->unit, at, w->unit->length);
    bool label = at > first && next < w->unit->length && w->unit->text[next] == ':';
    if (label)
        return refuse_text(w, first, "a label stands between the annotation and its loop",
            "put it in front of the annotation");
    return refuse_text(w, pragma->begin, "annotation is not followed by a for or while loop or a block",
        "put it right in front of the outermost loop, or of braces around several");
}

bool fe_pragma_roots(struct fe_walk *w, const struct fe_pragma *pragma, int *n, CXCursor **roots)
{
    size_t first = fe_skip_blank(w->unit, pragma->end, w->unit->length);
    w->nest->pragma_begin = pragma->begin;
    w->nest->pragma_end = pragma->end;
    if (!check_first(w, pragma, first))
        return false;
    struct search s = {
        .begin = (unsigned)first, .function = clang_getNullCursor(), .block = clang_getNullCursor()};
    fe_each(clang_getTranslationUnitCursor(w->tu), find_block, &s);
    if (clang_Cursor_isNull(s.block) || clang_Cursor_isNull(s.function))
        return refuse_text(w, pragma->begin, "annotation stands outside of any function", NULL);
    struct region r = {.w = w, .pragma = pragma, .begin = (unsigned)first};
    clang_visitChildren(s.block, add_root, &r);
    if (r.n == 0 && !pragma->scop)
        return refuse_text(w, first, "loop or block is not a statement of a block",
            "put braces around the annotation and its loop");
    if (r.n == 0 || r.broken)
        return refuse_text(w, first, "statements are not whole in the file's text", MACRO_HINT);
    enum CXCursorKind kind = clang_getCursorKind(r.root[0]);
    if (!pragma->scop && kind != CXCursor_ForStmt && kind != CXCursor_WhileStmt &&
        kind != CXCursor_CompoundStmt)
        return refuse_text(w, first, "loop comes out of a macro", MACRO_HINT);
    w->nest->begin = first;
    w->nest->end = r.end;
    w->function = s.function;
    struct fe_kids kids = fe_kids_of(s.function);
    w->function_body = kids.at[kids.n - 1];
    w->nest->function = fe_spelling(w, s.function);
    w->nest->loc = fe_text_loc(w->unit, first);
    *n = r.n;
    *roots = r.root;
    return true;
}
