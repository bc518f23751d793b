/* A file: parsed by libclang with the host compiler's macros, and its annotations one by one. */
#include "frontend/walk.h"
#include <string.h>

/*
 * Clang reads what gcc's headers say when gcc's macros are set; these are the keywords of gcc that it lacks:
 * the types of ISO TS 18661-3, and an attribute's arguments.
 */
static const char *const host_dialect[] = {"-undef", "-nostdinc", "-D_Float32=float", "-D_Float64=double",
    "-D_Float32x=double", "-D_Float64x=long double", "-D_Float128=__float128", "-D__malloc__(...)="};

enum { MAX_ROUNDS = 8 }; /* of questions that answers lead to; then it is an error that one is open */

struct arguments {
    struct naas_ctx *ctx;
    int n, capacity;
    const char **at;
};

static void add_argument(struct arguments *a, const char *text)
{
    a->at = naas_grow(a->ctx, a->at, a->n, &a->capacity, sizeof *a->at);
    a->at[a->n++] = text;
}

static struct arguments make_arguments(struct naas_ctx *ctx, const struct fe_options *options)
{
    struct arguments a = {.ctx = ctx};
    add_argument(&a, "-xc");
    if (options->host_macros) {
        for (size_t i = 0; i < sizeof host_dialect / sizeof *host_dialect; i++)
            add_argument(&a, host_dialect[i]);
        add_argument(&a, "-imacros");
        add_argument(&a, options->host_macros);
    }
    for (int i = 0; i < options->n_args; i++)
        add_argument(&a, options->args[i]);
    for (int i = 0; i < options->n_system; i++) {
        add_argument(&a, "-isystem");
        add_argument(&a, options->system[i]);
    }
    add_argument(&a, "-Wno-everything");
    add_argument(&a, "-Wunknown-pragmas");
    add_argument(&a, "-ferror-limit=0");
    return a;
}

/* Errors of the user's text; what clang dislikes in the host's system headers does not touch it, nor do
 * warnings that a #pragma GCC diagnostic makes errors. */
static bool is_error(CXDiagnostic diagnostic)
{
    CXString option = clang_getDiagnosticOption(diagnostic, NULL);
    bool promoted = *clang_getCString(option) != '\0';
    clang_disposeString(option);
    if (promoted)
        return false;
    enum CXDiagnosticSeverity severity = clang_getDiagnosticSeverity(diagnostic);
    return severity == CXDiagnostic_Fatal ||
           (severity == CXDiagnostic_Error &&
               !clang_Location_isInSystemHeader(clang_getDiagnosticLocation(diagnostic)));
}

static bool report_error(struct naas_ctx *ctx, const char *path, CXTranslationUnit tu)
{
    unsigned n = clang_getNumDiagnostics(tu);
    for (unsigned i = 0; i < n; i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(tu, i);
        bool error = is_error(diagnostic);
        if (error) {
            struct naas_loc loc = {.file = path};
            CXFile file;
            clang_getExpansionLocation(
                clang_getDiagnosticLocation(diagnostic), &file, &loc.line, &loc.column, NULL);
            CXString name = clang_getFileName(file), text = clang_getDiagnosticSpelling(diagnostic);
            if (clang_getCString(name))
                loc.file = clang_getCString(name);
            naas_diag(ctx, NAAS_WARNING, loc, "no nest is mapped: the file cannot be read: %s",
                clang_getCString(text));
            clang_disposeString(name);
            clang_disposeString(text);
        }
        clang_disposeDiagnostic(diagnostic);
        if (error)
            return true;
    }
    return false;
}

/* ---- what the text asks ---- */

struct names {
    int n, capacity;
    const char **at;
};

/* In conditions clang takes a macro that is not defined for an error, wherever it stands:
 * function-like macro 'NAAS_ASKED__has_builtin_x' is not defined */
