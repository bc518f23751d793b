/* Problem and accelerator as initialisers of naas_rt_problem and naas_rt_accel: one line per axis, port and
 * level. */
#include "codegen/cg.h"

#include <math.h>

static const char *const type_names[NAAS_N_TYPES] = {
    [NAAS_I8] = "NAAS_RT_I8",
    [NAAS_U8] = "NAAS_RT_U8",
    [NAAS_I16] = "NAAS_RT_I16",
    [NAAS_U16] = "NAAS_RT_U16",
    [NAAS_I32] = "NAAS_RT_I32",
    [NAAS_U32] = "NAAS_RT_U32",
    [NAAS_I64] = "NAAS_RT_I64",
    [NAAS_U64] = "NAAS_RT_U64",
    [NAAS_F32] = "NAAS_RT_F32",
    [NAAS_F64] = "NAAS_RT_F64",
};

const char *cg_type_name(enum naas_type type)
{
    return type_names[type];
}

static void string_print(struct naas_buf *out, const char *text)
{
    naas_buf_puts(out, "\"");
    for (; *text; text++)
        naas_buf_printf(out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    naas_buf_puts(out, "\"");
}

/* As C: `NAAS_RT_INPUT | NAAS_RT_WEIGHT`. */
static void roles_print(struct naas_buf *out, unsigned roles)
{
    static const char *const names[] = {"NAAS_RT_INPUT", "NAAS_RT_WEIGHT", "NAAS_RT_OUTPUT"};
    const char *between = "";
    for (int i = 0; i < 3; i++)
        if (roles >> i & 1) {
            naas_buf_printf(out, "%s%s", between, names[i]);
            between = " | ";
        }
    naas_buf_puts(out, *between ? "" : "0");
}

static void number_print(struct naas_buf *out, double value)
{
    if (isinf(value))
        naas_buf_puts(out, value < 0 ? "-__builtin_inf()" : "__builtin_inf()");
    else
        naas_buf_printf(out, "%.17g", value);
}

static void axis_print(struct naas_buf *out, const struct as_axis *axis, int64_t stride)
{
    naas_buf_puts(out, "                {");
    if (axis->n_terms == 1)
        naas_buf_printf(out, ".n_terms = 1, .dim = {%d}, .coef = {%lld}, ", axis->term[0].dim,
            (long long)axis->term[0].coef);
    if (axis->n_terms == 2)
        naas_buf_printf(out, ".n_terms = 2, .dim = {%d, %d}, .coef = {%lld, %lld}, ", axis->term[0].dim,
            axis->term[1].dim, (long long)axis->term[0].coef, (long long)axis->term[1].coef);
    naas_buf_printf(out, ".offset = %lld, .extent = %lld, .stride = %lld},\n", (long long)axis->offset,
        (long long)axis->extent, (long long)stride);
}

/* Coordinate 0 of a turned axis is its last element. */
int64_t cg_first_element(const struct cg *cg, int t)
{
    const struct as_tensor *tensor = &cg->problem->tensor[t];
    int64_t at = 0;
    for (int j = 0; j < tensor->rank; j++)
        if (cg->poly->turned[t][j])
            at += (tensor->axis[j].extent - 1) * cg->poly->access[t]->array->stride[j];
    return at;
}

static void tensor_print(struct cg *cg, struct naas_buf *out, int t)
{
    const struct as_tensor *tensor = &cg->problem->tensor[t];
    const struct fe_array *array = cg->poly->access[t]->array;
    enum naas_type type = t == cg->problem->output ? cg->problem->acc_type : tensor->type;
    if (!type_names[type])
        cg_fail(cg, NAAS_INTERNAL, cg->poly->access[t]->loc, "a tensor has an element type that C lacks");
    if (t != cg->problem->output && tensor->rank != array->rank)
        cg_fail(cg, NAAS_INTERNAL, cg->poly->access[t]->loc, "a tensor has another rank than its array");
    if (cg->status)
        return;
    naas_buf_puts(out, "        {\n            .name = ");
    string_print(out, tensor->name);
    naas_buf_puts(out, ", .role = ");
    roles_print(out, tensor->role);
    naas_buf_printf(out, ", .type = %s, .fill = ", type_names[type]);
    number_print(out, cg->poly->fill[t]);
    naas_buf_printf(out, ", .rank = %d,\n", tensor->rank);
    naas_buf_puts(out, tensor->rank > 0 ? "            .axis = {\n" : "");
    for (int j = 0; j < tensor->rank; j++)
        axis_print(out, &tensor->axis[j],
            j < array->rank ? (cg->poly->turned[t][j] ? -1 : 1) * array->stride[j] : 0);
    naas_buf_puts(out, tensor->rank > 0 ? "            },\n        },\n" : "        },\n");
}

static void problem_print(struct cg *cg, struct naas_buf *out)
{
    static const char *const reductions[] = {
        [AS_SUM] = "NAAS_RT_SUM",
        [AS_MAX] = "NAAS_RT_MAX",
        [AS_MIN] = "NAAS_RT_MIN",
        [AS_NO_REDUCE] = "NAAS_RT_NO_REDUCE",
    };
    const struct as_problem *problem = cg->problem;
    naas_buf_printf(out, "static const naas_rt_problem %s_problem = {\n    .name = ", cg->name);
    string_print(out, problem->name);
    naas_buf_printf(out, ",\n    .n_dims = %d,\n    .dim_name = {", problem->n_dims);
    for (int d = 0; d < problem->n_dims; d++) {
        naas_buf_puts(out, d ? ", " : "");
        string_print(out, problem->dim[d].name);
    }
    naas_buf_puts(out, "},\n    .extent = {");
    for (int d = 0; d < problem->n_dims; d++)
        naas_buf_printf(out, "%s%lld", d ? ", " : "", (long long)problem->dim[d].extent);
    naas_buf_printf(out, "},\n    .reduce = %s,\n    .n_tensors = %d,\n    .output = %d,\n    .tensor = {\n",
        reductions[problem->reduce], problem->n_tensors, problem->output);
    for (int t = 0; t < problem->n_tensors; t++)
        tensor_print(cg, out, t);
    naas_buf_puts(out, "    },\n};\n\n");
}

static void partitions_print(struct naas_buf *out, const struct as_level *level)
{
    if (level->n_partitions == 0)
        return;
    naas_buf_printf(out, ", .n_partitions = %d, .partition = {", level->n_partitions);
    for (int i = 0; i < level->n_partitions; i++) {
        naas_buf_puts(out, i ? ", {" : "{");
        roles_print(out, level->partition[i].roles);
        naas_buf_printf(out, ", %lld}", (long long)level->partition[i].bytes);
    }
    naas_buf_puts(out, "}");
}

static void ports_print(struct naas_buf *out, const struct as_level *level)
{
    if (level->n_ports == 0)
        return;
    naas_buf_printf(out, ",\n            .n_ports = %d, .port = {\n", level->n_ports);
    for (int i = 0; i < level->n_ports; i++) {
        naas_buf_puts(out, "                {.name = ");
        string_print(out, level->port[i].name);
        naas_buf_puts(out, ", .down = ");
        roles_print(out, level->port[i].down);
        naas_buf_puts(out, ", .up = ");
        roles_print(out, level->port[i].up);
        naas_buf_puts(out, ", .words_per_cycle = ");
        number_print(out, level->port[i].words_per_cycle);
        naas_buf_puts(out, "},\n");
    }
    naas_buf_puts(out, "            }");
}

static void level_print(struct cg *cg, struct naas_buf *out, int l)
{
    const struct as_level *level = &cg->kernel->accel->level[l];
    unsigned keeps = l ? cg->part->mapping->level[l].keeps : (1u << cg->problem->n_tensors) - 1;
    naas_buf_puts(out, "        {.name = ");
    string_print(out, level->name);
    naas_buf_printf(out, ", .buffers = %d, .keeps = 0x%x", level->buffers, keeps);
    partitions_print(out, level);
    if (level->n_axes > 0)
        naas_buf_printf(out, ",\n            .n_axes = %d, .size = {%d", level->n_axes, level->axis[0].size);
    for (int i = 1; i < level->n_axes; i++)
        naas_buf_printf(out, ", %d", level->axis[i].size);
    naas_buf_puts(out, level->n_axes > 0 ? "}" : "");
    ports_print(out, level);
    naas_buf_puts(out, "},\n");
}

static void accel_print(struct cg *cg, struct naas_buf *out)
{
    const struct as_accel *accel = cg->kernel->accel;
    naas_buf_printf(out, "static const naas_rt_accel %s_accel = {\n    .name = ", cg->name);
    string_print(out, accel->name);
    naas_buf_printf(out, ",\n    .macs_per_cycle = %d,\n    .padding_stored = %d,\n", accel->macs_per_cycle,
        accel->padding_stored);
    naas_buf_printf(out, "    .n_levels = %d,\n    .level = {\n", accel->n_levels);
    for (int l = 0; l < accel->n_levels; l++)
        level_print(cg, out, l);
    naas_buf_puts(out, "    },\n};\n\n");
}

void cg_tables_print(struct cg *cg, struct naas_buf *out)
{
    problem_print(cg, out);
    accel_print(cg, out);
}
