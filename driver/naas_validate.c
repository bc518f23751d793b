/* naas validate: runs suites of validate/ and prints their tables. */
#include "driver/naas_validate.h"

#include "support/support.h"
#include "validate/validate.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct request {
    const struct val_suite *suite; /* NULL: all */
    const char *data, *svg;
    bool json, csv, summary;
};

static const struct {
    const char *name, *help;
} flags[] = {
    {"--data FILE", "the figures of a suite that does not ship them; or the folder with such files"},
    {"--summary", "without the rows"},
    {"--json", "print JSON, one document for each suite"},
    {"--csv", "print suite, row, quantity, published, predicted, error, note"},
    {"--svg FILE", "write predicted against published as a picture; of one suite"},
    {"--help", "print this"},
};

static void help(FILE *out)
{
    fputs("usage: naas validate [SUITE] [options]\n\n"
          "what the cost model predicts of designs that others measured or modelled, beside what they "
          "published\n\n"
          "example: naas validate timeloop --data accelerators_timeloop_gemmini.csv --summary\n\n",
        out);
    for (const struct val_suite *suite = val_suites; suite->name; suite++) {
        fprintf(out, "  %-12s %s\n", suite->name, suite->title);
        if (suite->data)
            fprintf(out, "  %-12s of %s, which does not come with naas\n", "", suite->data);
    }
    fputs("\n", out);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        fprintf(out, "  %-12s %s\n", flags[i].name, flags[i].help);
}

static int wrong_usage(const char *what, const char *word)
{
    fprintf(stderr, "naas: error: %s %s\n\n", what, word);
    help(stderr);
    return 2;
}

static const struct val_suite *find_suite(const char *name)
{
    for (const struct val_suite *suite = val_suites; suite->name; suite++)
        if (strcmp(suite->name, name) == 0)
            return suite;
    return NULL;
}

/* --data itself, or the file in it that the suite wants; NULL when there is none and none is needed. */
static const char *data_of(struct naas_ctx *ctx, const struct request *request, const struct val_suite *suite)
{
    if (!suite->data || !request->data)
        return NULL;
    const char *path = naas_format(ctx, "%s/%s", request->data, suite->data);
    return access(path, R_OK) == 0 ? path : request->data;
}

static enum naas_status run_suite(
    struct naas_ctx *ctx, const struct request *request, const struct val_suite *suite, struct naas_buf *out)
{
    struct val_table table;
    const char *data = data_of(ctx, request, suite);
    if (suite->data && !data) {
        naas_diag(ctx, request->suite ? NAAS_ERROR : NAAS_WARNING, (struct naas_loc){0},
            "suite %s needs --data with %s: not run", suite->name, suite->data);
        return request->suite ? NAAS_BAD_INPUT : NAAS_OK;
    }
    enum naas_status status = val_run(ctx, suite, data, &table);
    if (status != NAAS_OK)
        return status;
    if (request->json)
        val_json(out, &table);
    else if (request->csv)
        val_csv(out, &table);
    else
        val_print(out, &table, !request->summary);
    if (!request->svg)
        return NAAS_OK;
    struct naas_buf picture = naas_buf_new(ctx);
    val_svg(&picture, &table);
    return naas_write_file(ctx, request->svg, picture.text, picture.length);
}

static int run(const struct request *request)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf out = naas_buf_new(ctx);
    enum naas_status status = NAAS_OK;
    for (const struct val_suite *suite = val_suites; suite->name && status == NAAS_OK; suite++)
        if (!request->suite || request->suite == suite)
            status = run_suite(ctx, request, suite, &out);
    naas_diags_print(ctx, stderr, isatty(STDERR_FILENO));
    if (status == NAAS_OK) {
        fwrite(out.text, 1, out.length, stdout);
        if (fflush(stdout) != 0) {
            fputs("naas: error: cannot write the result\n", stderr);
            status = NAAS_SYSTEM;
        }
    }
    naas_ctx_free(ctx);
    return status == NAAS_OK ? 0 : 1;
}

int naas_validate(const struct naas_request *given, int argc, const char *const *argv)
{
    (void)given;
    struct request request = {0};
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        bool takes_value = strcmp(word, "--data") == 0 || strcmp(word, "--svg") == 0;
        if (takes_value && i + 1 == argc)
            return wrong_usage("a value is missing behind", word);
        if (strcmp(word, "--help") == 0) {
            help(stdout);
            return 0;
        }
        if (strcmp(word, "--data") == 0)
            request.data = argv[++i];
        else if (strcmp(word, "--svg") == 0)
            request.svg = argv[++i];
        else if (strcmp(word, "--json") == 0)
            request.json = true;
        else if (strcmp(word, "--csv") == 0)
            request.csv = true;
        else if (strcmp(word, "--summary") == 0)
            request.summary = true;
        else if (word[0] == '-')
            return wrong_usage("unknown option", word);
        else if (request.suite || !(request.suite = find_suite(word)))
            return wrong_usage(request.suite ? "one suite too many:" : "unknown suite", word);
    }
    if (request.svg && !request.suite)
        return wrong_usage("name the suite for", "--svg");
    return run(&request);
}
