/*
 * naas: looks at problems, accelerators and mappings without compiling. Every command reads its inputs
 * through naas_input.c, does one thing, and prints text for people or, with --json, JSON for tools.
 */
#ifndef DRIVER_NAAS_H
#define DRIVER_NAAS_H

#include "accelsearch/accelsearch.h"

/* Statuses of the program beside 0. */
enum { EXIT_BAD_INPUT = 1, EXIT_USAGE = 2, EXIT_LOST = 3 /* of a cluster: a rank fell silent */ };

/* What a result is printed as, beside plain text and --json. */
enum naas_form { NAAS_PLAIN = 0, NAAS_TREE = 1, NAAS_TABLE = 2, NAAS_CSV = 4, NAAS_SVG = 8 };

/* What a command was given. */
struct naas_request {
    bool json, explain;
    enum naas_form form;
    const char *nest; /* --nest NAME: which nest of a C file, or layer of a network; NULL for all */
    int n;
    const char *const *operand;
    const char *bin;         /* folder of this program */
    struct cluster *cluster; /* the other processes that mpirun started; NULL: none */
};

/* The problems of a file: of a problem file one, of a C file (a name that ends in .c) its annotated nests, of
 * a network its layers. Without a folder and suffix it is the name of a shipped network. At least one; those
 * that --nest chooses. */
enum naas_status naas_read_network(
    struct naas_ctx *ctx, const struct naas_request *request, const char *path, struct as_network *network);
/* Exactly one of them. */
enum naas_status naas_read_problem(
    struct naas_ctx *ctx, const struct naas_request *request, const char *path, struct as_problem *problem);
/* An accelerator from a file, or a shipped one by its name. */
enum naas_status naas_read_accel(
    struct naas_ctx *ctx, const struct naas_request *request, const char *name, struct as_accel *accel);
/* Does it name a file, and not something that is shipped? */
bool naas_is_file(const char *name);
/* The same, and where its costs come from; sources may be NULL. */
struct as_accel_sources;
enum naas_status naas_read_accel_sources(struct naas_ctx *ctx, const struct naas_request *request,
    const char *name, struct as_accel *accel, struct as_accel_sources *sources);
/* The path of a file of data: name itself when it has a folder or a suffix, else that of the shipped one. */
const char *naas_data_path(
    struct naas_ctx *ctx, const struct naas_request *request, const char *folder, const char *name);
/* A budget from an accelerator, named in the same way. */
struct as_budget;
enum naas_status naas_read_budget(
    struct naas_ctx *ctx, const struct naas_request *request, const char *name, struct as_budget *budget);

/* naas show: problem, accelerator (or NULL), mapping (or NULL). */
enum naas_status naas_show(struct naas_ctx *ctx, const struct naas_request *request, struct naas_buf *out,
    const struct as_problem *problem, const struct as_accel *accel, const struct as_mapping *mapping);

/* naas report: the page of a search's folder of results. */
enum naas_status naas_report(struct naas_ctx *ctx, const struct naas_request *request, struct naas_buf *out);

/* The program behind `naas db`; argv: what stands behind the word db. An exit status. */
int naas_db(const struct naas_request *paths, int argc, const char *const *argv);
/* naas detect: this machine as an accelerator. */
int naas_detect(const struct naas_request *paths, int argc, const char *const *argv);
/* Prints the names of the shipped files of a folder: accelerators, networks, technology. An exit status. */
int naas_list(const struct naas_request *paths, const char *folder);

/* What a mapping costs. */
void naas_cost_print(struct naas_buf *out, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, const struct as_cost *cost);
void naas_cost_json(struct naas_buf *out, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_cost *cost);
void naas_cost_csv(struct naas_buf *out, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_cost *cost);
/* Where its words and cycles come from. */
enum naas_status naas_explain(struct naas_buf *out, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, const struct as_cost *cost);
/* The same with the cost, as one document. */
enum naas_status naas_explain_json(struct naas_buf *out, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, const struct as_cost *cost);

/* What a network costs, layer by layer; cost[i] of layer i. */
void naas_network_print(struct naas_buf *out, const struct as_network *network, const struct as_cost *cost);
void naas_network_csv(struct naas_buf *out, const struct as_network *network, const struct as_cost *cost);
/* proof: of the exact search, or NULL. */
void naas_network_json(struct naas_buf *out, const struct as_network *network, const struct as_accel *accel,
    const struct as_cost *cost, const struct as_map_result *proof);

/* naas map, with options of its own; argv: what stands behind the word. An exit status. */
int naas_map(const struct naas_request *paths, int argc, const char *const *argv);
/* Whether a command is to do its work; when not, it has complained about the command line (fault), or helped,
 * and *exit_status says how it ends. */
bool naas_may_run(const char *fault, bool wants_help, void (*help)(FILE *out), int *exit_status);
/* Prints diagnostics and, when all went well, the output. An exit status. */
int naas_finish(struct naas_ctx *ctx, enum naas_status status, const struct naas_buf *out);

#endif