static void take_question(struct naas_ctx *ctx, const char *text, struct names *names)
{
    const char *name = strstr(text, "'" FE_ASKED);
    if (!name || strncmp(text, "function-like macro ", strlen("function-like macro ")) != 0)
        return;
    const char *asked = naas_strndup(ctx, name + 1, strcspn(name + 1, "'"));
    for (int i = 0; i < names->n; i++)
        if (strcmp(names->at[i], asked) == 0)
            return;
    names->at = naas_grow(ctx, names->at, names->n, &names->capacity, sizeof *names->at);
    names->at[names->n++] = asked;
}

/* The macros have grown by answers: the file reads otherwise now. */
static bool learn(struct naas_ctx *ctx, const struct fe_options *options, CXTranslationUnit tu)
{
    struct names names = {0};
    unsigned n = options->answer ? clang_getNumDiagnostics(tu) : 0;
    for (unsigned i = 0; i < n; i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(tu, i);
        CXString text = clang_getDiagnosticSpelling(diagnostic);
        take_question(ctx, clang_getCString(text), &names);
        clang_disposeString(text);
        clang_disposeDiagnostic(diagnostic);
    }
    return names.n > 0 && options->answer(options->about, names.n, names.at);
}

static const char *nest_name(struct fe_walk *w)
{
    return w->clauses->name ? w->clauses->name
                            : naas_format(w->ctx, "%s_%u", w->nest->function, w->nest->loc.line);
}

static bool writes(const struct fe_nest *nest, const struct fe_array *array)
{
    for (int i = 0; i < nest->n_stmts; i++)
        if (nest->stmt[i]->target.array == array)
            return true;
    return false;
}

/* Arrays whose elements never change. */
static bool mark_constants(struct fe_walk *w, const struct fe_pragma *pragma)
{
    for (int i = 0; i < w->nest->n_arrays; i++) {
        struct fe_array *array = w->nest->array[i];
        array->is_constant = array->is_const && array->storage == FE_GLOBAL && !array->is_pointer;
    }
    for (int k = 0; k < w->clauses->n_constants; k++) {
        bool found = false;
        for (int i = 0; i < w->nest->n_arrays; i++) {
            struct fe_array *array = w->nest->array[i];
            if (strcmp(array->name, w->clauses->constant[k]) != 0 || writes(w->nest, array))
                continue;
            found = array->is_constant = true;
        }
        if (!found) {
            w->reason.loc = fe_text_loc(w->unit, pragma->begin);
            w->reason.message = naas_format(
                w->ctx, "constant(%s) is no array that the nest only reads", w->clauses->constant[k]);
            return false;
        }
    }
    return true;
}

static bool read_nest(struct fe_walk *w, const struct fe_pragma *pragma)
{
    int n;
    CXCursor *roots;
    if (!fe_pragma_roots(w, pragma, &n, &roots))
        return false;
    w->nest->name = nest_name(w);
    w->nest->accel = w->clauses->accel;
    w->nest->target = w->clauses->target;
    return fe_walk_roots(w, n, roots) && mark_constants(w, pragma);
}

/* Every walk but the last one asks for more. */
static bool read_by_plan(struct fe_walk *w, const struct fe_pragma *pragma, struct fe_plan *plan)
{
    const struct fe_walk start = *w;
    do {
        plan->again = false;
        *w = start;
        w->plan = plan;
        w->n_moved = plan->n_moved;
        w->nest = naas_alloc(w->ctx, 1, sizeof *w->nest);
        if (read_nest(w, pragma))
            return true;
    } while (plan->again);
    return false;
}

enum { MAX_UNKNOWN = 24 };

/* The hint for a value that is not known names all of the nest's: further walks go on as if those so far were
 * known. */
