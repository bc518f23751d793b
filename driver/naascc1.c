/*
 * naascc1: translates one C file, or makes the kernels of a program at its link. naascc calls it, in a
 * process of its own, so that a bug here cannot break a build; naascc1.h describes how.
 */
#include "driver/naascc1.h"
#include "accelsearch/cosearch.h"
#include "driver/cross.h"
#include "driver/host.h"
#include "driver/link.h"
#include "driver/options.h"
#include "driver/pipeline.h"
#include "driver/record.h"
#include "naas_config.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUDGET "-fnaas-budget="

struct request {
    const char *source, *folder, *data;
    const char *shown; /* what the source is called, if not that */
    bool links, makes_runtime;
    struct options options;
    struct as_database *database;
    int n_own, n_compiler, n_files;
    char **own, **compiler, **file;
};

/* What the source is called where that is not how it can be opened: standard input, and fifos, which naascc
 * has read. NULL: by its path. */
static const char *shown_name(struct naas_ctx *ctx, const struct request *request)
{
    const char *path = naas_format(ctx, "%s/" NAASCC1_NAME, request->folder);
    char *name;
    if (strcmp(request->source, "/dev/stdin") == 0)
        return "<stdin>";
    if (access(path, R_OK) != 0 || naas_read_file(ctx, path, &name, NULL) != NAAS_OK)
        return NULL;
    return name;
}

static struct naas_loc shown_at(const struct request *request, struct naas_loc loc)
{
    if (request->shown && loc.file && strcmp(loc.file, request->source) == 0)
        loc.file = request->shown;
    return loc;
}

/* As the options of gcc and clang say, else as the terminal does. */
static bool wants_color(int n, char **words)
{
    static const char *const on[] = {
        "-fdiagnostics-color", "-fdiagnostics-color=always", "-fcolor-diagnostics"};
    static const char *const off[] = {
        "-fno-diagnostics-color", "-fdiagnostics-color=never", "-fno-color-diagnostics"};
    bool color = isatty(STDERR_FILENO);
    for (int i = 0; i < n; i++)
        for (size_t k = 0; k < sizeof on / sizeof on[0]; k++)
            color = strcmp(words[i], on[k]) == 0 || (color && strcmp(words[i], off[k]) != 0);
    return color;
}

/* About a file of ours in the temporary folder, which cannot be written on a full disk, say. */
static bool is_ours(const struct request *request, const struct naas_diagnostic *diag)
{
    size_t n = strlen(request->folder);
    return diag->loc.file && strncmp(diag->loc.file, request->folder, n) == 0 && diag->loc.file[n] == '/';
}

/* With -Werror=naas every warning of ours is an error. */
static void print_diagnostic(
    const struct request *request, const struct naas_diagnostic *diag, struct naas_ctx *shown)
{
    bool ours = is_ours(request, diag);
    struct naas_loc loc =
        ours ? (struct naas_loc){.file = request->links ? NULL : request->source} : diag->loc;
    enum naas_severity severity = ours && diag->severity == NAAS_ERROR ? NAAS_WARNING : diag->severity;
    bool promote = request->options.errors && severity == NAAS_WARNING;
    naas_diag(shown, promote ? NAAS_ERROR : severity, shown_at(request, loc), "%s%s%s",
        ours ? "no nest is mapped: in the temporary folder: " : "", diag->message,
        promote ? " [-Werror=naas]" : "");
    if (diag->hint)
        naas_hint(shown, "%s", diag->hint);
}

static void print_diagnostics(const struct naas_ctx *ctx, const struct request *request)
{
    struct naas_ctx *shown = naas_ctx_new();
    for (int i = 0; i < naas_n_diags(ctx); i++)
        print_diagnostic(request, naas_diag_at(ctx, i), shown);
    naas_diags_print(shown, stderr, wants_color(request->n_compiler, request->compiler));
    naas_ctx_free(shown);
}

static bool any_error(const struct naas_ctx *ctx)
{
    for (int i = 0; i < naas_n_diags(ctx); i++)
        if (naas_diag_at(ctx, i)->severity == NAAS_ERROR)
            return true;
    return false;
}

