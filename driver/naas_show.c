/* naas show: the last operand, laid out. */
#include "driver/naas.h"
#include "show/mapping.h"

static void show_mapping(
    const struct naas_request *request, struct naas_buf *out, const struct show_view *view)
{
    switch (request->form) {
    case NAAS_TREE:
        show_tree(out, view);
        break;
    case NAAS_TABLE:
        (request->json ? show_loops_json : show_table)(out, view);
        break;
    case NAAS_CSV:
        show_loops_csv(out, view);
        break;
    case NAAS_SVG:
        show_mapping_svg(out, view);
        break;
    case NAAS_PLAIN:
        (request->json ? as_mapping_json : as_mapping_print)(out, view->problem, view->accel, view->mapping);
        break;
    }
}

enum naas_status naas_show(struct naas_ctx *ctx, const struct naas_request *request, struct naas_buf *out,
    const struct as_problem *problem, const struct as_accel *accel, const struct as_mapping *mapping)
{
    if (mapping) {
        show_mapping(request, out, &(struct show_view){problem, accel, mapping});
        return NAAS_OK;
    }
    if (request->form != NAAS_PLAIN) {
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){0},
            "--tree, --table, --csv and --svg show a mapping, and there is none");
        return NAAS_BAD_INPUT;
    }
    if (accel)
        (request->json ? as_accel_json : as_accel_print)(out, accel);
    else
        (request->json ? as_problem_json : as_problem_print)(out, problem);
    return NAAS_OK;
}
