#include "driver/naas.h"
#include "cluster/cluster.h"
#include "driver/man.h"
#include "driver/naas_campaign.h"
#include "driver/naas_exchange.h"
#include "driver/naas_search.h"
#include "driver/naas_tech.h"
#include "driver/naas_validate.h"
#include "driver/process.h"
#include "naas_config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    if (status == NAAS_OK && request->explain)
        status = (request->json ? naas_explain_json : naas_explain)(out, &problem, &accel, &mapping, &cost);
    if (status != NAAS_OK)
        naas_diag(ctx, NAAS_ERROR, loc, "the cost model does not cover this mapping");
    else if (request->json && request->explain)
        return NAAS_OK;
    else if (request->json)
        naas_cost_json(out, &problem, &accel, &cost);
    else if (request->form == NAAS_CSV)
        naas_cost_csv(out, &problem, &accel, &cost);
    else
        naas_cost_print(out, &problem, &accel, &mapping, &cost);
    return status;
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
    return naas_show(ctx, request, out, &problem, with_accel ? &accel : NULL, with_mapping ? &mapping : NULL);
}

/* Options of those commands, beside the forms of output. */
enum { JSON = 16, EXPLAIN = 32, NEST = 64 };

static const struct command {
    const char *name, *operands;
    int least, most; /* operands */
    unsigned takes;  /* bits of enum naas_form that it prints, and of the options above */
    enum naas_status (*run)(struct naas_ctx *ctx, const struct naas_request *request, struct naas_buf *out);
    const char *help, *example;
    /* A command with options of its own reads all that follows its name. */
    int (*program)(const struct naas_request *request, int argc, const char *const *argv);
} commands[] = {
    {"eval", "PROBLEM ACCEL MAPPING", 3, 3, NAAS_CSV | JSON | EXPLAIN | NEST, run_eval,
        "what a mapping costs: accesses, cycles, energy, area", "naas eval conv.json eyeriss mapping.json",
        NULL},
    {"map", "PROBLEM ACCEL", 2, 2, 0, NULL, "a mapping for each problem on a fixed accelerator, and its cost",
        "naas map examples/conv2d.c eyeriss --json > mapping.json", naas_map},
    {"show", "PROBLEM [ACCEL [MAPPING]]", 1, 3, NAAS_TREE | NAAS_TABLE | NAAS_CSV | NAAS_SVG | JSON | NEST,
        run_show, "the last operand, checked and laid out", "naas show examples/conv2d.c --json > conv.json",
        NULL},
    {"report", "FOLDER", 1, 1, 0, naas_report,
        "what naas search, nas or campaign left there, as a page of HTML that needs no network",
        "naas report found > found.html", NULL},
    {"search", "--network N --budget B", 0, 0, 0, NULL,
        "an accelerator within a budget, and mappings, for networks",
        "naas search --network resnet50 --budget nvdla-1024", naas_search},
    {"nas", "--space S --budget B", 0, 0, 0, NULL,
        "an accelerator within a budget, an accurate enough network of a space, and its mappings",
        "naas nas --space ofa-resnet50 --budget eyeriss --min-accuracy 76.5", naas_nas},
    {"campaign", "FILE.json|NAME", 0, 0, 0, NULL,
        "searches for networks, budgets, objectives and seeds crossed, as one job",
        "naas campaign paper -o paper", naas_campaign},
    {"export", "PROBLEM ACCEL [MAPPING]", 0, 0, 0, NULL, "a design in the formats of Timeloop and MAESTRO",
        "naas export conv.json eyeriss mapping.json --timeloop out", naas_export},
    {"import", "FILE.yaml ... -o DIR", 0, 0, 0, NULL, "architecture, problem and mapping of Timeloop",
        "naas import arch.yaml problem.yaml mapping.yaml -o design", naas_import},
    {"detect", "[--measure] [--output FILE]", 0, 0, 0, NULL,
        "this machine as an accelerator: cores, vectors and caches, clock and rates",
        "naas detect --output here.json", naas_detect},
    {"db", "[FILE] [--prune|--clear]", 0, 0, 0, NULL, "what is remembered of mapping searches",
        "naas db --prune", naas_db},
    {"tech", "[TABLE [COMPONENT]]", 0, 0, 0, NULL,
        "what a component costs by a technology table, or in an accelerator, and where that comes from",
        "naas tech 45nm sram --capacity 64KiB --width 64", naas_tech},
    {"validate", "[SUITE] [--data FILE]", 0, 0, 0, NULL,
        "what the cost model predicts of published designs, beside what was published",
        "naas validate timeloop --data accelerators_timeloop_gemmini.csv --summary", naas_validate},
};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

/* ---- help ---- */

