#include "driver/naas_nas.h"
#include "naas_config.h"
#include <math.h>
#include <string.h>
#include <unistd.h>

/* ---- progress ---- */

static void show_progress(void *context, const struct nas_search *search)
{
    const struct search_run *run = context;
    const struct nas_options *options = &search->options;
    bool on_front = search->n_generations == options->generations;
    double best = search->n_front ? search->front[search->n_front - 1].score : INFINITY;
    if (!run->terminal && search->subnet_generation < options->subnet_generations)
        return;
    fprintf(stderr, "%s%s %d of %d, subnets %d of %d, best %.4g, %.0f subnets/s, %.0f s%s",
        run->terminal ? "\r\033[K" : "", on_front ? "front behind generation" : "generation",
        search->n_generations + !on_front, options->generations, search->subnet_generation,
        options->subnet_generations, best, (double)search->subnets / search_seconds(run), search_seconds(run),
        run->terminal ? "" : "\n");
    fflush(stderr);
}

/* ---- inputs ---- */

static enum naas_status open_oracle(
    struct search_run *run, const struct nas_space *space, struct nas_oracle **oracle)
{
    const char *source = run->request.accuracy;
    if (!source) {
        source = naas_format(run->ctx, "%s/" NAAS_DATA_DIR "/accuracy/%s.json", run->paths->bin, space->name);
        if (access(source, R_OK) != 0) {
            naas_diag(run->ctx, NAAS_ERROR, (struct naas_loc){.file = run->request.space},
                "nothing is known of the accuracy of subnets of %s", space->name);
            naas_hint(run->ctx, "give --accuracy");
            return NAAS_BAD_INPUT;
        }
    }
    return nas_oracle_open(run->ctx, source, space, oracle);
}

static enum naas_status read_inputs(
    struct search_run *run, struct nas_space *space, struct nas_oracle **oracle, struct as_budget *budget)
{
    const char *path = naas_data_path(run->ctx, run->paths, "spaces", run->request.space);
    enum naas_status status = nas_space_from_json(run->ctx, path, space);
    if (status == NAAS_OK)
        status = open_oracle(run, space, oracle);
    if (status == NAAS_OK)
        status = naas_read_budget(run->ctx, run->paths, run->request.budget, budget);
    budget->area_um2 = run->request.options.goal.max_um2;
    return status;
}

static struct nas_options options_of(const struct search_request *request)
{
    const struct as_cosearch_options *options = &request->options;
    return (struct nas_options){
        .goal = options->goal,
        .strategy = options->strategy,
        .encoding = options->encoding,
        .map = options->map,
        .evaluations = request->evaluations,
        .final = options->final,
        .generations = options->generations,
        .population = options->population,
        .subnet_generations = request->subnet_generations,
        .subnet_population = request->subnet_population,
        .front_steps = request->front_steps,
        .min_accuracy = request->min_accuracy,
        .sizing_only = options->sizing_only,
        .seed = options->seed,
        .threads = options->threads,
        .farm = options->farm,
    };
}

/* ---- designs ---- */

static struct as_workload *workload_of(struct search_run *run, const struct as_network *network)
{
    struct as_workload *workload = naas_alloc(run->ctx, 1, sizeof *workload);
    *workload = as_workload_new(run->ctx, 1, network);
    return workload;
}

/* The best subnet with all its mappings, on the accelerator found and on the budget's. */
static enum naas_status design_best(
    struct search_run *run, const struct as_budget *budget, struct nas_results *results)
{
    const struct nas_search *search = results->search;
    struct as_network network;
    struct as_cosearch *design = naas_alloc(run->ctx, 1, sizeof *design);
    results->network = naas_buf_new(run->ctx);
    enum naas_status status =
        nas_network(run->ctx, search->space, &results->best.subnet, &network, &results->network);
    if (status != NAAS_OK)
        return status;
    as_cosearch_init(design, workload_of(run, &network), budget, &run->request.options, run->database);
    results->design.search = design;
    as_cosearch_map(design, &search->candidate[results->best.candidate].accel, &results->design.best);
    as_cosearch_baseline(design, &results->design.baseline, &results->design.native);
    return design->failed ? NAAS_SYSTEM : NAAS_OK;
}

static void add_row(struct nas_results *results, const char *name, struct nas_accuracy accuracy,
    const struct search_results *of, const struct as_design *design)
{
    struct nas_row *row = &results->row[results->n_rows++];
    struct as_cost total = {0};
    if (design->complete)
        search_total(of, design, 0, &total);
    *row = (struct nas_row){.name = name,
        .complete = design->complete,
        .top1 = accuracy.known ? accuracy.top1 : NAN,
        .error = accuracy.error,
        .energy_pj = total.energy_pj,
        .cycles = total.cycles,
        .edp = total.edp,
        .clock_mhz = design->accel.clock_mhz};
}

