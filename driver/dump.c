#include "driver/dump.h"
#include "accelsearch/accelsearch.h"
#include <cjson/cJSON.h>

/* What there is of every problem, with an empty line between texts. */
static void print_problems(struct naas_buf *out, const struct passage *passage, enum dump what)
{
    for (int i = 0; i < passage->n_problems; i++) {
        const struct passage_problem *problem = &passage->problem[i];
        const struct as_problem *as = &problem->poly->problem;
        naas_buf_puts(out, i > 0 ? "\n" : "");
        if (what == DUMP_PROBLEM)
            as_problem_print(out, as);
        else if (what == DUMP_MAPPING)
            as_mapping_print(out, as, &passage->accel, &problem->mapping);
        else
            poly_schedule_print(out, problem->poly, &passage->accel, &problem->mapping, problem->schedule);
    }
}

static void print_text(struct naas_buf *out, const struct passage *passage, enum dump what)
{
    switch (what) {
    case DUMP_NEST:
        fe_nest_print(out, passage->nest);
        break;
    case DUMP_SCOP:
        poly_scop_print(out, passage->scop);
        break;
    case DUMP_ACCEL:
        as_accel_print(out, &passage->accel);
        break;
    case DUMP_PROBLEM:
    case DUMP_MAPPING:
    case DUMP_SCHEDULE:
        print_problems(out, passage, what);
        break;
    case DUMP_C:
    case N_DUMPS:
        naas_buf_puts(out, passage->c.text);
        break;
    }
}

static void print_c_json(struct naas_buf *out, const struct passage *passage)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "format", 1);
    cJSON_AddStringToObject(object, "kind", "c");
    cJSON_AddStringToObject(object, "name", passage->nest->name);
    cJSON_AddStringToObject(object, "text", passage->c.text);
    char *text = cJSON_PrintUnformatted(object);
    naas_buf_printf(out, "%s\n", text ? text : "null");
    cJSON_free(text);
    cJSON_Delete(object);
}

static void print_problems_json(struct naas_buf *out, const struct passage *passage, enum dump what)
{
    for (int i = 0; i < passage->n_problems; i++) {
        const struct passage_problem *problem = &passage->problem[i];
        const struct as_problem *as = &problem->poly->problem;
        if (what == DUMP_PROBLEM)
            as_problem_json(out, as);
        else if (what == DUMP_MAPPING)
            as_mapping_json(out, as, &passage->accel, &problem->mapping);
        else
            poly_schedule_json(out, problem->poly, &passage->accel, &problem->mapping, problem->schedule);
    }
}

static void print_json(struct naas_buf *out, const struct passage *passage, enum dump what)
{
    switch (what) {
    case DUMP_NEST:
        fe_nest_json(out, passage->nest);
        break;
    case DUMP_SCOP:
        poly_scop_json(out, passage->scop);
        break;
    case DUMP_ACCEL:
        as_accel_json(out, &passage->accel);
        break;
    case DUMP_PROBLEM:
    case DUMP_MAPPING:
    case DUMP_SCHEDULE:
        print_problems_json(out, passage, what);
        break;
    case DUMP_C:
    case N_DUMPS:
        print_c_json(out, passage);
        break;
    }
}

static const char *title(enum dump what)
{
    static const char *const titles[N_DUMPS] = {
        "nest", "scop", "problem", "accel", "mapping", "schedule", "c"};
    return titles[what];
}

void dump_print(
    struct naas_buf *out, const struct passage *passage, enum dump what, const struct options *options)
{
    if (options->json) {
        print_json(out, passage, what);
        return;
    }
    if (options->dumps & (options->dumps - 1))
        naas_buf_printf(out, "%s/* %s: %s */\n", out->length ? "\n" : "", passage->nest->name, title(what));
    print_text(out, passage, what);
}
