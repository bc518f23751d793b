/* naas validate: runs suites of validate/ and prints their tables. */
#include "driver/naas_validate.h"

#include "driver/settings.h"
#include "validate/validate.h"
#include <string.h>
#include <unistd.h>

struct validate_request {
    struct settings_list operands;
    const struct val_suite *suite; /* NULL: all */
    const char *data, *svg;
    bool json, csv, summary, help;
};

#define MEMBER(name) offsetof(struct validate_request, name)

static const struct setting settings[] = {
    {"--data", SETTING_TEXT, MEMBER(data), "FILE", 0, 0,
        "the figures of a suite that does not ship them; or the folder with such files"},
    {"--summary", SETTING_FORM, MEMBER(summary), NULL, 0, 0, "without the rows"},
    {"--json", SETTING_FORM, MEMBER(json), NULL, 0, 0, "print JSON, one document for each suite"},
    {"--csv", SETTING_FORM, MEMBER(csv), NULL, 0, 0,
        "print suite, row, quantity, published, predicted, error, group, note"},
    {"--svg", SETTING_TEXT, MEMBER(svg), "FILE", 0, 0,
        "write predicted against published as a picture; of one suite"},
    {"--help", SETTING_SWITCH, MEMBER(help), NULL, 0, 0, "print this"},
};
enum { N_SETTINGS = sizeof settings / sizeof settings[0] };

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
    settings_help(out, settings, N_SETTINGS);
}

static const struct val_suite *find_suite(const char *name)
{
    for (const struct val_suite *suite = val_suites; suite->name; suite++)
        if (strcmp(suite->name, name) == 0)
            return suite;
    return NULL;
}

/* --data itself, or the file in it that the suite wants; NULL when there is none and none is needed. */
static const char *data_of(
    struct naas_ctx *ctx, const struct validate_request *request, const struct val_suite *suite)
{
    if (!suite->data || !request->data)
        return NULL;
    const char *path = naas_format(ctx, "%s/%s", request->data, suite->data);
    return access(path, R_OK) == 0 ? path : request->data;
}

static enum naas_status run_suite(struct naas_ctx *ctx, const struct validate_request *request,
    const struct val_suite *suite, struct naas_buf *out)
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

static enum naas_status run(
    struct naas_ctx *ctx, const struct validate_request *request, struct naas_buf *out)
{
    enum naas_status status = NAAS_OK;
    for (const struct val_suite *suite = val_suites; suite->name && status == NAAS_OK; suite++)
        if (!request->suite || request->suite == suite)
            status = run_suite(ctx, request, suite, out);
    return status;
}

/* NULL, or what is wrong with the command line. */
static const char *read_request(
    struct naas_ctx *ctx, struct validate_request *request, int argc, const char *const *argv)
{
    *request = (struct validate_request){0};
    const char *fault = settings_read(ctx, settings, N_SETTINGS, request, &request->operands, argc, argv);
    if (fault || request->help)
        return fault;
    if (request->operands.n > 1)
        return naas_format(ctx, "one suite too many: %s", request->operands.word[1]);
    if (request->operands.n == 1 && !(request->suite = find_suite(request->operands.word[0])))
        return naas_format(ctx, "unknown suite %s", request->operands.word[0]);
    return request->svg && !request->suite ? "name the suite for --svg" : NULL;
}

int naas_validate(const struct naas_request *given, int argc, const char *const *argv)
{
    (void)given;
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf out = naas_buf_new(ctx);
    struct validate_request request;
    const char *fault = read_request(ctx, &request, argc, argv);
    int exit_status;
    if (naas_may_run(fault, request.help, help, &exit_status))
        exit_status = naas_finish(ctx, run(ctx, &request, &out), &out);
    naas_ctx_free(ctx);
    return exit_status;
}
