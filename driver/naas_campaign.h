/*
 * naas campaign: many searches as one job. A file names networks, budgets, objectives and seeds; every
 * combination is a row, and every row a folder as `naas search -o` leaves it. So a row that is there as it is
 * asked for is not searched again, and a campaign that was interrupted goes on when it is started again.
 */
#ifndef DRIVER_NAAS_CAMPAIGN_H
#define DRIVER_NAAS_CAMPAIGN_H

#include "accelsearch/cosearch.h"
#include "driver/naas.h"
#include "driver/settings.h"
#include "driver/team.h"
#include "support/json.h"

/* What was asked for on the command line. */
struct campaign_request {
    const char *output, *database;
    struct team team;
    int rows_at_once; /* 0: one, under mpirun all */
    bool list, json, csv, quiet, help;
    struct settings_list file;
};

/* What is compared: the accelerator found, the budget's with mappings searched, and with its own dataflow. */
enum { CAMPAIGN_FOUND, CAMPAIGN_BASELINE, CAMPAIGN_NATIVE, CAMPAIGN_DESIGNS };
extern const char *const campaign_keys[CAMPAIGN_DESIGNS]; /* in run.json */

struct campaign_totals {
    bool known; /* every layer fits */
    double cycles, energy_pj, edp, utilisation;
};
struct campaign_result {
    const char *network;
    struct campaign_totals design[CAMPAIGN_DESIGNS];
};

/* Gains over a baseline that somebody else states; 0: not stated. */
struct campaign_published {
    double speed_up, energy, edp;
};

enum campaign_state {
    CAMPAIGN_NEW,
    CAMPAIGN_DONE,
    CAMPAIGN_INTERRUPTED,
    CAMPAIGN_DAMAGED, /* what stands there is no record */
    CAMPAIGN_OTHER_OPTIONS,
    CAMPAIGN_OTHER_INPUTS,
    CAMPAIGN_OTHER_MODEL,
    CAMPAIGN_FAILED, /* searched, and no accelerator was found */
};

struct campaign_row {
    const char *name; /* of its folder below rows/ */
    const char *budget, *networks, *objective, *label;
    int64_t seed;
    struct campaign_published published;
    struct json_node place; /* in the file that was read */

    /* As naas search takes them: n_paths words that name files, which only their contents count of; then all
     * other options. */
    int argc, n_paths;
    const char **argv;
    const struct as_workload *workload;
    const struct as_budget *budget_read;
    const char *inputs; /* search_inputs_key of these */

    enum campaign_state state;
    double area_um2, baseline_um2; /* DONE, as all below */
    int n_results;                 /* networks */
    struct campaign_result *result;
};

struct campaign {
    struct naas_ctx *ctx;
    const char *name;
    const char *output; /* folder of the results */
    int n_rows;
    struct campaign_row *row;
};

/* Reads a file of kind campaign, its networks and its budgets. Everything lives in the context. */
enum naas_status campaign_read(
    struct naas_ctx *ctx, const struct naas_request *paths, const char *path, struct campaign *campaign);
/* Finds out what is there of a row, and reads its results when it is what is asked for. */
void campaign_look(const struct campaign *campaign, struct campaign_row *row);
struct campaign_totals campaign_read_totals(struct json_node of);
const char *campaign_row_folder(struct naas_ctx *ctx, const char *output, const struct campaign_row *row);

/* Geometric means of gains over a baseline: of a budget (NULL: of all budgets), objective and label. */
struct campaign_mean {
    const char *budget, *objective, *label;
    int over; /* CAMPAIGN_BASELINE or CAMPAIGN_NATIVE */
    int n;    /* results */
    double speed_up, energy, edp;
    const struct campaign_published *published; /* NULL: none; with CAMPAIGN_NATIVE only */
};
struct campaign_mean *campaign_means(const struct campaign *campaign, int *n);

/* The table of finished rows, in Markdown with means, as CSV, and as JSON with the rows that are missing. */
void campaign_print(struct naas_buf *out, const struct campaign *campaign);
void campaign_csv(struct naas_buf *out, const struct campaign *campaign);
void campaign_json(struct naas_buf *out, const struct campaign *campaign);

/* A file of the folder: what each rank did when the campaign was last searched, by several. */
#define CAMPAIGN_RANKS "ranks.json"

/* Does the folder hold what a campaign left? Then the page of it: table, chart, and every finished row. */
bool campaign_is_there(struct naas_ctx *ctx, const char *folder);
enum naas_status campaign_page(
    struct naas_ctx *ctx, const struct naas_request *paths, const char *folder, struct naas_buf *out);
extern const char *const campaign_over[CAMPAIGN_DESIGNS]; /* the baselines, for people */

/* Files and folders of the results; the database of the request, which becomes that of the folder where none
 * was asked for. */
enum naas_status campaign_write(
    struct naas_ctx *ctx, const char *folder, const char *name, const struct naas_buf *text);
enum naas_status campaign_make_folder(struct naas_ctx *ctx, const char *folder);
struct as_database *campaign_open_database(
    struct naas_ctx *ctx, struct campaign_request *request, const char *folder);
void campaign_close_database(
    struct naas_ctx *ctx, const struct campaign_request *request, struct as_database *database);

/* The program behind `naas campaign`; argv: what stands behind that word. An exit status. */
int naas_campaign(const struct naas_request *paths, int argc, const char *const *argv);

#endif
