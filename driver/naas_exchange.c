#include "driver/naas_exchange.h"
#include "driver/settings.h"
#include "exchange/exchange.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct words {
    struct settings_list operands;
    const char *timeloop, *maestro, *output, *nest;
    bool from_timeloop, help;
};

#define MEMBER(name) offsetof(struct words, name)

static const struct setting export_settings[] = {
    {"--timeloop", SETTING_TEXT, MEMBER(timeloop), "DIR", 0, 0,
        "write arch.yaml, problem.yaml and mapping.yaml (Timeloop 0.4) there"},
    {"--maestro", SETTING_TEXT, MEMBER(maestro), "DIR", 0, 0, "write layer.m and hw.m (MAESTRO) there"},
    {"--nest", SETTING_TEXT, MEMBER(nest), "NAME", 0, 0, "of a C file or network: this nest or layer"},
    {"--help", SETTING_SWITCH, MEMBER(help), NULL, 0, 0, "print this"},
};
static const struct setting import_settings[] = {
    {"--timeloop", SETTING_SWITCH, MEMBER(from_timeloop), NULL, 0, 0,
        "the files are Timeloop's (0.2 to 0.4), the only ones that are read"},
    {"-o", SETTING_TEXT, MEMBER(output), "DIR", 0, 0,
        "write accelerator.json, problem.json and mapping.json there, of what the files hold"},
    {"--help", SETTING_SWITCH, MEMBER(help), NULL, 0, 0, "print this"},
};

static const struct tool {
    const char *name, *usage, *what, *example;
    const struct setting *settings;
    int n_settings;
} tools[] = {
    {"export", "PROBLEM ACCEL [MAPPING] --timeloop DIR --maestro DIR",
        "a design in the formats of Timeloop and MAESTRO; what these cannot say is named",
        "naas export conv.json eyeriss mapping.json --timeloop out", export_settings, 4},
    {"import", "FILE.yaml ... -o DIR",
        "architecture, problem and mapping of Timeloop; what cannot be expressed is named with file and line",
        "naas import arch.yaml problem.yaml mapping.yaml -o design", import_settings, 3},
};

static void help(FILE *out, const struct tool *tool)
{
    fprintf(out, "usage: naas %s %s\n\n%s\n\nexample: %s\n\n", tool->name, tool->usage, tool->what,
        tool->example);
    settings_help(out, tool->settings, tool->n_settings);
}

static enum naas_status write_text(
    struct naas_ctx *ctx, const char *folder, const char *name, const struct naas_buf *text)
{
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = folder}, "cannot make the folder: %s",
            strerror(errno));
        return NAAS_SYSTEM;
    }
    return naas_write_file(ctx, naas_format(ctx, "%s/%s", folder, name), text->text, text->length);
}

/* ---- export ---- */

static enum naas_status export_timeloop(struct naas_ctx *ctx, const char *folder,
    const struct as_problem *problem, const struct as_accel *accel, const struct as_mapping *mapping)
{
    struct xc_texts texts;
    enum naas_status status = xc_timeloop_write(ctx, problem, accel, mapping, &texts);
    if (status == NAAS_OK)
        status = write_text(ctx, folder, "arch.yaml", &texts.architecture);
    if (status == NAAS_OK)
        status = write_text(ctx, folder, "problem.yaml", &texts.problem);
    return status == NAAS_OK && mapping ? write_text(ctx, folder, "mapping.yaml", &texts.mapping) : status;
}

static enum naas_status export_maestro(struct naas_ctx *ctx, const char *folder,
    const struct as_problem *problem, const struct as_accel *accel, const struct as_mapping *mapping)
{
    struct naas_buf layer, hardware;
    enum naas_status status = xc_maestro_write(ctx, problem, accel, mapping, &layer, &hardware);
    if (status == NAAS_OK)
        status = write_text(ctx, folder, "layer.m", &layer);
    return status == NAAS_OK ? write_text(ctx, folder, "hw.m", &hardware) : status;
}

