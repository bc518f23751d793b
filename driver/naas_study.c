/* The file of a study. */
#include "driver/naas_study.h"
#include "support/json.h"
#include <string.h>

/* ---- parameters ---- */

static struct study_range read_range(struct json_node node, double low, double high, struct study_range range)
{
    if (!json_present(node))
        return range;
    int n = json_length(node);
    if (cJSON_IsArray(node.item) && n != 2)
        json_error(node, "expected the lowest and the highest value, not %d values", n);
    if (n != 2)
        return range;
    range.low = json_number(json_at(node, 0), low, high, range.low);
    range.high = json_number(json_at(node, 1), range.low, high, range.high);
    return range;
}

static void read_kernels(struct json_node node, struct study *study)
{
    if (!json_present(node))
        return;
    study->n_kernels = json_length(node);
    if (cJSON_IsArray(node.item) && (study->n_kernels < 1 || study->n_kernels > STUDY_MOST_KERNELS)) {
        json_error(node, "expected 1 to %d kernels, not %d", STUDY_MOST_KERNELS, study->n_kernels);
        study->n_kernels = 0;
    }
    for (int i = 0; i < study->n_kernels; i++)
        study->kernel[i] = (int)json_int(json_at(node, i), 1, 31, 1);
}

static void read_neural(struct json_node node, struct study *study)
{
    static const char *const blocks[] = {"bottleneck", "inverted"};
    static const struct study_range limits[STUDY_FACTORS] = {
        {8, 65536}, {8, 65536}, {0, 0}, {1, 4096}, {1, 1000}, {0.01, 64}};
    if (!json_present(node))
        return;
    study->inverted = json_choice(json_get(node, "block"), blocks, 2, 0);
    for (int f = 0; f < STUDY_FACTORS; f++) {
        struct json_node member = json_get(node, study_factor_keys[STUDY_NEURAL][f]);
        struct study_range *range = &study->range[STUDY_NEURAL][f];
        if (f == STUDY_KERNEL)
            read_kernels(member, study);
        else
            *range = read_range(member, limits[f].low, limits[f].high, *range);
    }
}

static void read_hardware(struct json_node node, struct study *study)
{
    for (int f = 0; json_present(node) && f < STUDY_FACTORS; f++) {
        struct json_node member = json_get(node, study_factor_keys[STUDY_HARDWARE][f]);
        struct study_range *range = &study->range[STUDY_HARDWARE][f];
        *range = read_range(member, 1.0 / 1024, 1024, *range);
    }
}

/* ---- designs ---- */

/* The level of that name; fallback where none is named. */
static int read_level(struct json_node node, const struct as_accel *accel, int fallback)
{
    const char *name = json_string(node, NULL);
    for (int l = 1; name && l < accel->n_levels; l++)
        if (strcmp(accel->level[l].name, name) == 0)
            return l;
    if (name)
        json_error(node, "%s has no level '%s' on the chip", accel->name, name);
    return fallback;
}

static enum naas_status read_design(struct naas_ctx *ctx, const struct naas_request *paths,
    const char *folder, struct json_node node, struct study_design *design)
{
    const char *name = json_string(json_need(node, "accelerator"), NULL);
    struct json_node l1 = json_get(node, "l1"), l2 = json_get(node, "l2");
    if (!name)
        return NAAS_BAD_INPUT;
    if (naas_is_file(name) && name[0] != '/')
        name = naas_format(ctx, "%s%s", folder, name);
    struct json_node title = json_get(node, "name");
    enum naas_status status = as_accel_read(
        ctx, naas_data_path(ctx, paths, "accelerators", name), &design->accel, &design->sources);
    if (status != NAAS_OK) {
        naas_diag(ctx, NAAS_NOTE, json_loc(node), "asked for by this design of the study");
        return status;
    }
    design->name = json_string(title, design->accel.name);
    design->array = design->accel.n_levels - 1;
    while (design->array > 0 && design->accel.level[design->array].n_axes == 0)
        design->array--;
    design->l1 = read_level(l1, &design->accel, design->accel.n_levels - 1);
    design->l2 = read_level(l2, &design->accel, 1);
    const char *fault = study_design_fault(design);
    if (fault)
        json_error(node, "%s cannot be studied: %s", design->accel.name, fault);
    return NAAS_OK;
}

/* ---- the whole ---- */

static void read_effort(struct json_node root, struct study *study)
{
    study->seed = (uint64_t)json_int(json_get(root, "seed"), 0, 9000000000000000, (int64_t)study->seed);
    study->n_samples = (int)json_int(json_get(root, "samples"), 10, 100000, study->n_samples);
    study->n_resamples = (int)json_int(json_get(root, "resamples"), 10, 100000, study->n_resamples);
    study->map.evaluations = json_int(json_get(root, "evaluations"), 1, 1000000000, study->map.evaluations);
    study->map.seed = study->seed;
}

enum naas_status study_read(
    struct naas_ctx *ctx, const struct naas_request *paths, const char *path, struct study *study)
{
    struct json_node root;
    const char *slash = strrchr(path, '/');
    const char *folder = slash ? naas_strndup(ctx, path, (size_t)(slash + 1 - path)) : "";
    *study = (struct study){.ctx = ctx};
    enum naas_status status = json_parse_file(ctx, path, &root);
    if (status != NAAS_OK)
        return status;
    study_defaults(study);
    json_expect_kind(root, "study");
    study->name = json_string(json_get(root, "name"), "study");
    json_get(root, "notes");
    json_get(root, "source");
    read_effort(root, study);
    read_neural(json_get(root, "neural"), study);
    read_hardware(json_get(root, "hardware"), study);
    struct json_node designs = json_need(root, "designs");
    study->n_designs = json_length(designs);
    if (cJSON_IsArray(designs.item) && (study->n_designs < 1 || study->n_designs > STUDY_MOST_DESIGNS)) {
        json_error(designs, "expected 1 to %d designs, not %d", STUDY_MOST_DESIGNS, study->n_designs);
        study->n_designs = 0;
    }
    for (int d = 0; d < study->n_designs && status == NAAS_OK; d++)
        status = read_design(ctx, paths, folder, json_at(designs, d), &study->design[d]);
    enum naas_status done = json_done(root);
    return status != NAAS_OK ? status : done;
}
