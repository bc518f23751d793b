#include "accelsearch/cosearch.h"
#include "accelsearch/technology.h"
#include "driver/host.h"
#include "driver/naas.h"
#include "driver/pipeline.h"
#include "driver/process.h"
#include "driver/shipped.h"
#include "naas_config.h"
#include "support/json.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool ends_in(const char *path, const char *suffix)
{
    size_t n = strlen(path), m = strlen(suffix);
    return n > m && strcmp(path + n - m, suffix) == 0;
}

static const char *data_folder(struct naas_ctx *ctx, const struct naas_request *request)
{
    return naas_format(ctx, "%s/" NAAS_DATA_DIR, request->bin);
}

enum naas_status naas_read_accel(
    struct naas_ctx *ctx, const struct naas_request *request, const char *name, struct as_accel *accel)
{
    return naas_read_accel_sources(ctx, request, name, accel, NULL);
}

enum naas_status naas_read_accel_sources(struct naas_ctx *ctx, const struct naas_request *request,
    const char *name, struct as_accel *accel, struct as_accel_sources *sources)
{
    return as_accel_read(ctx, naas_data_path(ctx, request, "accelerators", name), accel, sources);
}

enum naas_status naas_read_budget(
    struct naas_ctx *ctx, const struct naas_request *request, const char *name, struct as_budget *budget)
{
    return as_budget_from_json(ctx, naas_data_path(ctx, request, "accelerators", name), budget);
}

static int is_json(const struct dirent *entry)
{
    return ends_in(entry->d_name, ".json");
}

int naas_list(const struct naas_request *paths, const char *folder)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct dirent **entry = NULL;
    const char *path = naas_format(ctx, "%s/%s", data_folder(ctx, paths), folder);
    int n = scandir(path, &entry, is_json, alphasort);
    if (n < 0)
        fprintf(stderr, "naas: error: %s: %s\n", path, strerror(errno));
    for (int i = 0; i < n; i++) {
        printf("%.*s\n", (int)(strlen(entry[i]->d_name) - strlen(".json")), entry[i]->d_name);
        free(entry[i]);
    }
    free(entry);
    naas_ctx_free(ctx);
    return n < 0;
}

bool naas_is_file(const char *name)
{
    return shipped_is_file(name) || ends_in(name, ".c");
}

const char *naas_data_path(
    struct naas_ctx *ctx, const struct naas_request *request, const char *folder, const char *name)
{
    return shipped_path(ctx, data_folder(ctx, request), folder, name);
}

/* ---- problems ---- */

static void make_layers(struct naas_ctx *ctx, struct as_network *network, int n)
{
    network->n_layers = n;
    network->layers = naas_alloc(ctx, (size_t)n + 1, sizeof *network->layers);
    for (int i = 0; i < n; i++)
        network->layers[i].count = 1;
}

static enum naas_status read_nests(
    struct naas_ctx *ctx, struct pipeline *pipeline, const char *folder, struct as_network *network)
{
    struct host host;
    struct as_problem *problems;
    char message[512];
    int n;
    if (!process_find_host(&host, message, sizeof message)) {
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){0}, "%s", message);
        return NAAS_SYSTEM;
    }
    enum naas_status status = host_ask(ctx, folder, host.n, host.word, &pipeline->frontend);
    process_free_host(&host);
    if (status == NAAS_OK)
        status = pipeline_problems(ctx, pipeline, &n, &problems);
    if (status != NAAS_OK)
        return status;
    make_layers(ctx, network, n);
    for (int i = 0; i < n; i++)
        network->layers[i].problem = problems[i];
    return NAAS_OK;
}

static enum naas_status read_c(
    struct naas_ctx *ctx, const struct naas_request *request, const char *path, struct as_network *network)
{
    struct options options;
    struct pipeline pipeline = {.options = &options, .source = path, .data = data_folder(ctx, request)};
    struct session session;
    enum naas_status status = NAAS_SYSTEM;
    options_default(&options);
    session_begin(&session);
    if (session_folder(&session))
        status = read_nests(ctx, &pipeline, session.folder, network);
    else
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){0}, "no temporary folder");
    session_leave(&session);
    return status;
}

static enum naas_status read_json(struct naas_ctx *ctx, const char *path, struct as_network *network)
{
    struct json_node root;
    enum naas_status status = json_parse_file(ctx, path, &root);
    if (status != NAAS_OK)
        return status;
    struct json_node kind = json_get(root, "kind");
    if (json_present(kind) && strcmp(json_string(kind, ""), "network") == 0)
        return as_network_from_json(ctx, path, network);
    make_layers(ctx, network, 1);
    return as_problem_from_json(ctx, path, &network->layers[0].problem);
}

/* Leaves the layers of that name. */
static enum naas_status choose(
    struct naas_ctx *ctx, const char *path, const char *name, struct as_network *network)
{
    int kept = 0;
    for (int i = 0; i < network->n_layers; i++)
        if (strcmp(network->layers[i].problem.name, name) == 0)
            network->layers[kept++] = network->layers[i];
    if (kept == 0)
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = path}, "it has no nest or layer '%s'", name);
    network->n_layers = kept;
    return kept > 0 ? NAAS_OK : NAAS_BAD_INPUT;
}

enum naas_status naas_read_network(
    struct naas_ctx *ctx, const struct naas_request *request, const char *path, struct as_network *network)
{
    enum naas_status status;
    *network = (struct as_network){0};
    if (ends_in(path, ".c"))
        status = read_c(ctx, request, path, network);
    else
        status = read_json(ctx, naas_data_path(ctx, request, "networks", path), network);
    if (status == NAAS_OK && network->n_layers == 0) {
        naas_diag(
            ctx, NAAS_ERROR, (struct naas_loc){.file = path}, "there is no nest in it that can be mapped");
        status = NAAS_BAD_INPUT;
    }
    return status == NAAS_OK && request->nest ? choose(ctx, path, request->nest, network) : status;
}

enum naas_status naas_read_problem(
    struct naas_ctx *ctx, const struct naas_request *request, const char *path, struct as_problem *problem)
{
    struct as_network network;
    enum naas_status status = naas_read_network(ctx, request, path, &network);
    if (status != NAAS_OK)
        return status;
    if (network.n_layers > 1) {
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = path},
            "it has %d problems, such as '%s' and '%s'; choose one with --nest", network.n_layers,
            network.layers[0].problem.name, network.layers[1].problem.name);
        return NAAS_BAD_INPUT;
    }
    *problem = network.layers[0].problem;
    return NAAS_OK;
}
