#include "driver/naas.h"
#include "driver/process.h"
#include "naas_config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_BAD_INPUT = 1, EXIT_USAGE = 2 };

/* ---- commands: each writes to out, which is printed when all went well ---- */

static enum naas_status read_operands(struct naas_ctx *ctx, const struct naas_request *request,
    struct as_problem *problem, struct as_accel *accel, struct as_mapping *mapping)
{
    enum naas_status status = naas_read_problem(ctx, request, request->operand[0], problem);
    if (status == NAAS_OK && accel)
        status = naas_read_accel(ctx, request, request->operand[1], accel);
    if (status == NAAS_OK && mapping)
        status = as_mapping_from_json(ctx, request->operand[2], problem, accel, mapping);
    return status;
}

static enum naas_status run_eval(
    struct naas_ctx *ctx, const struct naas_request *request, struct naas_buf *out)
{
    struct as_problem problem;
    struct as_accel accel;
    struct as_mapping mapping;
    struct as_cost cost;
    struct naas_loc loc = {.file = request->operand[2]};
    enum naas_status status = read_operands(ctx, request, &problem, &accel, &mapping);
    if (status != NAAS_OK)
        return status;
    const char *fault = as_mapping_fault(ctx, &problem, &accel, &mapping);
    if (fault) {
        naas_diag(ctx, NAAS_ERROR, loc, "%s", fault);
        return NAAS_BAD_INPUT;
    }
    status = as_evaluate(&problem, &accel, &mapping, &cost);
    if (status != NAAS_OK)
        naas_diag(ctx, NAAS_ERROR, loc, "the cost model does not cover this mapping");
    else if (request->json)
        naas_cost_json(out, &problem, &accel, &cost);
    else
        naas_cost_print(out, &problem, &accel, &mapping, &cost);
    return status;
}

static enum naas_status run_map(
    struct naas_ctx *ctx, const struct naas_request *request, struct naas_buf *out)
{
    struct as_problem problem;
    struct as_accel accel;
    struct as_mapping mapping;
    struct as_cost cost;
    struct naas_loc loc = {.file = request->operand[0]};
    enum naas_status status = read_operands(ctx, request, &problem, &accel, NULL);
    if (status == NAAS_OK)
        status = as_map(ctx, &problem, &accel, loc, &mapping, &cost);
    if (status != NAAS_OK)
        return status;
    if (request->json) {
        as_mapping_json(out, &problem, &accel, &mapping);
        return NAAS_OK;
    }
    as_mapping_print(out, &problem, &accel, &mapping);
    naas_buf_puts(out, "\n");
    naas_cost_print(out, &problem, &accel, &mapping, &cost);
    return NAAS_OK;
}

static enum naas_status run_show(
    struct naas_ctx *ctx, const struct naas_request *request, struct naas_buf *out)
{
    struct as_problem problem;
    struct as_accel accel;
    struct as_mapping mapping;
    bool with_accel = request->n > 1, with_mapping = request->n > 2;
    enum naas_status status =
        read_operands(ctx, request, &problem, with_accel ? &accel : NULL, with_mapping ? &mapping : NULL);
    if (status != NAAS_OK)
        return status;
    if (with_mapping)
        (request->json ? as_mapping_json : as_mapping_print)(out, &problem, &accel, &mapping);
    else if (with_accel)
        (request->json ? as_accel_json : as_accel_print)(out, &accel);
    else
        (request->json ? as_problem_json : as_problem_print)(out, &problem);
    return NAAS_OK;
}

static const struct command {
    const char *name, *operands;
    int least, most; /* operands */
    enum naas_status (*run)(struct naas_ctx *ctx, const struct naas_request *request, struct naas_buf *out);
    const char *help, *example;
} commands[] = {
    {"eval", "PROBLEM ACCEL MAPPING", 3, 3, run_eval, "what a mapping costs: accesses, cycles, energy, area",
        "naas eval conv.json eyeriss mapping.json"},
    {"map", "PROBLEM ACCEL", 2, 2, run_map, "a mapping for a problem on a fixed accelerator, and its cost",
        "naas map examples/conv2d.c eyeriss --json > mapping.json"},
    {"show", "PROBLEM [ACCEL [MAPPING]]", 1, 3, run_show, "the last operand, checked and laid out",
        "naas show examples/conv2d.c --json > conv.json"},
};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