/* The given network in the same budget: hardware only, mappings too. */
static enum naas_status compare(
    struct search_run *run, const struct as_budget *budget, struct nas_results *results)
{
    const struct search_request *request = &run->request;
    struct nas_accuracy published = {request->compare_accuracy > 0, request->compare_accuracy, NAN};
    struct as_network *network = naas_alloc(run->ctx, 1, sizeof *network);
    struct as_cosearch *searched = naas_alloc(run->ctx, 1, sizeof *searched),
                       *fixed = naas_alloc(run->ctx, 1, sizeof *fixed);
    struct as_cosearch_options options = request->options;
    struct as_design native, mapped, hardware, both;
    enum naas_status status = naas_read_network(run->ctx, run->paths, request->compare, network);
    if (status != NAAS_OK)
        return status;
    struct search_results of = {.search = searched};
    const struct as_workload *workload = workload_of(run, network);
    as_cosearch_init(searched, workload, budget, &options, run->database);
    as_cosearch_baseline(searched, &mapped, &native);
    options.fixed_mapping = true;
    as_cosearch_init(fixed, workload, budget, &options, run->database);
    status = as_cosearch_run(fixed, NULL, NULL, &hardware);
    if (status == NAAS_OK)
        status = as_cosearch_run(searched, NULL, NULL, &both);
    if (status == NAAS_UNSUPPORTED)
        naas_diag(run->ctx, NAAS_ERROR, (struct naas_loc){.file = request->compare},
            "no accelerator within the budget and the limits was found that runs it");
    if (status == NAAS_OK && searched->failed)
        status = NAAS_SYSTEM;
    if (status != NAAS_OK)
        return status;
    add_row(results, "budget's accelerator and dataflow", published, &of, &native);
    add_row(results, "its mappings searched", published, &of, &mapped);
    add_row(results, "hardware searched, its dataflow", published, &of, &hardware);
    add_row(results, "hardware and mappings", published, &of, &both);
    add_row(results, "hardware, mappings and network", results->best.accuracy, &results->design,
        &results->design.best);
    return NAAS_OK;
}

/* ---- files ---- */

static enum naas_status write_results(struct search_run *run, const struct nas_results *results)
{
    struct naas_buf accel = naas_buf_new(run->ctx), front = naas_buf_new(run->ctx),
                    picture = naas_buf_new(run->ctx), history = naas_buf_new(run->ctx),
                    candidates = naas_buf_new(run->ctx), record = naas_buf_new(run->ctx);
    as_accel_json(&accel, &results->design.best.accel);
    nas_front_csv(&front, results->search);
    nas_front_svg(&picture, results);
    nas_candidates_csv(&candidates, results->search);
    nas_history_csv(&history, results->search);
    nas_record(&record, run, &run->request.team, results);
    const struct {
        const char *name;
        const struct naas_buf *text;
    } files[] = {{"accelerator.json", &accel}, {"network.json", &results->network}, {"front.csv", &front},
        {"front.svg", &picture}, {"history.csv", &history}, {"candidates.csv", &candidates},
        {"run.json", &record}};
    enum naas_status status = search_write_mappings(run, &results->design);
    for (int i = 0; i < 7 && status == NAAS_OK; i++) /* the record last: it says that all is there */
        status = search_write(run, files[i].name, files[i].text);
    return status;
}

/* ---- the whole ---- */

enum naas_status naas_nas_run(struct search_run *run, struct naas_buf *out)
{
    const struct search_request *request = &run->request;
    struct nas_space *space = naas_alloc(run->ctx, 1, sizeof *space);
    struct as_budget *budget = naas_alloc(run->ctx, 1, sizeof *budget);
    struct nas_search *search = naas_alloc(run->ctx, 1, sizeof *search);
    struct nas_results *results = naas_alloc(run->ctx, 1, sizeof *results);
    struct nas_oracle *oracle;
    enum naas_status status = read_inputs(run, space, &oracle, budget);
    if (status == NAAS_OK)
        status = search_begin(run);
    if (status != NAAS_OK)
        return status;
    struct nas_options options = options_of(request);
    nas_search_init(search, run->ctx, space, oracle, budget, &options, run->database);
    results->search = search;
    search_start_clock(run);
    status = nas_search_run(search, request->quiet ? NULL : show_progress, run, &results->best);
    if (!request->quiet && run->terminal)
        fputs("\n", stderr);
    if (status == NAAS_OK)
        status = design_best(run, budget, results);
    if (status == NAAS_OK && request->compare)
        status = compare(run, budget, results);
    team_stop(&run->request.team, run->ctx);
    if (status != NAAS_OK) {
        search_explain(run, status, NULL);
        return status;
    }
    search_check_database(run);
    if (request->json)
        nas_record(out, run, NULL, results);
    else
        nas_report(out, results);
    return request->output ? search_written(run, write_results(run, results)) : NAAS_OK;
}