static const struct flag {
    const char *name, *help;
    unsigned bit, with; /* those that it can stand beside */
} flags[] = {
    {"--json", "print JSON", JSON, NAAS_TABLE | EXPLAIN | NEST},
    {"--csv", "print CSV: show, the loops of a mapping; eval, its counts", NAAS_CSV, NEST},
    {"--tree", "with show: a mapping as a tree", NAAS_TREE, NEST},
    {"--table", "with show: a mapping as a table of factors, with --json a list of its loops", NAAS_TABLE,
        JSON | NEST},
    {"--svg", "with show: a mapping as a picture of arrays, storage and timeline", NAAS_SVG, NEST},
    {"--explain", "with eval: which loop moves what, and what is busy how long", EXPLAIN, JSON | NEST},
    {"--nest NAME", "only this nest of a C file, or layer of a network", NEST, ~0u},
    {"--help", "print this", 0, ~0u},
};
enum { N_FLAGS = sizeof flags / sizeof flags[0] };

/* Alone: what is shipped, one name a line. */
#define LIST "--list-"
static const struct {
    const char *name, *folder, *help;
} lists[] = {
    {"accelerators", "accelerators", "alone: print the names of the shipped accelerators"},
    {"campaigns", "campaigns", "alone: print the names of the shipped campaigns"},
    {"networks", "networks", "alone: print the names of the shipped networks"},
    {"spaces", "spaces", "alone: print the names of the shipped spaces of networks"},
    {"technologies", "technology", "alone: print the names that an accelerator's technology may have"},
};
enum { N_LISTS = sizeof lists / sizeof lists[0] };

static void help_of_flags(FILE *out)
{
    fputs("\nPROBLEM: a problem or network in JSON, a C file with annotated nests, or the name of a shipped "
          "network\n"
          "ACCEL:   an accelerator in JSON, or the name of a shipped one\n"
          "MAPPING: a mapping in JSON\n\n",
        out);
    for (int i = 0; i < N_FLAGS; i++)
        fprintf(out, "  %-12s %s\n", flags[i].name, flags[i].help);
}

static void help_of_lists(FILE *out)
{
    for (int i = 0; i < N_LISTS; i++)
        fprintf(out, "  " LIST "%-14s %s\n", lists[i].name, lists[i].help);
}

static void help(FILE *out, const struct command *command)
{
    if (command) {
        fprintf(out, "usage: naas %s %s [options]\n\n%s\n\nexample: %s\n", command->name, command->operands,
            command->help, command->example);
    } else {
        fputs("usage: naas COMMAND ... [options]\n\n", out);
        for (int i = 0; i < N_COMMANDS; i++)
            fprintf(out, "  %-8s %-27s %s\n", commands[i].name, commands[i].operands, commands[i].help);
        fprintf(out, "\nexample: %s\n", commands[1].example);
    }
    help_of_flags(out);
    if (!command)
        help_of_lists(out);
}

static void print_man(void)
{
    man_begin(
        stdout, "naas", "explores neural accelerators and mappings onto them", "naas COMMAND ... [options]");
    man_section(stdout, "COMMANDS");
    for (int i = 0; i < N_COMMANDS; i++) {
        char term[128], example[160];
        snprintf(term, sizeof term, "%s %s", commands[i].name, commands[i].operands);
        snprintf(example, sizeof example, "Example: %s", commands[i].example);
        man_item(stdout, term, commands[i].help, example);
    }
    man_section(stdout, "OPTIONS");
    for (int i = 0; i < N_FLAGS; i++)
        man_item(stdout, flags[i].name, flags[i].help, NULL);
    for (int i = 0; i < N_LISTS; i++) {
        char term[64];
        snprintf(term, sizeof term, LIST "%s", lists[i].name);
        man_item(stdout, term, lists[i].help, NULL);
    }
    man_paragraph(stdout, "Options of a command that has its own are listed by its --help.");
    man_section(stdout, "MANY MACHINES");
    man_paragraph(stdout,
        "mpirun -n N naas map, search, nas or campaign, with the same options, shares the work among N "
        "processes "
        "with the same result. Process 0 writes all files; --threads is of each process. When the job ends "
        "early, "
        "naas search --resume FOLDER (or the same campaign again) goes on, with mpirun or without.");
    man_section(stdout, "EXIT STATUS");
    man_item(stdout, "0", "all went well", NULL);
    man_item(stdout, "1", "an input is wrong or cannot be handled; a message says which and why", NULL);
    man_item(stdout, "2", "the command line is wrong", NULL);
    man_item(stdout, "3", "under mpirun: another process fell silent; the message says how to go on", NULL);
    man_section(stdout, "SEE ALSO");
    man_paragraph(stdout, "naascc(1)");
}

static int wrong_usage(const struct command *command, const char *what, const char *word)
{
    fprintf(stderr, "naas: error: %s%s%s\n\n", what, word ? " " : "", word ? word : "");
    help(stderr, command);
    return EXIT_USAGE;
}

/* ---- main ---- */