/* ---- help ---- */

static const struct {
    const char *name, *help;
} flags[] = {
    {"--json", "print JSON"},
    {"--nest NAME", "the nest of a C file that is meant, when it has several"},
    {"--help", "print this"},
};
enum { N_FLAGS = sizeof flags / sizeof flags[0] };

static void help_of_flags(FILE *out)
{
    fputs("\nPROBLEM: a problem in JSON, or a C file with an annotated nest\n"
          "ACCEL:   an accelerator in JSON, or the name of a shipped one\n"
          "MAPPING: a mapping in JSON\n\n",
        out);
    for (int i = 0; i < N_FLAGS; i++)
        fprintf(out, "  %-12s %s\n", flags[i].name, flags[i].help);
}

static void help(FILE *out, const struct command *command)
{
    if (command) {
        fprintf(out, "usage: naas %s %s [options]\n\n%s\n\nexample: %s\n", command->name, command->operands,
            command->help, command->example);
    } else {
        fputs("usage: naas COMMAND ... [options]\n\n", out);
        for (int i = 0; i < N_COMMANDS; i++)
            fprintf(out, "  %-5s %-26s %s\n", commands[i].name, commands[i].operands, commands[i].help);
        fprintf(out, "\nexample: %s\n", commands[1].example);
    }
    help_of_flags(out);
}

static int wrong_usage(const struct command *command, const char *what, const char *word)
{
    fprintf(stderr, "naas: error: %s%s%s\n\n", what, word ? " " : "", word ? word : "");
    help(stderr, command);
    return EXIT_USAGE;
}

/* ---- main ---- */

static int run(const struct command *command, const struct naas_request *request)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf out = naas_buf_new(ctx);
    enum naas_status status = command->run(ctx, request, &out);
    naas_diags_print(ctx, stderr, isatty(STDERR_FILENO));
    if (status == NAAS_OK) {
        fwrite(out.text, 1, out.length, stdout);
        if (fflush(stdout) != 0) {
            fputs("naas: error: cannot write the result\n", stderr);
            status = NAAS_SYSTEM;
        }
    }
    naas_ctx_free(ctx);
    return status == NAAS_OK ? 0 : EXIT_BAD_INPUT;
}

static const struct command *find_command(const char *name)
{
    for (int i = 0; i < N_COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

int main(int argc, char **argv)
{
    struct naas_request request = {.bin = process_own_folder()};
    const char *operands[3];
    const struct command *command = argc > 1 ? find_command(argv[1]) : NULL;
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        puts("naas " NAAS_VERSION);
        return 0;
    }
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0) {
            help(stdout, command);
            return 0;
        }
    if (!command)
        return wrong_usage(NULL, argc > 1 ? "unknown command" : "no command", argc > 1 ? argv[1] : NULL);
    if (!request.bin) {
        fputs("naas: error: /proc is not mounted\n", stderr);
        return EXIT_BAD_INPUT;
    }
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            request.json = true;
        else if (strcmp(argv[i], "--nest") == 0 && i + 1 < argc)
            request.nest = argv[++i];
        else if (argv[i][0] == '-')
            return wrong_usage(command, "unknown option", argv[i]);
        else if (request.n == command->most)
            return wrong_usage(command, "one operand too many:", argv[i]);
        else
            operands[request.n++] = argv[i];
    }
    if (request.n < command->least)
        return wrong_usage(command, "an operand is missing", NULL);
    request.operand = operands;
    int status = run(command, &request);
    free((char *)request.bin);
    return status;
}
