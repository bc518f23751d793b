#include "driver/naas_campaign.h"
#include "accelsearch/pool.h"
#include "driver/naas_search.h"
#include "driver/naas_study.h"
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMBER(name) offsetof(struct campaign_request, name)
static const struct setting settings[] = {
    {"-o", SETTING_TEXT, MEMBER(output), "FOLDER", 0, 0,
        "where rows and tables go; the name of the campaign if left out"},
    {"--list", SETTING_FORM, MEMBER(list), NULL, 0, 0,
        "search nothing: say which rows are done, and why others are not"},
    {"--rows-at-once", SETTING_COUNT, MEMBER(rows_at_once), "N", 1, 256,
        "rows that are searched at the same time: 1, under mpirun all"},
    {"--threads", SETTING_COUNT, MEMBER(team.threads), "N", 1, 256, TEAM_THREADS_HELP},
    {"--hang-timeout", SETTING_NUMBER, MEMBER(team.hang_timeout), "SECONDS", 0.1, 1e6, TEAM_HANG_HELP},
    {"--db", SETTING_TEXT, MEMBER(database), "FILE|none", 0, 0,
        "where results of mapping searches are kept; naas.db in the folder if left out"},
    {"--csv", SETTING_FORM, MEMBER(csv), NULL, 0, 0, "print the table as CSV"},
    {"--json", SETTING_FORM, MEMBER(json), NULL, 0, 0, "print it as JSON"},
    {"--quiet", SETTING_SWITCH, MEMBER(quiet), NULL, 0, 0, "no progress"},
    {"--help", SETTING_SWITCH, MEMBER(help), NULL, 0, 0, "print this"},
};
enum { N_SETTINGS = sizeof settings / sizeof settings[0] };

static void help(FILE *out)
{
    fputs("usage: naas campaign FILE.json|NAME [options]\n\n"
          "networks, budgets, objectives and seeds crossed: many searches as one job, one database, one "
          "table;\nstarted again, only what is new or was changed is searched; or a study of what moves "
          "latency, energy and "
          "utilisation\n\n"
          "example: naas campaign paper -o paper\n\n",
        out);
    settings_help(out, settings, N_SETTINGS);
}

/* ---- rows ---- */

static const char *why(enum campaign_state state)
{
    static const char *const text[] = {
        [CAMPAIGN_NEW] = "new",
        [CAMPAIGN_DONE] = "done",
        [CAMPAIGN_INTERRUPTED] = "was interrupted, goes on",
        [CAMPAIGN_DAMAGED] = "its record cannot be read: again",
        [CAMPAIGN_OTHER_OPTIONS] = "its options changed: again",
        [CAMPAIGN_OTHER_INPUTS] = "its networks or its budget changed: again",
        [CAMPAIGN_OTHER_MODEL] = "was searched with another version of the model: again",
        [CAMPAIGN_FAILED] = "no accelerator was found",
    };
    return text[state];
}

static void say(const struct campaign *campaign, int at, FILE *out)
{
    const struct campaign_row *row = &campaign->row[at];
    fprintf(out, "row %d of %d, %s: %s\n", at + 1, campaign->n_rows, row->name, why(row->state));
    fflush(out);
}

/* ---- the whole ---- */

enum naas_status campaign_write(
    struct naas_ctx *ctx, const char *folder, const char *name, const struct naas_buf *text)
{
    return naas_write_file(ctx, naas_format(ctx, "%s/%s", folder, name), text->text, text->length);
}

enum naas_status campaign_make_folder(struct naas_ctx *ctx, const char *folder)
{
    if (mkdir(folder, 0777) == 0 || errno == EEXIST)
        return NAAS_OK;
    naas_diag(
        ctx, NAAS_ERROR, (struct naas_loc){.file = folder}, "cannot make the folder: %s", strerror(errno));
    return NAAS_SYSTEM;
}

static enum naas_status write_tables(const struct campaign *campaign)
{
    struct naas_buf csv = naas_buf_new(campaign->ctx), json = naas_buf_new(campaign->ctx);
    campaign_csv(&csv, campaign);
    campaign_json(&json, campaign);
    enum naas_status status = campaign_write(campaign->ctx, campaign->output, "campaign.csv", &csv);
    return status == NAAS_OK ? campaign_write(campaign->ctx, campaign->output, "campaign.json", &json)
                             : status;
}

