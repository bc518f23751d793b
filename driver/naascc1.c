/*
 * naascc1: translates one C file. naascc calls it, in a process of its own, so that a bug here cannot break a
 * build; naascc1.h describes how.
 */
#include "driver/naascc1.h"
#include "driver/host.h"
#include "driver/options.h"
#include "driver/pipeline.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Standard input has no name that one could open again. */
static const char stdin_path[] = "/dev/stdin", stdin_name[] = "<stdin>";

static struct naas_loc shown_at(struct naas_loc loc)
{
    if (loc.file && strcmp(loc.file, stdin_path) == 0)
        loc.file = stdin_name;
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

/* With -Werror=naas every warning of ours is an error. */
static void print_diagnostics(const struct naas_ctx *ctx, bool errors, bool color)
{
    struct naas_ctx *shown = naas_ctx_new();
    for (int i = 0; i < naas_n_diags(ctx); i++) {
        const struct naas_diagnostic *diag = naas_diag_at(ctx, i);
        bool promote = errors && diag->severity == NAAS_WARNING;
        naas_diag(shown, promote ? NAAS_ERROR : diag->severity, shown_at(diag->loc), "%s%s", diag->message,
            promote ? " [-Werror=naas]" : "");
        if (diag->hint)
            naas_hint(shown, "%s", diag->hint);
    }
    naas_diags_print(shown, stderr, color);
    naas_ctx_free(shown);
}

static bool any_error(const struct naas_ctx *ctx)
{
    for (int i = 0; i < naas_n_diags(ctx); i++)
        if (naas_diag_at(ctx, i)->severity == NAAS_ERROR)
            return true;
    return false;
}

/* Where the translation or the dumps go. */
static enum naascc1_status write_result(struct naas_ctx *ctx, const struct pipeline *pipeline,
    const char *folder, const struct pipeline_result *result)
{
    if (pipeline->options->dumps) {
        fwrite(result->text.text, 1, result->text.length, stdout);
        if (fflush(stdout) != 0) {
            naas_diag(ctx, NAAS_ERROR, (struct naas_loc){0}, "cannot write the dump");
            return NAASCC1_ERROR;
        }
        return result->n_dumped > 0 ? NAASCC1_WRITTEN : NAASCC1_ERROR;
    }
    if (result->n_mapped == 0)
        return NAASCC1_NOTHING;
    const char *slash = strrchr(pipeline->source, '/');
    const char *path = naas_format(ctx, "%s/%s", folder, slash ? slash + 1 : pipeline->source);
    return naas_write_file(ctx, path, result->text.text, result->text.length) == NAAS_OK ? NAASCC1_WRITTEN
                                                                                         : NAASCC1_BROKEN;
}

static enum naascc1_status translate(
    struct naas_ctx *ctx, struct pipeline *pipeline, const char *folder, int n, char **compiler)
{
    struct pipeline_result result;
    enum naas_status status = host_ask(ctx, folder, n, compiler, &pipeline->frontend);
    if (status == NAAS_OK)
        status = pipeline_run(ctx, pipeline, &result);
    if (any_error(ctx) || (pipeline->options->errors && naas_n_diags(ctx) > 0 && status != NAAS_OK))
        return NAASCC1_ERROR;
    if (status != NAAS_OK)
        return naas_n_diags(ctx) > 0 ? NAASCC1_NOTHING : NAASCC1_BROKEN;
    if (pipeline->options->errors && result.n_refused > 0)
        return NAASCC1_ERROR;
    if (pipeline->options->dumps && result.n_dumped == 0 && result.n_refused == 0)
        naas_diag(ctx, NAAS_WARNING, (struct naas_loc){.file = pipeline->source}, "no annotated nest");
    return write_result(ctx, pipeline, folder, &result);
}

int main(int argc, char **argv)
{
    struct options options;
    char message[512];
    int i = 4;
    options_default(&options);
    while (i < argc && strcmp(argv[i], "--") != 0) {
        if (options_take(&options, argv[i], message, sizeof message) != OPTION_TAKEN)
            break;
        i++;
    }
    if (i >= argc || strcmp(argv[i], "--") != 0) {
        fputs("usage: naascc1 SOURCE FOLDER DATA [options of naascc] -- CC [options]\n"
              "naascc calls this program; see naascc --help\n",
            stderr);
        return NAASCC1_ERROR;
    }
    struct naas_ctx *ctx = naas_ctx_new();
    struct pipeline pipeline = {.options = &options, .source = argv[1], .data = argv[3]};
    if (strcmp(pipeline.source, stdin_path) == 0)
        pipeline.shown = stdin_name;
    enum naascc1_status status = translate(ctx, &pipeline, argv[2], argc - i - 1, argv + i + 1);
    print_diagnostics(ctx, options.errors, wants_color(argc - i - 1, argv + i + 1));
    naas_ctx_free(ctx);
    return (int)status;
}