static enum naas_status run_export(
    struct naas_ctx *ctx, const struct naas_request *paths, const struct words *words)
{
    struct naas_request request = *paths;
    struct as_problem problem;
    struct as_accel accel;
    struct as_mapping mapping;
    request.nest = words->nest;
    enum naas_status status = naas_read_problem(ctx, &request, words->operands.word[0], &problem);
    if (status == NAAS_OK)
        status = naas_read_accel(ctx, &request, words->operands.word[1], &accel);
    if (status == NAAS_OK && words->operands.n > 2)
        status = as_mapping_from_json(ctx, words->operands.word[2], &problem, &accel, &mapping);
    const struct as_mapping *given = words->operands.n > 2 ? &mapping : NULL;
    if (status == NAAS_OK && words->timeloop)
        status = export_timeloop(ctx, words->timeloop, &problem, &accel, given);
    if (status == NAAS_OK && words->maestro)
        status = export_maestro(ctx, words->maestro, &problem, &accel, given);
    return status;
}

/* ---- import ---- */

static enum naas_status run_import(struct naas_ctx *ctx, const struct words *words)
{
    struct xc_design *design = naas_alloc(ctx, 1, sizeof *design);
    struct naas_buf problem = naas_buf_new(ctx), mapping = naas_buf_new(ctx);
    enum naas_status status = xc_timeloop_read(ctx, words->operands.n, words->operands.word, design);
    if (status == NAAS_OK && !design->has_accel && !design->has_problem && !design->has_mapping) {
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = words->operands.word[0]},
            "there is no architecture, problem or mapping to import");
        status = NAAS_BAD_INPUT;
    }
    if (status == NAAS_OK && design->has_accel)
        status = write_text(ctx, words->output, "accelerator.json", &design->accel_json);
    if (status == NAAS_OK && design->has_problem) {
        as_problem_json(&problem, &design->problem);
        status = write_text(ctx, words->output, "problem.json", &problem);
    }
    if (status == NAAS_OK && design->has_mapping) {
        as_mapping_json(&mapping, &design->problem, &design->accel, &design->mapping);
        status = write_text(ctx, words->output, "mapping.json", &mapping);
    }
    return status;
}

/* ---- both ---- */

static const char *missing(const struct tool *tool, const struct words *words)
{
    if (tool == &tools[0])
        return words->operands.n < 2 || words->operands.n > 3 ? "PROBLEM ACCEL [MAPPING] belong here"
               : !words->timeloop && !words->maestro          ? "--timeloop or --maestro is missing"
                                                              : NULL;
    return words->operands.n == 0 ? "a file is missing" : !words->output ? "-o is missing" : NULL;
}

static int run(const struct tool *tool, const struct naas_request *paths, int argc, const char *const *argv)
{
    struct words words = {0};
    struct naas_ctx *ctx = naas_ctx_new();
    const char *fault =
        settings_read(ctx, tool->settings, tool->n_settings, &words, &words.operands, argc, argv);
    if (!fault && words.help) {
        help(stdout, tool);
        naas_ctx_free(ctx);
        return 0;
    }
    if (!fault)
        fault = missing(tool, &words);
    if (fault) {
        fprintf(stderr, "naas: error: %s\n\n", fault);
        help(stderr, tool);
        naas_ctx_free(ctx);
        return EXIT_USAGE;
    }
    enum naas_status status = tool == &tools[0] ? run_export(ctx, paths, &words) : run_import(ctx, &words);
    naas_diags_print(ctx, stderr, isatty(STDERR_FILENO));
    naas_ctx_free(ctx);
    return status == NAAS_OK ? 0 : EXIT_BAD_INPUT;
}

int naas_export(const struct naas_request *paths, int argc, const char *const *argv)
{
    return run(&tools[0], paths, argc, argv);
}

int naas_import(const struct naas_request *paths, int argc, const char *const *argv)
{
    return run(&tools[1], paths, argc, argv);
}