/* Files of ours are of no concern to a build, but to a dump. */
static bool ends_build(const struct naas_ctx *ctx, const struct request *request)
{
    bool ends = false;
    for (int i = 0; i < naas_n_diags(ctx); i++) {
        const struct naas_diagnostic *diag = naas_diag_at(ctx, i);
        bool passes = !request->options.dumps && is_ours(request, diag);
        ends = ends || (diag->severity == NAAS_ERROR && !passes);
    }
    return ends;
}

static bool any_warning(const struct naas_ctx *ctx)
{
    for (int i = 0; i < naas_n_diags(ctx); i++)
        if (naas_diag_at(ctx, i)->severity >= NAAS_WARNING)
            return true;
    return false;
}

/* Into the temporary folder. Where that fails the file is compiled as it is. */
static enum naascc1_status leave(
    struct naas_ctx *ctx, const struct request *request, const char *name, const char *text, size_t length)
{
    if (naas_write_file(ctx, naas_format(ctx, "%s/%s", request->folder, name), text, length) == NAAS_OK)
        return NAASCC1_WRITTEN;
    return request->options.errors ? NAASCC1_ERROR : NAASCC1_NOTHING;
}

/* Where the translation or the dumps go. */
static enum naascc1_status write_result(struct naas_ctx *ctx, const struct pipeline *pipeline,
    const struct request *request, const struct pipeline_result *result)
{
    if (pipeline->options->dumps) {
        bool written = fwrite(result->text.text, 1, result->text.length, stdout) == result->text.length;
        if (fflush(stdout) != 0 || !written) {
            naas_diag(ctx, NAAS_ERROR, (struct naas_loc){0}, "cannot write the dump: %s", strerror(errno));
            return NAASCC1_ERROR;
        }
        return result->n_dumped > 0 ? NAASCC1_WRITTEN : NAASCC1_ERROR;
    }
    if (result->n_mapped == 0)
        return NAASCC1_NOTHING;
    const char *named = pipeline->shown && *pipeline->shown != '<' ? pipeline->shown : pipeline->source;
    const char *slash = strrchr(named, '/');
    enum naascc1_status status = NAASCC1_WRITTEN;
    if (result->inputs.length > 0)
        status = leave(ctx, request, NAASCC1_INPUTS, result->inputs.text, result->inputs.length);
    if (status != NAASCC1_WRITTEN)
        return status;
    return leave(ctx, request, slash ? slash + 1 : named, result->text.text, result->text.length);
}

/* Objects of a link-time optimiser hold no sections of ours. */
static bool uses_lto(int n, char **compiler)
{
    bool lto = false;
    for (int i = 0; i < n; i++)
        lto = (lto && strcmp(compiler[i], "-fno-lto") != 0) || strncmp(compiler[i], "-flto", 5) == 0;
    return lto;
}

static bool matters_at_link(const char *word)
{
    static const char *const prefixes[] = {"-fnaas-target=", "-fnaas-reassociate", "-fno-naas-reassociate",
        "-fnaas-objective=", "-fnaas-effort=", "-fnaas-seed=", BUDGET};
    bool matters = false;
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        matters = matters || strncmp(word, prefixes[i], strlen(prefixes[i])) == 0;
    return matters;
}

/* The link may run in another folder. */
static char *lasting(struct naas_ctx *ctx, char *word)
{
    size_t n = strlen(BUDGET);
    char *path = strncmp(word, BUDGET, n) == 0 && strchr(word, '.') ? realpath(word + n, NULL) : NULL;
    char *kept = path ? naas_format(ctx, "%s%s", BUDGET, path) : word;
    free(path);
    return kept;
}

/* What is left for the link when the accelerator is to be searched there; NULL: nothing. */
static struct record *make_record(struct naas_ctx *ctx, const struct request *request)
{
    const struct options *options = &request->options;
    struct naas_loc loc = {.file = request->source};
    if (!options->budget || options->accel || options->dumps)
        return NULL;
    struct record *record = naas_alloc(ctx, 1, sizeof *record);
    *record = (struct record){.version = record_version(ctx)};
    record->own = naas_alloc(ctx, (size_t)request->n_own + 1, sizeof *record->own);
    for (int i = 0; i < request->n_own; i++)
        if (matters_at_link(request->own[i]))
            record->own[record->n_own++] = lasting(ctx, request->own[i]);
    record->n_args = host_options(ctx, request->n_compiler, request->compiler, &record->args);
    const char *reason = NULL;
    if (uses_lto(request->n_compiler, request->compiler))
        reason = "objects of -flto hold no nests";
    else if (host_preprocess(ctx, request->folder, request->n_compiler, request->compiler, request->source,
                 (char **)&record->text) != NAAS_OK)
        reason = "the file cannot be preprocessed";
    else if (!record_name(ctx, record))
        reason = "an option has several lines";
    if (!reason)
        return record;
    naas_diag(ctx, NAAS_WARNING, loc, "the accelerator is not searched for but '%s': %s",
        options_default_accel(), reason);
    return NULL;
}