/* Those of an earlier start go: they did something else. */
static enum naas_status write_ranks(const struct campaign *campaign, const struct team *team)
{
    struct naas_buf out = naas_buf_new(campaign->ctx);
    if (team->n < 2) {
        remove(naas_format(campaign->ctx, "%s/%s", campaign->output, CAMPAIGN_RANKS));
        return NAAS_OK;
    }
    naas_buf_puts(&out, "{\"format\": 1, \"kind\": \"campaign-ranks\"");
    team_json(&out, team);
    naas_buf_puts(&out, "}\n");
    return campaign_write(campaign->ctx, campaign->output, CAMPAIGN_RANKS, &out);
}

static enum naas_status write_page(const struct campaign *campaign, const struct naas_request *paths)
{
    struct naas_buf page = naas_buf_new(campaign->ctx);
    enum naas_status status = campaign_page(campaign->ctx, paths, campaign->output, &page);
    return status == NAAS_OK ? campaign_write(campaign->ctx, campaign->output, "report.html", &page) : status;
}

/* What is done while rows are searched, several at once if so asked for. */
struct work {
    struct campaign *campaign;
    const struct naas_request *paths;
    const struct campaign_request *request;
    struct team *team;
    struct as_database *database;
    const char *folder; /* the working folder */
    int at_once;

    pthread_mutex_t lock;    /* of all that follows, the campaign and the terminal */
    enum naas_status status; /* not NAAS_OK: no other row is begun */
    int n_failed;
};

/* An ordinary search into the row's folder. */
static enum naas_status search_row(
    const struct work *work, struct naas_ctx *ctx, const struct campaign_row *row)
{
    struct naas_buf out = naas_buf_new(ctx);
    struct search_run run = {.ctx = ctx,
        .paths = work->paths,
        .argc = row->argc,
        .argv = row->argv,
        .folder = work->folder,
        .team = work->team,
        .database = work->database,
        .shares_database = true,
        .workload = row->workload,
        .budget = row->budget_read,
        .row = work->at_once > 1 ? row->name : NULL,
        .terminal = work->at_once == 1 && isatty(STDERR_FILENO)};
    search_options_default(&run.request, false);
    if (search_options_read(ctx, &run.request, row->argc, row->argv))
        return NAAS_INTERNAL;
    run.request.output = campaign_row_folder(ctx, work->campaign->output, row);
    run.request.quiet = work->request->quiet;
    return search_perform(&run, &out);
}

/* A row for which nothing is found does not keep the others from being searched; a system that fails does. */
static void finish_row(struct work *work, struct campaign_row *row, enum naas_status status)
{
    struct campaign *campaign = work->campaign;
    campaign_look(campaign, row);
    if (status == NAAS_UNSUPPORTED) {
        row->state = CAMPAIGN_FAILED;
        work->n_failed++;
    } else if (status != NAAS_OK || row->state != CAMPAIGN_DONE) {
        naas_diag(campaign->ctx, NAAS_ERROR,
            (struct naas_loc){.file = campaign_row_folder(campaign->ctx, campaign->output, row)},
            "the row could not be finished");
        naas_hint(campaign->ctx, "started again, the campaign goes on from here");
        work->status = status != NAAS_OK ? status : NAAS_SYSTEM;
        return;
    }
    enum naas_status written = write_tables(campaign);
    work->status = work->status == NAAS_OK ? written : work->status;
}

static void work_on_row(void *context, int at)
{
    struct work *work = context;
    struct campaign_row *row = &work->campaign->row[at];
    pthread_mutex_lock(&work->lock);
    bool needed = work->status == NAAS_OK && row->state != CAMPAIGN_DONE;
    if (!work->request->quiet && work->status == NAAS_OK)
        say(work->campaign, at, stderr);
    pthread_mutex_unlock(&work->lock);
    if (!needed)
        return;
    struct naas_ctx *ctx = naas_ctx_new();
    enum naas_status status = search_row(work, ctx, row);
    pthread_mutex_lock(&work->lock);
    naas_diags_print(ctx, stderr, isatty(STDERR_FILENO));
    finish_row(work, row, status);
    pthread_mutex_unlock(&work->lock);
    naas_ctx_free(ctx);
}

struct as_database *campaign_open_database(
    struct naas_ctx *ctx, struct campaign_request *request, const char *folder)
{
    if (!request->database)
        request->database = naas_format(ctx, "%s/naas.db", folder);
    return strcmp(request->database, "none") == 0 ? NULL : as_database_open(request->database);
}

