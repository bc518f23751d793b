#include "driver/report.h"
#include "accelsearch/accelsearch.h"
#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void add_parsed(cJSON *object, const char *key, const struct naas_buf *text)
{
    cJSON *value = cJSON_Parse(text->text);
    cJSON_AddItemToObject(object, key, value ? value : cJSON_CreateNull());
}

static cJSON *cost_json(const struct as_cost *cost)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "macs", (double)cost->macs);
    cJSON_AddNumberToObject(object, "cycles", cost->cycles);
    cJSON_AddNumberToObject(object, "energy_pj", cost->energy_pj);
    cJSON_AddNumberToObject(object, "edp", cost->edp);
    cJSON_AddNumberToObject(object, "area_um2", cost->area_um2);
    cJSON_AddNumberToObject(object, "utilisation", cost->utilisation);
    return object;
}

static cJSON *record(struct naas_ctx *ctx, const char *source, const struct passage *passage,
    const struct passage_problem *part)
{
    const struct as_problem *problem = &part->poly->problem;
    struct naas_buf problem_text = naas_buf_new(ctx), accel = naas_buf_new(ctx), mapping = naas_buf_new(ctx);
    cJSON *object = cJSON_CreateObject();
    as_problem_json(&problem_text, problem);
    as_accel_json(&accel, &passage->accel);
    as_mapping_json(&mapping, problem, &passage->accel, &part->mapping);
    cJSON_AddNumberToObject(object, "format", 1);
    cJSON_AddStringToObject(object, "kind", "report");
    cJSON_AddStringToObject(object, "file", source);
    cJSON_AddNumberToObject(object, "line", passage->nest->loc.line);
    cJSON_AddStringToObject(object, "nest", passage->nest->name);
    cJSON_AddStringToObject(object, "target", passage->kernel.target);
    cJSON_AddItemToObject(object, "cost", cost_json(&part->cost));
    add_parsed(object, "problem", &problem_text);
    add_parsed(object, "accelerator", &accel);
    add_parsed(object, "mapping", &mapping);
    return object;
}

enum naas_status report_append(
    struct naas_ctx *ctx, const char *path, const char *source, const struct passage *passage)
{
    struct naas_buf lines = naas_buf_new(ctx);
    for (int i = 0; i < passage->n_problems; i++) {
        cJSON *object = record(ctx, source, passage, &passage->problem[i]);
        char *text = cJSON_PrintUnformatted(object);
        naas_buf_printf(&lines, "%s\n", text ? text : "");
        cJSON_free(text);
        cJSON_Delete(object);
    }
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    bool written = file >= 0 && write(file, lines.text, lines.length) == (ssize_t)lines.length;
    int reason = errno;
    if (file >= 0 && close(file) != 0)
        written = false;
    if (written)
        return NAAS_OK;
    naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = path}, "the report cannot be written: %s",
        strerror(reason));
    return NAAS_SYSTEM;
}
