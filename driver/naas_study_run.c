/* A study from its file to its folder. */
#include "driver/naas_study.h"
#include <inttypes.h>

static enum naas_status write_results(
    const struct study *study, const struct show_study *show, const char *folder)
{
    struct naas_ctx *ctx = study->ctx;
    struct naas_buf csv = naas_buf_new(ctx), samples = naas_buf_new(ctx), json = naas_buf_new(ctx),
                    spearman = naas_buf_new(ctx), elasticity = naas_buf_new(ctx), page = naas_buf_new(ctx);
    study_csv(&csv, show);
    study_samples_csv(&samples, study);
    study_json(&json, show);
    show_study_heat(&spearman, show, false, true);
    show_study_heat(&elasticity, show, true, true);
    show_study_page(&page, show);
    const struct {
        const char *name;
        const struct naas_buf *text;
    } files[] = {{"study.csv", &csv}, {"samples.csv", &samples}, {"correlation.svg", &spearman},
        {"elasticity.svg", &elasticity}, {"report.html", &page}, {"study.json", &json}};
    enum naas_status status = NAAS_OK;
    for (int i = 0; i < 6 && status == NAAS_OK; i++)
        status = campaign_write(ctx, folder, files[i].name, files[i].text);
    return status;
}

static enum naas_status measure(struct study *study, const struct naas_request *paths,
    struct campaign_request *request, const char *folder)
{
    struct naas_ctx *ctx = study->ctx;
    struct team *team = &request->team;
    enum naas_status status = campaign_make_folder(ctx, folder);
    if (status == NAAS_OK)
        status = team_start(team, ctx, paths->cluster, "all finished mappings are kept; start it again");
    if (status != NAAS_OK)
        return status;
    struct as_database *database = campaign_open_database(ctx, request, folder);
    status = study_measure(study, team->farm, team->own_threads, database);
    team_stop(team, ctx);
    campaign_close_database(ctx, request, database);
    if (status != NAAS_OK)
        naas_diag(
            ctx, NAAS_ERROR, (struct naas_loc){.file = folder}, "mappings could not be searched: no memory");
    return status;
}

enum naas_status study_run(struct naas_ctx *ctx, const struct naas_request *paths, const char *path,
    struct campaign_request *request, struct naas_buf *out)
{
    struct study study;
    enum naas_status status = study_read(ctx, paths, path, &study);
    if (status != NAAS_OK)
        return status;
    if (!request->quiet || request->list)
        fprintf(request->list ? stdout : stderr,
            "study %s: %d stages on %d designs, as they are, with other "
            "hardware and with other dims parallel\n",
            study.name, study.n_samples, study.n_designs);
    if (request->list)
        return NAAS_OK;
    const char *folder = request->output ? request->output : study.name;
    status = measure(&study, paths, request, folder);
    for (int g = 0; g < STUDY_GROUPS && status == NAAS_OK; g++)
        if (study.n_valid[g] < STUDY_FACTORS + 4) {
            naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = path},
                "only %d of %d samples fit all designs in the group %s: too few to say anything",
                study.n_valid[g], study.n_samples, study_group_names[g]);
            status = NAAS_UNSUPPORTED;
        }
    if (status != NAAS_OK)
        return status;
    study_analyse(&study);
    struct show_study show = study_effects(&study);
    if (request->json)
        study_json(out, &show);
    else if (request->csv)
        study_csv(out, &show);
    else
        study_print(out, &show);
    return write_results(&study, &show, folder);
}
