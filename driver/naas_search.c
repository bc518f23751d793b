#include "driver/naas_search.h"
#include "support/json.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void search_start_clock(struct search_run *run)
{
    run->started = seconds();
}

double search_seconds(const struct search_run *run)
{
    return seconds() - run->started;
}

/* ---- progress ---- */

static void show_progress(void *context, const struct as_cosearch *search)
{
    const struct search_run *run = context;
    int done = search->n_generations, all = search->options.generations;
    const struct as_generation *latest = &search->generation[done - 1];
    double spent = search_seconds(run);
    fprintf(stderr, "%s%s%sgeneration %d of %d, best %.4g, mean %.4g, %.0f evaluations/s, %.0f s left%s",
        run->terminal ? "\r\033[K" : "", run->row ? run->row : "", run->row ? ": " : "", done, all,
        latest->best, latest->mean, (double)search->evaluations / spent, spent / done * (all - done),
        run->terminal && done < all ? "" : "\n");
    fflush(stderr);
}

/* ---- files ---- */

enum naas_status search_write(struct search_run *run, const char *name, const struct naas_buf *text)
{
    const char *path = naas_format(run->ctx, "%s/%s", run->request.output, name);
    return naas_write_file(run->ctx, path, text->text, text->length);
}

static enum naas_status make_folder(struct search_run *run, const char *path)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return NAAS_OK;
    naas_diag(
        run->ctx, NAAS_ERROR, (struct naas_loc){.file = path}, "cannot make the folder: %s", strerror(errno));
    return NAAS_SYSTEM;
}

const char *search_mapping_name(struct naas_ctx *ctx, int number, const char *layer)
{
    char *name = naas_format(ctx, "mappings/%02d-%s.json", number, layer);
    for (char *c = name + strlen("mappings/"); *c; c++)
        if (*c == '/')
            *c = '_';
    return name;
}

enum naas_status search_write_mappings(struct search_run *run, const struct search_results *results)
{
    const struct as_workload *workload = results->search->workload;
    enum naas_status status = make_folder(run, naas_format(run->ctx, "%s/mappings", run->request.output));
    for (int i = 0; i < workload->n_layers && status == NAAS_OK; i++) {
        const struct as_problem *problem = &workload->layer[i].problem;
        struct naas_buf text = naas_buf_new(run->ctx);
        as_mapping_json(&text, problem, &results->best.accel, &results->best.layer[i].mapping);
        status = search_write(run, search_mapping_name(run->ctx, i, problem->name), &text);
    }
    return status;
}

static enum naas_status write_results(struct search_run *run, const struct search_results *results)
{
    struct naas_buf accel = naas_buf_new(run->ctx), candidates = naas_buf_new(run->ctx),
                    history = naas_buf_new(run->ctx), record = naas_buf_new(run->ctx);
    as_accel_json(&accel, &results->best.accel);
    search_candidates_csv(&candidates, results->search->n_candidates, results->search->candidate);
    search_history_csv(&history, results->search);
    search_record(&record, run->argc, run->argv, run->folder, &run->request.team, results);
    const struct {
        const char *name;
        const struct naas_buf *text;
    } files[] = {{"accelerator.json", &accel}, {"candidates.csv", &candidates}, {"history.csv", &history},
        {"run.json", &record}};
    enum naas_status status = search_write_mappings(run, results);
    for (int i = 0; i < 4 && status == NAAS_OK; i++) /* the record last: it says that all is there */
        status = search_write(run, files[i].name, files[i].text);
    return status;
}

/* Before the search, so that --resume knows what was asked. */
static enum naas_status write_start(struct search_run *run)
{
    struct naas_buf record = naas_buf_new(run->ctx);
    enum naas_status status = make_folder(run, run->request.output);
    search_record_asked(
        &record, run->request.nas ? "nas" : "search", run->argc, run->argv, run->folder, false);
    naas_buf_puts(&record, "}\n");
    return status == NAAS_OK ? search_write(run, "run.json", &record) : status;
}

/* ---- inputs ---- */

static const char *absolute(struct naas_ctx *ctx, const char *folder, const char *path)
{
    return !path || path[0] == '/' ? path : naas_format(ctx, "%s/%s", folder, path);
}

const char *search_here(struct naas_ctx *ctx)
{
    char path[4096];
    return getcwd(path, sizeof path) ? naas_strdup(ctx, path) : ".";
}

