/* naas detect: this machine as an accelerator, as the native target sees it. */
#include "driver/machine.h"
#include "driver/naas.h"
#include "driver/settings.h"

struct detect_request {
    const char *output;
    bool measure, help;
};

#define MEMBER(name) offsetof(struct detect_request, name)

static const struct setting settings[] = {
    {"--measure", SETTING_SWITCH, MEMBER(measure), NULL, 0, 0,
        "measure anew what the cache folder remembers of this machine"},
    {"--output", SETTING_TEXT, MEMBER(output), "FILE", 0, 0,
        "write to FILE instead of standard output, and say where it is remembered"},
    {"--help", SETTING_SWITCH, MEMBER(help), NULL, 0, 0, "print this"},
};
enum { N_SETTINGS = sizeof settings / sizeof settings[0] };

static void help(FILE *out)
{
    fputs("usage: naas detect [options]\n\n"
          "this machine as an accelerator in JSON: axes are cores and lanes of the vector unit, levels "
          "registers, "
          "L1, L2, L3 and memory. Clock and rates are measured once and remembered in\n"
          "$XDG_CACHE_HOME/naas/cpu-*.json or ~/.cache/naas/cpu-*.json, where naascc -fnaas-target=native "
          "looks "
          "for them.\n\n"
          "example: naas detect --output here.json\n\n",
        out);
    settings_help(out, settings, N_SETTINGS);
}

static enum naas_status detect(
    struct naas_ctx *ctx, const struct detect_request *request, struct naas_buf *out)
{
    struct machine_vectors vectors = machine_vectors_here();
    const char *file = machine_file(ctx, vectors, request->measure);
    enum naas_status status = NAAS_OK;
    char *text;
    if (file) {
        status = naas_read_file(ctx, file, &text, NULL);
        if (status == NAAS_OK)
            naas_buf_puts(out, text);
    } else {
        struct machine machine;
        machine_look(&machine, "/sys", vectors);
        machine_measure(&machine);
        machine_print(out, &machine);
        naas_diag(ctx, NAAS_WARNING, (struct naas_loc){0},
            "no cache folder can be written, so that this is not remembered");
        naas_hint(ctx, "XDG_CACHE_HOME or HOME says where it is");
    }
    if (status != NAAS_OK || !request->output)
        return status;
    status = naas_write_file(ctx, request->output, out->text, out->length);
    *out = naas_buf_new(ctx);
    if (status == NAAS_OK && file)
        naas_buf_printf(out, "%s, remembered in %s\n", request->output, file);
    return status;
}

int naas_detect(const struct naas_request *paths, int argc, const char *const *argv)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf out = naas_buf_new(ctx);
    struct detect_request request = {0};
    const char *fault = settings_read(ctx, settings, N_SETTINGS, &request, NULL, argc, argv);
    int status = 0;
    (void)paths;
    if (fault && !request.help) {
        fprintf(stderr, "naas: error: %s\n\n", fault);
        help(stderr);
        status = EXIT_USAGE;
    } else if (request.help) {
        help(stdout);
    } else {
        status = naas_finish(ctx, detect(ctx, &request, &out), &out);
    }
    naas_ctx_free(ctx);
    return status;
}