/* In the object, and for a link by the same command in a file beside the translation. */
static enum naascc1_status leave_record(struct naas_ctx *ctx, const struct request *request,
    struct record *record, struct pipeline_result *result)
{
    struct naas_buf bytes = naas_buf_new(ctx);
    if (result->deferred.length == 0)
        return NAASCC1_WRITTEN;
    record->nests = result->deferred.text;
    record_write(&bytes, record);
    naas_buf_puts(&result->text, "\n");
    record_print_c(&result->text, bytes.text, bytes.length);
    return leave(ctx, request, NAASCC1_RECORD, bytes.text, bytes.length);
}

/* A default database that cannot be used, as where builds have no home, is no business of the build's. */
static void report_database(struct naas_ctx *ctx, const struct request *request)
{
    const char *fault = as_database_fault(request->database), *file = request->options.database;
    if (fault && (file || request->options.remarks))
        naas_diag(ctx, file ? NAAS_WARNING : NAAS_REMARK, (struct naas_loc){.file = file},
            "the database of mappings cannot be used: %s; going on without it", fault);
}

/* A compile does not wait long for it: searching again takes about as long. */
enum { DATABASE_PATIENCE_MS = 500 };

static struct as_database *open_database(struct naas_ctx *ctx, const struct options *options)
{
    if (options->database && strcmp(options->database, "none") == 0)
        return NULL;
    const char *path = options->database ? options->database : as_database_default_path(ctx);
    return as_database_open_within(path, DATABASE_PATIENCE_MS);
}

/* The programs' folder, of which DATA is a path. */
static const char *bin_of(struct naas_ctx *ctx, const char *data)
{
    size_t n = strlen(data), from = strlen("/" NAAS_DATA_DIR);
    return naas_strndup(ctx, data, n > from ? n - from : 0);
}

static struct measure measure_of(struct naas_ctx *ctx, const struct request *request, const char *macros)
{
    const char *bin = bin_of(ctx, request->data);
    return (struct measure){.n_compiler = request->n_compiler,
        .compiler = request->compiler,
        .macros = macros,
        .folder = request->folder,
        .include = naas_format(ctx, "%s/" NAAS_INCLUDE_DIR, bin),
        .library = naas_format(ctx, "%s/" NAAS_LIB_DIR "/libnaas_rt.a", bin),
        .database = request->database};
}

static enum naascc1_status translate(struct naas_ctx *ctx, const struct request *request)
{
    const struct options *options = &request->options;
    struct pipeline_result result;
    struct pipeline pipeline = {.options = options,
        .source = request->source,
        .shown = request->shown,
        .data = request->data,
        .database = request->database};
    struct record *record = make_record(ctx, request);
    pipeline.record = record;
    enum naas_status status =
        host_ask(ctx, request->folder, request->n_compiler, request->compiler, &pipeline.frontend);
    char *macros = "";
    if (status == NAAS_OK)
        status = naas_read_file(ctx, pipeline.frontend.host_macros, &macros, NULL);
    struct measure measure = measure_of(ctx, request, macros);
    pipeline.measure = &measure;
    const char *fault = status == NAAS_OK && !options->dumps ? cross_fault(ctx, macros) : NULL;
    if (fault) {
        naas_diag(
            ctx, NAAS_WARNING, (struct naas_loc){.file = request->source}, "no nest is mapped: %s", fault);
        status = NAAS_UNSUPPORTED;
    }
    if (status == NAAS_OK)
        status = pipeline_run(ctx, &pipeline, &result);
    report_database(ctx, request);
    if (status != NAAS_OK && !any_error(ctx) && !options->dumps &&
        !host_compiles(ctx, request->folder, request->n_compiler, request->compiler, request->source))
        return NAASCC1_REFUSED;
    enum naascc1_status left = NAASCC1_WRITTEN;
    if (status == NAAS_OK && record)
        left = leave_record(ctx, request, record, &result);
    if (left != NAASCC1_WRITTEN)
        return left;
    if (ends_build(ctx, request) || (options->errors && naas_n_diags(ctx) > 0 && status != NAAS_OK))
        return NAASCC1_ERROR;
    if (status != NAAS_OK)
        return naas_n_diags(ctx) > 0 ? NAASCC1_NOTHING : NAASCC1_BROKEN;
    if (options->errors && result.n_refused > 0)
        return NAASCC1_ERROR;
    if (options->dumps && result.n_dumped == 0 && result.n_refused == 0)
        naas_diag(ctx, NAAS_WARNING, (struct naas_loc){.file = pipeline.source}, "no annotated nest");
    return write_result(ctx, &pipeline, request, &result);
}