/* The options recorded in a folder, behind those typed now. */
static enum naas_status read_resumed(struct search_run *run)
{
    struct json_node root;
    struct search_request typed = run->request;
    const char *folder = absolute(run->ctx, run->folder, typed.resume);
    const char *path = naas_format(run->ctx, "%s/run.json", folder);
    enum naas_status status = json_parse_file(run->ctx, path, &root);
    if (status != NAAS_OK)
        return status;
    json_expect_kind(root, typed.nas ? "nas" : "search");
    struct json_node arguments = json_need(root, "arguments");
    int n = json_length(arguments);
    const char **argv = naas_alloc(run->ctx, (size_t)n + 1, sizeof *argv);
    for (int i = 0; i < n; i++)
        argv[i] = json_string(json_at(arguments, i), "");
    run->folder = json_string(json_need(root, "folder"), ".");
    run->argc = n;
    run->argv = argv;
    search_options_default(&run->request, typed.nas);
    const char *fault = search_options_read(run->ctx, &run->request, n, argv);
    if (fault || run->request.help || run->request.resume) {
        json_error(arguments, "%s", fault ? fault : "not those of a search");
        return NAAS_BAD_INPUT;
    }
    if (chdir(run->folder) != 0) {
        json_error(json_get(root, "folder"), "%s", strerror(errno));
        return NAAS_SYSTEM;
    }
    run->request.output = folder;
    run->request.team = typed.team;
    run->request.quiet = typed.quiet;
    run->request.json = typed.json;
    return NAAS_OK;
}

static void name_after_file(struct as_network *network, const char *path)
{
    const char *slash = strrchr(path, '/');
    snprintf(network->name, AS_NAME, "%.*s", AS_NAME - 1, slash ? slash + 1 : path);
}

enum naas_status search_read_inputs(
    struct search_run *run, struct as_workload *workload, struct as_budget *budget)
{
    const struct search_request *request = &run->request;
    struct as_network *networks = naas_alloc(run->ctx, SETTINGS_MAX_LIST, sizeof *networks);
    enum naas_status status = NAAS_OK;
    for (int i = 0; i < request->network.n && status == NAAS_OK; i++) {
        status = naas_read_network(run->ctx, run->paths, request->network.word[i], &networks[i]);
        if (status == NAAS_OK && !networks[i].name[0])
            name_after_file(&networks[i], request->network.word[i]);
    }
    if (status == NAAS_OK)
        status = naas_read_budget(run->ctx, run->paths, request->budget, budget);
    if (status == NAAS_OK)
        *workload = as_workload_new(run->ctx, request->network.n, networks);
    budget->area_um2 = request->options.goal.max_um2;
    return status;
}

/* What memories of candidates cost, which the baseline's own numbers do not show. */
static void write_memories(struct naas_buf *out, const struct as_budget *budget)
{
    for (int64_t bytes = 4; bytes <= budget->bytes; bytes += bytes / 4) {
        const struct as_memory_cost cost[] = {as_budget_l1(budget, bytes), as_budget_l2(budget, bytes)};
        for (int i = 0; i < 2; i++)
            naas_buf_printf(out, " %a %a %a", cost[i].read_pj, cost[i].write_pj, cost[i].area_um2);
    }
}

const char *search_inputs_key(
    struct naas_ctx *ctx, const struct as_workload *workload, const struct as_budget *budget)
{
    struct naas_buf text = naas_buf_new(ctx);
    for (int k = 0; k < workload->n_networks; k++)
        naas_buf_printf(&text, "%s\n", workload->name[k]);
    for (int i = 0; i < workload->n_layers; i++) {
        as_problem_json(&text, &workload->layer[i].problem);
        for (int k = 0; k < workload->n_networks; k++)
            naas_buf_printf(&text, " %" PRId64, workload->layer[i].count[k]);
    }
    as_accel_json(&text, &budget->baseline);
    write_memories(&text, budget);
    struct as_key key = as_key_of_text(text.text);
    return naas_format(ctx, "%016" PRIx64 "%016" PRIx64, key.high, key.low);
}

/* ---- what can go wrong on the way ---- */

/* How to go on after the search ended early; in the arena. */
static const char *advice(const struct search_run *run)
{
    const char *kept = run->database_path ? "all finished mappings are kept; " : "";
    if (!run->request.output)
        return naas_format(run->ctx, "%sstart it again", kept);
    return naas_format(run->ctx, "%sgo on with: naas %s --resume %s", kept,
        run->request.nas ? "nas" : "search", run->request.output);
}

void search_explain(struct search_run *run, enum naas_status status, const char *none)
{
    const char *fault = as_database_fault(run->database);
    if (status == NAAS_UNSUPPORTED && none) {
        naas_diag(run->ctx, NAAS_ERROR, (struct naas_loc){0}, "%s", none);
    } else if (status == NAAS_SYSTEM) {
        naas_diag(run->ctx, NAAS_ERROR, (struct naas_loc){.file = fault ? run->database_path : NULL},
            "the search ends early: %s", fault ? fault : "no memory");
        naas_hint(run->ctx, "make room; %s", advice(run));
    }
}

enum naas_status search_written(struct search_run *run, enum naas_status status)
{
    if (status == NAAS_SYSTEM)
        naas_hint(run->ctx, "make room; %s", advice(run));
    return status;
}

/* ---- the database ---- */

static void report_database(struct search_run *run, const char *when)
{
    const char *fault = as_database_fault(run->database);
    if (!fault || run->shares_database)
        return;
    naas_diag(run->ctx, NAAS_WARNING, (struct naas_loc){.file = run->database_path},
        "the database %s: %s; going on without it", when, fault);
    as_database_close(run->database);
    run->database = NULL;
    run->database_path = NULL;
}