static const char *unknown_hint(const struct fe_walk *refused, const struct fe_pragma *pragma)
{
    struct naas_ctx *ctx = refused->ctx;
    struct fe_clauses clauses = *refused->clauses;
    struct fe_assumption extent[MAX_UNKNOWN];
    struct naas_buf names = naas_buf_new(ctx);
    const char *name = refused->reason.unknown;
    int n = 0;
    if (!name || clauses.n_extents >= MAX_UNKNOWN)
        return refused->reason.hint;
    for (int i = 0; i < clauses.n_extents; i++)
        extent[i] = clauses.extent[i];
    clauses.extent = extent;
    for (; name && clauses.n_extents < MAX_UNKNOWN; n++) {
        naas_buf_printf(&names, "%s%s=...", n ? ", " : "", name);
        extent[clauses.n_extents++] = (struct fe_assumption){name, 8};
        struct fe_plan plan = {.again = false};
        struct fe_walk w = {.ctx = ctx, .tu = refused->tu, .unit = refused->unit, .clauses = &clauses};
        name = read_by_plan(&w, pragma, &plan) ? NULL : w.reason.unknown;
    }
    return n == 1 ? refused->reason.hint
                  : naas_format(ctx, "make them constants, or add extent(%s) to the pragma", names.text);
}

static void one_nest(struct naas_ctx *ctx, CXTranslationUnit tu, struct fe_unit *unit,
    const struct fe_pragma *pragma, int *capacity)
{
    struct fe_clauses clauses;
    if (!fe_parse_clauses(ctx, unit, pragma->clauses, pragma->end, &clauses)) {
        unit->n_refused++;
        return;
    }
    struct fe_plan plan = {.again = false}, without = {.no_residues = true};
    struct fe_walk w = {.ctx = ctx, .tu = tu, .unit = unit, .clauses = &clauses}, other = w;
    struct fe_nest *nest = read_by_plan(&w, pragma, &plan) ? w.nest : NULL;
    if (!nest && plan.n_residues > 0 && read_by_plan(&other, pragma, &without))
        nest = other.nest;
    if (nest) {
        unit->nest = naas_grow(ctx, unit->nest, unit->n_nests, capacity, sizeof(struct fe_nest *));
        unit->nest[unit->n_nests++] = nest;
        return;
    }
    unit->n_refused++;
    naas_diag(ctx, NAAS_WARNING, w.reason.loc, "nest not mapped: %s", w.reason.message);
    const char *hint = unknown_hint(&w, pragma);
    if (hint)
        naas_hint(ctx, "%s", hint);
}

static void read_unit(struct naas_ctx *ctx, CXTranslationUnit tu, struct fe_unit *unit)
{
    int n, capacity = 0;
    struct fe_pragma *pragma;
    fe_find_pragmas(ctx, tu, unit, &n, &pragma);
    for (int i = 0; i < n; i++)
        one_nest(ctx, tu, unit, &pragma[i], &capacity);
}

enum naas_status fe_parse(
    struct naas_ctx *ctx, const char *path, const struct fe_options *options, struct fe_unit **out)
{
    struct fe_unit *unit = naas_alloc(ctx, 1, sizeof *unit);
    char *text;
    *out = unit;
    unit->file = naas_strdup(ctx, path);
    enum naas_status status = naas_read_file(ctx, path, &text, &unit->length);
    if (status != NAAS_OK)
        return status;
    unit->text = text;
    struct arguments arguments = make_arguments(ctx, options);
    struct CXUnsavedFile file = {path, text, unit->length};
    CXIndex index = clang_createIndex(0, 0);
    CXTranslationUnit tu = NULL;
    unsigned flags = CXTranslationUnit_KeepGoing | CXTranslationUnit_DetailedPreprocessingRecord;
    enum CXErrorCode error;
    for (int round = 0; round <= MAX_ROUNDS; round++) {
        if (tu)
            clang_disposeTranslationUnit(tu);
        error = clang_parseTranslationUnit2(index, path, arguments.at, arguments.n, &file, 1, flags, &tu);
        if (error != CXError_Success || round == MAX_ROUNDS || !learn(ctx, options, tu))
            break;
    }
    if (error != CXError_Success) {
        naas_diag(
            ctx, NAAS_WARNING, (struct naas_loc){.file = path}, "no nest is mapped: the file cannot be read");
        status = NAAS_BAD_INPUT;
    } else if (report_error(ctx, path, tu)) {
        status = NAAS_BAD_INPUT;
    } else {
        read_unit(ctx, tu, unit);
    }
    if (tu)
        clang_disposeTranslationUnit(tu);
    clang_disposeIndex(index);
    return status;
}