bool naas_may_run(const char *fault, bool wants_help, void (*help_of)(FILE *out), int *exit_status)
{
    *exit_status = fault ? EXIT_USAGE : 0;
    if (fault)
        fprintf(stderr, "naas: error: %s\n\n", fault);
    if (fault || wants_help)
        help_of(fault ? stderr : stdout);
    return !fault && !wants_help;
}

int naas_finish(struct naas_ctx *ctx, enum naas_status status, const struct naas_buf *out)
{
    naas_diags_print(ctx, stderr, isatty(STDERR_FILENO));
    if (status == NAAS_OK)
        fwrite(out->text, 1, out->length, stdout);
    return status == NAAS_OK ? 0 : EXIT_BAD_INPUT;
}

static int run(const struct command *command, const struct naas_request *request)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf out = naas_buf_new(ctx);
    int status = naas_finish(ctx, command->run(ctx, request, &out), &out);
    naas_ctx_free(ctx);
    return status;
}

static const struct flag *find_flag(const char *option)
{
    for (int i = 0; i < N_FLAGS; i++) {
        size_t n = strcspn(flags[i].name, " ");
        if (strncmp(flags[i].name, option, n) == 0 && !option[n])
            return &flags[i];
    }
    return NULL;
}

/* Of the flags given, one that this one cannot stand beside: one of the two would be ignored. */
static const struct flag *contradicted(const struct flag *flag, unsigned given)
{
    for (int i = 0; i < N_FLAGS; i++)
        if (&flags[i] != flag && (flags[i].bit & given & ~flag->with))
            return &flags[i];
    return NULL;
}

static const struct command *find_command(const char *name)
{
    for (int i = 0; i < N_COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

/* Options and operands behind the command's name; 0, or the exit status of a wrong one. */
static int read_words(const struct command *command, struct naas_request *request, const char *operands[3],
    int argc, char **argv)
{
    unsigned given = 0;
    for (int i = 2; i < argc; i++) {
        const struct flag *flag = find_flag(argv[i]), *other = flag ? contradicted(flag, given) : NULL;
        if (!flag && argv[i][0] == '-')
            return wrong_usage(command, "unknown option", argv[i]);
        if (!flag && request->n == command->most)
            return wrong_usage(command, "one operand too many:", argv[i]);
        if (!flag) {
            operands[request->n++] = argv[i];
            continue;
        }
        if (!(flag->bit & command->takes))
            return wrong_usage(command, "this command does not take", argv[i]);
        if (other) {
            char fault[64];
            snprintf(fault, sizeof fault, "%s and %s exclude each other", other->name, flag->name);
            return wrong_usage(command, fault, NULL);
        }
        given |= flag->bit;
        if (flag->bit == NEST && i + 1 == argc)
            return wrong_usage(command, "a name is missing behind", argv[i]);
        if (flag->bit == NEST)
            request->nest = argv[++i];
    }
    request->json = given & JSON;
    request->explain = given & EXPLAIN;
    request->form = given & (NAAS_TREE | NAAS_TABLE | NAAS_CSV | NAAS_SVG);
    return request->n < command->least ? wrong_usage(command, "an operand is missing", NULL) : 0;
}

static int start(struct naas_request *request, int argc, char **argv)
{
    const char *operands[3];
    const struct command *command = argc > 1 ? find_command(argv[1]) : NULL;
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        puts("naas " NAAS_VERSION);
        return 0;
    }
    if (argc == 2 && request->bin && strncmp(argv[1], LIST, strlen(LIST)) == 0)
        for (int i = 0; i < N_LISTS; i++)
            if (strcmp(argv[1] + strlen(LIST), lists[i].name) == 0)
                return naas_list(request, lists[i].folder);
    if (argc > 1 && strcmp(argv[1], "--man") == 0) {
        print_man();
        return 0;
    }
    if (command && command->program && request->bin)
        return command->program(request, argc - 2, (const char *const *)argv + 2);
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0) {
            help(stdout, command);
            return 0;
        }
    if (!command)
        return wrong_usage(NULL, argc > 1 ? "unknown command" : "no command", argc > 1 ? argv[1] : NULL);
    if (!request->bin) {
        fputs("naas: error: /proc is not mounted\n", stderr);
        return EXIT_BAD_INPUT;
    }
    int wrong = read_words(command, request, operands, argc, argv);
    if (wrong)
        return wrong;
    request->operand = operands;
    return run(command, request);
}

int main(int argc, char **argv)
{
    struct naas_request request = {.bin = process_own_folder()};
    struct cluster_begin begin;
    cluster_begin(request.bin, argv, &begin);
    request.cluster = begin.cluster;
    if (begin.message[0])
        fprintf(stderr, "naas: error: %s\n", begin.message);
    int status = begin.ends ? begin.exit_status : start(&request, argc, argv);
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == 0) {
        fputs("naas: error: cannot write the result\n", stderr);
        status = EXIT_BAD_INPUT;
    }
    cluster_end(begin.cluster);
    free((char *)request.bin);
    return status;
}