static void open_database(struct search_run *run)
{
    const char *asked = run->request.database;
    if (run->shares_database)
        return;
    if (asked && strcmp(asked, "none") == 0) { /* for this run: nothing is searched twice */
        run->database = as_database_open(":memory:");
        return;
    }
    run->database_path = asked ? asked : as_database_default_path(run->ctx);
    run->database = as_database_open(run->database_path);
    report_database(run, "cannot be used");
}

void search_check_database(struct search_run *run)
{
    report_database(run, "failed");
}

static enum naas_status start_team(struct search_run *run)
{
    struct search_request *request = &run->request;
    enum naas_status status = NAAS_OK;
    if (!run->team && !run->database && cluster_ranks(run->paths->cluster) > 1) {
        naas_diag(run->ctx, NAAS_ERROR, (struct naas_loc){0},
            "what many processes find has to be kept: --db says where, or that it need not be (none)");
        return NAAS_SYSTEM;
    }
    if (!run->team) {
        run->team = &request->team;
        status = team_start(run->team, run->ctx, run->paths->cluster, advice(run));
    }
    request->options.farm = run->team->farm;
    request->options.threads = run->team->own_threads;
    return status;
}

enum naas_status search_begin(struct search_run *run)
{
    enum naas_status status = run->request.output ? write_start(run) : NAAS_OK;
    if (status != NAAS_OK)
        return status;
    open_database(run);
    return start_team(run);
}

/* ---- the whole ---- */

/* Those that were read before live in another arena than what is added. */
static enum naas_status take_inputs(
    struct search_run *run, struct as_workload *workload, struct as_budget *budget)
{
    if (!run->workload)
        return search_read_inputs(run, workload, budget);
    *workload = *run->workload;
    workload->ctx = run->ctx;
    *budget = *run->budget;
    budget->area_um2 = run->request.options.goal.max_um2;
    return NAAS_OK;
}

enum naas_status search_perform(struct search_run *run, struct naas_buf *out)
{
    struct as_workload workload;
    struct as_budget *budget = naas_alloc(run->ctx, 1, sizeof *budget);
    struct as_cosearch search;
    struct search_results results = {.search = &search};
    enum naas_status status = take_inputs(run, &workload, budget);
    if (status == NAAS_OK)
        status = search_begin(run);
    if (status != NAAS_OK)
        return status;
    as_cosearch_init(&search, &workload, budget, &run->request.options, run->database);
    search_start_clock(run);
    status = as_cosearch_run(&search, run->request.quiet ? NULL : show_progress, run, &results.best);
    if (status != NAAS_OK) {
        search_explain(
            run, status, "no accelerator within the budget and the limits was found that runs every layer");
        return status;
    }
    as_cosearch_baseline(&search, &results.baseline, &results.native);
    team_stop(&run->request.team, run->ctx);
    if (search.failed) {
        search_explain(run, NAAS_SYSTEM, NULL);
        return NAAS_SYSTEM;
    }
    search_check_database(run);
    if (run->request.json)
        search_record(out, run->argc, run->argv, run->folder, NULL, &results);
    else
        search_report(out, &results);
    return run->request.output ? search_written(run, write_results(run, &results)) : NAAS_OK;
}

static int finish(struct search_run *run, enum naas_status status, const struct naas_buf *out)
{
    team_stop(&run->request.team, run->ctx);
    as_database_close(run->database);
    int exit_status = naas_finish(run->ctx, status, out);
    naas_ctx_free(run->ctx);
    return exit_status;
}

static int start(const struct naas_request *paths, bool nas, int argc, const char *const *argv)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct search_run run = {.ctx = ctx, .paths = paths, .argc = argc, .argv = argv};
    struct naas_buf out = naas_buf_new(ctx);
    search_options_default(&run.request, nas);
    const char *fault = search_options_read(ctx, &run.request, argc, argv);
    if (fault) {
        fprintf(stderr, "naas: error: %s\n\n", fault);
        search_options_help(stderr, nas);
        naas_ctx_free(ctx);
        return EXIT_USAGE;
    }
    if (run.request.help) {
        search_options_help(stdout, nas);
        naas_ctx_free(ctx);
        return 0;
    }
    run.folder = search_here(ctx);
    run.terminal = isatty(STDERR_FILENO);
    enum naas_status status = run.request.resume ? read_resumed(&run) : NAAS_OK;
    if (status == NAAS_OK)
        status = nas ? naas_nas_run(&run, &out) : search_perform(&run, &out);
    return finish(&run, status, &out);
}

int naas_search(const struct naas_request *paths, int argc, const char *const *argv)
{
    return start(paths, false, argc, argv);
}

int naas_nas(const struct naas_request *paths, int argc, const char *const *argv)
{
    return start(paths, true, argc, argv);
}