static enum naascc1_status link_program(
    struct naas_ctx *ctx, struct naas_ctx *sources, const struct request *request)
{
    int n;
    struct naas_buf text = naas_buf_new(ctx);
    struct link link = {.sources = sources,
        .n_own = request->n_own,
        .own = request->own,
        .n_files = request->n_files,
        .file = request->file,
        .n_compiler = request->n_compiler,
        .compiler = request->compiler,
        .folder = request->folder,
        .data = request->data,
        .database = request->database};
    enum naas_status status = link_kernels(ctx, &link, &request->options, &text, &n);
    report_database(ctx, request);
    if (ends_build(ctx, request) || (request->options.errors && any_warning(ctx)))
        return NAASCC1_ERROR;
    if (status != NAAS_OK || n == 0)
        return naas_n_diags(ctx) > 0 || status == NAAS_OK ? NAASCC1_NOTHING : NAASCC1_BROKEN;
    return leave(ctx, request, NAASCC1_KERNELS, text.text, text.length);
}

static enum naascc1_status make_runtime(struct naas_ctx *ctx, const struct request *request)
{
    const char *include = naas_format(ctx, "%s/" NAAS_INCLUDE_DIR, bin_of(ctx, request->data));
    enum naas_status status = cross_runtime(ctx, request->folder, request->n_compiler, request->compiler,
        naas_format(ctx, "%s/runtime", request->data), include,
        naas_format(ctx, "%s/" NAASCC1_LIBRARY, request->folder));
    return status == NAAS_OK ? NAASCC1_WRITTEN : NAASCC1_NOTHING;
}

/* ---- the command line ---- */

static int find_bar(int argc, char **argv, int from)
{
    while (from < argc && strcmp(argv[from], "--") != 0)
        from++;
    return from;
}

static bool read_command_line(struct request *request, int argc, char **argv)
{
    enum { FIXED = 4 };
    char message[512];
    int bar = find_bar(argc, argv, FIXED), files = find_bar(argc, argv, bar + 1);
    if (bar >= argc)
        return false;
    *request = (struct request){.source = argv[1],
        .folder = argv[2],
        .data = argv[3],
        .links = strcmp(argv[1], NAASCC1_LINK) == 0,
        .makes_runtime = strcmp(argv[1], NAASCC1_RUNTIME) == 0,
        .n_own = bar - FIXED,
        .own = argv + FIXED,
        .n_compiler = files - bar - 1,
        .compiler = argv + bar + 1,
        .n_files = files < argc ? argc - files - 1 : 0,
        .file = argv + files + 1};
    options_default(&request->options);
    for (int i = 0; i < request->n_own; i++)
        if (options_take(&request->options, request->own[i], message, sizeof message) != OPTION_TAKEN)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    struct request request;
    if (!read_command_line(&request, argc, argv)) {
        fputs("usage: naascc1 SOURCE|--link|--runtime FOLDER DATA [options of naascc] -- CC [options] [-- "
              "FILE ...]\n"
              "naascc calls this program; see naascc --help\n",
            stderr);
        return NAASCC1_ERROR;
    }
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_ctx *sources = naas_ctx_new();
    request.shown = shown_name(ctx, &request);
    request.database = open_database(ctx, &request.options);
    enum naascc1_status status = request.makes_runtime ? make_runtime(ctx, &request)
                                 : request.links       ? link_program(ctx, sources, &request)
                                                       : translate(ctx, &request);
    if (status != NAASCC1_REFUSED)
        print_diagnostics(ctx, &request);
    as_database_close(request.database);
    naas_ctx_free(sources);
    naas_ctx_free(ctx);
    return (int)status;
}