void campaign_close_database(
    struct naas_ctx *ctx, const struct campaign_request *request, struct as_database *database)
{
    const char *fault = as_database_fault(database);
    if (fault)
        naas_diag(ctx, NAAS_WARNING, (struct naas_loc){.file = request->database},
            "the database failed: %s; went on without it", fault);
    as_database_close(database);
}

static enum naas_status search_rows(
    struct campaign *campaign, const struct naas_request *paths, struct campaign_request *request)
{
    struct naas_ctx *ctx = campaign->ctx;
    struct work work = {.campaign = campaign,
        .paths = paths,
        .request = request,
        .team = &request->team,
        .folder = search_here(ctx),
        .at_once = request->rows_at_once               ? request->rows_at_once
                   : cluster_ranks(paths->cluster) > 1 ? 256
                                                       : 1,
        .lock = PTHREAD_MUTEX_INITIALIZER};
    enum naas_status status = campaign_make_folder(ctx, campaign->output);
    if (status == NAAS_OK)
        status = campaign_make_folder(ctx, naas_format(ctx, "%s/rows", campaign->output));
    if (status == NAAS_OK)
        status = team_start(work.team, ctx, paths->cluster, "all finished mappings are kept; start it again");
    if (status != NAAS_OK)
        return status;
    work.database = campaign_open_database(ctx, request, campaign->output);
    as_pool_run(work.at_once, campaign->n_rows, work_on_row, &work);
    team_stop(work.team, ctx);
    campaign_close_database(ctx, request, work.database);
    status = work.status == NAAS_OK ? write_tables(campaign) : work.status;
    if (status == NAAS_OK)
        status = write_ranks(campaign, work.team);
    if (status == NAAS_OK)
        status = write_page(campaign, paths);
    if (work.n_failed == 0 || status != NAAS_OK)
        return status;
    naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = campaign->output},
        "nothing was found for %d of %d rows; the others are in campaign.csv", work.n_failed,
        campaign->n_rows);
    return NAAS_UNSUPPORTED;
}

/* What is wrong with the file is said by who reads it. */
static bool is_study(const char *path)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct json_node root;
    bool is = json_parse_file(ctx, path, &root) == NAAS_OK &&
              strcmp(json_string(json_get(root, "kind"), ""), "study") == 0;
    naas_ctx_free(ctx);
    return is;
}

static enum naas_status run(struct naas_ctx *ctx, const struct naas_request *paths,
    struct campaign_request *request, struct naas_buf *out)
{
    struct campaign campaign;
    const char *path = naas_data_path(ctx, paths, "campaigns", request->file.word[0]);
    if (is_study(path))
        return study_run(ctx, paths, path, request, out);
    enum naas_status status = campaign_read(ctx, paths, path, &campaign);
    if (status != NAAS_OK)
        return status;
    campaign.output = request->output ? request->output : campaign.name;
    for (int i = 0; i < campaign.n_rows; i++)
        campaign_look(&campaign, &campaign.row[i]);
    if (request->list) {
        for (int i = 0; i < campaign.n_rows; i++)
            say(&campaign, i, stdout);
        return NAAS_OK;
    }
    status = search_rows(&campaign, paths, request);
    if (status == NAAS_OK && request->json)
        campaign_json(out, &campaign);
    else if (status == NAAS_OK && request->csv)
        campaign_csv(out, &campaign);
    else if (status == NAAS_OK)
        campaign_print(out, &campaign);
    return status;
}

static const char *read_request(
    struct naas_ctx *ctx, struct campaign_request *request, int argc, const char *const *argv)
{
    *request = (struct campaign_request){.team.hang_timeout = TEAM_HANG_TIMEOUT};
    const char *fault = settings_read(ctx, settings, N_SETTINGS, request, &request->file, argc, argv);
    if (fault || request->help)
        return fault;
    return request->file.n == 1 ? NULL : "one file of a campaign is wanted";
}

int naas_campaign(const struct naas_request *paths, int argc, const char *const *argv)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf out = naas_buf_new(ctx);
    struct campaign_request request;
    const char *fault = read_request(ctx, &request, argc, argv);
    int exit_status;
    if (naas_may_run(fault, request.help, help, &exit_status))
        exit_status = naas_finish(ctx, run(ctx, paths, &request, &out), &out);
    naas_ctx_free(ctx);
    return exit_status;
}
