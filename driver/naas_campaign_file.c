/* The file of a campaign: what is crossed with what, as rows with the command line of each. */
#include "driver/naas_campaign.h"
#include "driver/naas_search.h"
#include "driver/objective.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 10000, MOST_OPTIONS = 32, LONGEST_NAME = 200 };

struct option {
    const char *name, *value; /* value NULL: a switch */
};
struct reader {
    struct campaign *campaign;
    const struct naas_request *paths;
    const char *folder; /* of the file, with a slash behind it, or "" */
    int capacity;
};

/* What a campaign says in other ways, and what belongs to a single run. */
static const char *const not_here[] = {
    "network", "budget", "objective", "seed", "o", "resume", "db", "threads", "json", "quiet", "help"};
enum { N_NOT_HERE = sizeof not_here / sizeof not_here[0] };

/* ---- options ---- */

static bool is_here(const char *key)
{
    for (int i = 0; i < N_NOT_HERE; i++)
        if (strcmp(key, not_here[i]) == 0)
            return false;
    return true;
}

/* The word behind an option, NULL for a switch; false when the value is none, or the switch is off. */
static bool read_value(struct naas_ctx *ctx, struct json_node node, const char **word)
{
    *word = NULL;
    if (cJSON_IsBool(node.item))
        return json_bool(node, false);
    if (cJSON_IsString(node.item))
        *word = json_string(node, "");
    else
        *word = naas_format(ctx, "%.15g", json_number(node, -1e300, 1e300, 0));
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct option *)a)->name, ((const struct option *)b)->name);
}

/* Adds those of the object to the n there are, or replaces them; sorted by name, so that their order in the
 * file is no difference. */
static int read_options(struct naas_ctx *ctx, struct json_node object, struct option *option, int n)
{
    for (int i = 0; json_present(object) && i < json_members(object); i++) {
        const char *key, *value;
        struct json_node node = json_member(object, i, &key);
        if (strcmp(key, "notes") == 0 || strcmp(key, "source") == 0)
            continue;
        if (!is_here(key)) {
            json_error(node, "is not said here, but by the rows or on the command line");
            continue;
        }
        const char *name = naas_format(ctx, "--%s", key);
        bool on = read_value(ctx, node, &value);
        const char *fault = on ? search_option_fault(ctx, name, value) : NULL;
        int at = 0;
        while (at < n && strcmp(option[at].name, name) != 0)
            at++;
        if (fault || at == MOST_OPTIONS) {
            json_error(node, "%s", fault ? fault : "one option too many");
        } else if (on) {
            option[at] = (struct option){name, value};
            n = at == n ? n + 1 : n;
        } else if (at < n) {
            option[at] = option[--n];
        }
    }
    qsort(option, (size_t)n, sizeof *option, by_name);
    return n;
}

/* ---- names ---- */

/* The last part of a path, without .json. */
static const char *short_name(struct naas_ctx *ctx, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t n = strlen(name);
    if (n > 5 && strcmp(name + n - 5, ".json") == 0)
        n -= 5;
    return naas_strndup(ctx, name, n);
}

/* As the name of a folder: what such names should not hold replaced, and no longer than they may be. */
static const char *folder_name(struct naas_ctx *ctx, const char *text)
{
    char *name = naas_strdup(ctx, text);
    for (char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._+=,-", *c))
            *c = '_';
    if (strlen(name) <= LONGEST_NAME)
        return name;
    return naas_format(
        ctx, "%.*s-%016" PRIx64, LONGEST_NAME - 17, name, naas_hash(NAAS_HASH_SEED, text, strlen(text)));
}

static const char *path_of(const struct reader *reader, const char *name)
{
    if (name[0] == '/' || !naas_is_file(name))
        return name;
    return naas_format(reader->campaign->ctx, "%s%s", reader->folder, name);
}

/* ---- rows ---- */

/* One network's name, or a list of those that share an accelerator. */
static int read_networks(struct json_node node, const char *name[SETTINGS_MAX_LIST])
{
    if (!cJSON_IsArray(node.item)) {
        name[0] = json_string(node, NULL);
        return name[0] ? 1 : 0;
    }
    int n = json_length(node);
    if (n == 0 || n > SETTINGS_MAX_LIST)
        json_error(node, "1 to %d networks can share an accelerator, not %d", SETTINGS_MAX_LIST, n);
    n = n > SETTINGS_MAX_LIST ? 0 : n;
    for (int i = 0; i < n; i++)
        if (!(name[i] = json_string(json_at(node, i), NULL)))
            return 0;
    return n;
}

static void add_row(struct reader *reader, struct campaign_row row)
{
    struct campaign *campaign = reader->campaign;
    const char *name = naas_format(campaign->ctx, "%s_%s_%s_%" PRId64 "%s%s", row.budget, row.networks,
        row.objective, row.seed, row.label[0] ? "_" : "", row.label);
    row.name = folder_name(campaign->ctx, name);
    for (int i = 0; i < campaign->n_rows; i++) {
        const struct campaign_row *other = &campaign->row[i];
        if (strcmp(other->name, row.name) != 0)
            continue;
        bool same = other->argc == row.argc;
        for (int k = 0; same && k < row.argc; k++)
            same = strcmp(other->argv[k], row.argv[k]) == 0;
        if (!same) /* else it stands here twice, which is once */
            json_error(row.place, "another row is called %s, too: one of them needs a \"label\"", row.name);
        return;
    }
    if (campaign->n_rows == MOST_ROWS) {
        json_error(row.place, "more than %d rows", MOST_ROWS);
        return;
    }
    campaign->row =
        naas_grow(campaign->ctx, campaign->row, campaign->n_rows, &reader->capacity, sizeof *campaign->row);
    campaign->row[campaign->n_rows++] = row;
}

/* What all rows of an entry of the file have in common. */
struct cross {
    struct json_node place;
    const char *label;
    struct campaign_published published;
    int n_options;
    struct option option[MOST_OPTIONS];
};

static void make_row(struct reader *reader, const struct cross *cross, struct json_node networks,
    const char *budget, const char *objective, int64_t seed)
{
    struct naas_ctx *ctx = reader->campaign->ctx;
    const char *name[SETTINGS_MAX_LIST];
    int n = read_networks(networks, name);
    if (n == 0 || !budget)
        return;
    struct campaign_row row = {.place = cross->place,
        .label = cross->label,
        .published = cross->published,
        .budget = short_name(ctx, budget),
        .networks = "",
        .objective = objective,
        .seed = seed};
    row.argv = naas_alloc(ctx, (size_t)(2 * n + 6 + 2 * cross->n_options), sizeof *row.argv);
    for (int i = 0; i < n; i++) {
        row.networks = naas_format(ctx, "%s%s%s", row.networks, i ? "+" : "", short_name(ctx, name[i]));
        row.argv[row.argc++] = "--network";
        row.argv[row.argc++] = path_of(reader, name[i]);
    }
    row.argv[row.argc++] = "--budget";
    row.argv[row.argc++] = path_of(reader, budget);
    row.n_paths = row.argc;
    row.argv[row.argc++] = "--objective";
    row.argv[row.argc++] = objective;
    row.argv[row.argc++] = "--seed";
    row.argv[row.argc++] = naas_format(ctx, "%" PRId64, seed);
    for (int i = 0; i < cross->n_options; i++) {
        row.argv[row.argc++] = cross->option[i].name;
        if (cross->option[i].value)
            row.argv[row.argc++] = cross->option[i].value;
    }
    add_row(reader, row);
}

/* A list that must not be empty. */
static int read_list(struct json_node list)
{
    int n = json_length(list);
    if (cJSON_IsArray(list.item) && n == 0)
        json_error(list, "an empty list");
    return n;
}

static const char *read_objective(struct json_node node)
{
    struct as_goal goal;
    const char *text = json_string(node, "edp");
    if (!objective_read(text, &goal))
        json_error(node, "'%s' is no objective", text);
    return text;
}

static void read_cross(struct reader *reader, struct json_node entry, const struct cross *common)
{
    struct naas_ctx *ctx = reader->campaign->ctx;
    struct cross cross = *common;
    struct json_node networks = json_need(entry, "networks"), budgets = json_need(entry, "budgets"),
                     objectives = json_get(entry, "objectives"), seeds = json_get(entry, "seeds"),
                     published = json_get(entry, "published");
    cross.place = entry;
    cross.label = json_string(json_get(entry, "label"), "");
    cross.n_options = read_options(ctx, json_get(entry, "options"), cross.option, cross.n_options);
    json_get(entry, "notes");
    if (json_present(published)) {
        cross.published.speed_up = json_number(json_get(published, "speed_up"), 0, 1e9, 0);
        cross.published.energy = json_number(json_get(published, "energy"), 0, 1e9, 0);
        cross.published.edp = json_number(json_get(published, "edp"), 0, 1e9, 0);
        json_get(published, "source");
    }
    int n_networks = read_list(networks), n_budgets = read_list(budgets),
        n_objectives = read_list(objectives), n_seeds = read_list(seeds);
    for (int b = 0; b < n_budgets; b++)
        for (int w = 0; w < n_networks; w++)
            for (int o = 0; o < (n_objectives ? n_objectives : 1); o++)
                for (int s = 0; s < (n_seeds ? n_seeds : 1); s++)
                    make_row(reader, &cross, json_at(networks, w), json_string(json_at(budgets, b), NULL),
                        n_objectives ? read_objective(json_at(objectives, o)) : "edp",
                        n_seeds ? json_int(json_at(seeds, s), 0, 9000000000000000, 1) : 1);
}

/* ---- the whole ---- */

/* Rows that name the same files share what is read of them. */
static bool read_before(const struct campaign *campaign, struct campaign_row *row)
{
    for (const struct campaign_row *other = campaign->row; other < row; other++) {
        bool same = other->n_paths == row->n_paths;
        for (int i = 0; same && i < row->n_paths; i++)
            same = strcmp(other->argv[i], row->argv[i]) == 0;
        if (!same)
            continue;
        row->workload = other->workload;
        row->budget_read = other->budget_read;
        row->inputs = other->inputs;
        return true;
    }
    return false;
}

/* That everything a row names can be read is found out before the first hour of searching. */
static enum naas_status read_inputs(const struct reader *reader, struct campaign_row *row)
{
    struct naas_ctx *ctx = reader->campaign->ctx;
    struct search_run run = {.ctx = ctx, .paths = reader->paths};
    struct as_workload *workload = naas_alloc(ctx, 1, sizeof *workload);
    struct as_budget *budget = naas_alloc(ctx, 1, sizeof *budget);
    search_options_default(&run.request, false);
    const char *fault = search_options_read(ctx, &run.request, row->argc, row->argv);
    if (fault) {
        json_error(row->place, "%s", fault);
        return NAAS_BAD_INPUT;
    }
    if (read_before(reader->campaign, row))
        return NAAS_OK;
    enum naas_status status = search_read_inputs(&run, workload, budget);
    if (status != NAAS_OK) {
        naas_diag(ctx, NAAS_NOTE, json_loc(row->place), "asked for by this entry of the campaign");
        return status;
    }
    row->workload = workload;
    row->budget_read = budget;
    row->inputs = search_inputs_key(ctx, workload, budget);
    return NAAS_OK;
}

static const char *folder_of(struct naas_ctx *ctx, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? naas_strndup(ctx, path, (size_t)(slash + 1 - path)) : "";
}

enum naas_status campaign_read(
    struct naas_ctx *ctx, const struct naas_request *paths, const char *path, struct campaign *campaign)
{
    struct json_node root;
    struct reader reader = {.campaign = campaign, .paths = paths, .folder = folder_of(ctx, path)};
    struct cross common = {0};
    *campaign = (struct campaign){.ctx = ctx};
    enum naas_status status = json_parse_file(ctx, path, &root);
    if (status != NAAS_OK)
        return status;
    json_expect_kind(root, "campaign");
    campaign->name = folder_name(ctx, json_string(json_get(root, "name"), short_name(ctx, path)));
    json_get(root, "notes");
    json_get(root, "source");
    common.n_options = read_options(ctx, json_get(root, "options"), common.option, 0);
    struct json_node rows = json_need(root, "rows");
    int n = read_list(rows);
    for (int i = 0; i < n; i++)
        read_cross(&reader, json_at(rows, i), &common);
    status = json_done(root);
    for (int i = 0; i < campaign->n_rows && status == NAAS_OK; i++)
        status = read_inputs(&reader, &campaign->row[i]);
    return status;
}
