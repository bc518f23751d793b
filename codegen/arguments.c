/* What a kernel needs of its caller: the struct of arguments, and the arrays' ranges that must not overlap.
 */
#include "codegen/cg.h"

#include <string.h>

struct range {
    int64_t low, high; /* both inclusive */
};

static struct range variable_range(
    const struct cg *cg, const struct poly_finish *finish, const struct fe_loop *loop)
{
    int d = cg_dim_of(cg, finish, loop);
    if (d < 0)
        return (struct range){0, 0};
    int64_t first = cg->poly->first[d], last = first + cg->poly->step[d] * (cg->problem->dim[d].extent - 1);
    return first < last ? (struct range){first, last} : (struct range){last, first};
}

/* Values of an index; guards keep those of an axis of known extent inside. */
static struct range index_range(
    const struct cg *cg, const struct poly_finish *finish, const struct fe_affine *index, int64_t extent)
{
    struct range range = {index->constant, index->constant};
    for (int i = 0; i < index->n_terms; i++) {
        struct range of = variable_range(cg, finish, index->term[i].loop);
        int64_t coef = index->term[i].coef;
        range.low += coef * (coef > 0 ? of.low : of.high);
        range.high += coef * (coef > 0 ? of.high : of.low);
    }
    if (range.low < 0)
        range.low = 0;
    if (extent > 0 && range.high > extent - 1)
        range.high = extent - 1;
    return range;
}

static struct cg_array *array_slot(struct cg *cg, const struct fe_array *array)
{
    for (int i = 0; i < cg->n_arrays; i++)
        if (cg->array[i].array == array)
            return &cg->array[i];
    struct cg_array *slot = &cg->array[cg->n_arrays++];
    *slot = (struct cg_array){.array = array, .low = INT64_MAX, .high = INT64_MIN};
    return slot;
}

static void touch(
    struct cg *cg, const struct poly_finish *finish, const struct fe_access *access, bool written)
{
    if (access->array->storage == FE_PRIVATE)
        return;
    struct cg_array *slot = array_slot(cg, access->array);
    int64_t low = 0, high = 0;
    for (int j = 0; j < access->array->rank; j++) {
        int64_t stride = access->array->stride[j];
        struct range range = index_range(cg, finish, &access->index[j], access->array->extent[j]);
        low += stride * (stride > 0 ? range.low : range.high);
        high += stride * (stride > 0 ? range.high : range.low);
    }
    slot->low = low < slot->low ? low : slot->low;
    slot->high = high + 1 > slot->high ? high + 1 : slot->high;
    slot->written |= written;
}

static void touch_reads(struct cg *cg, const struct poly_finish *finish, const struct fe_expr *expr)
{
    if (expr->kind == FE_READ)
        touch(cg, finish, &expr->access, false);
    for (int i = 0; i < expr->n_args; i++)
        touch_reads(cg, finish, expr->arg[i]);
}

void cg_arguments_collect(struct cg *cg)
{
    const struct fe_nest *nest = cg->poly->nest;
    struct cg_names fields = {.ctx = cg->ctx};
    cg->array = naas_alloc(cg->ctx, (size_t)nest->n_arrays, sizeof *cg->array);
    for (int t = 0; t < cg->problem->n_tensors; t++)
        if (t != cg->problem->output)
            touch(cg, NULL, cg->poly->access[t], false);
    for (int i = 0; i < cg->poly->n_finish; i++) {
        const struct poly_finish *finish = &cg->poly->finish[i];
        touch(cg, finish, &finish->stmt->target, true);
        if (finish->stmt != cg->poly->update)
            touch_reads(cg, finish, finish->stmt->value);
    }
    if (cg->n_arrays == 0)
        cg_fail(cg, NAAS_UNSUPPORTED, nest->loc, "the nest touches no array");
    for (int i = 0; i < cg->n_arrays; i++)
        cg->array[i].field = cg_name(&fields, cg->array[i].array->name);
    cg->scalar = naas_alloc(cg->ctx, (size_t)nest->n_scalars + 1, sizeof *cg->scalar);
    for (int i = 0; i < nest->n_scalars; i++)
        cg->scalar[i] = cg_name(&fields, nest->scalar[i]->text);
}

void cg_arguments_print(const struct cg *cg, struct naas_buf *out)
{
    const struct fe_nest *nest = cg->poly->nest;
    naas_buf_printf(out, "struct %s_args {\n", cg->name);
    for (int i = 0; i < cg->n_arrays; i++)
        naas_buf_printf(out, "    %s%s *%s;\n", cg->array[i].written ? "" : "const ",
            naas_type_c(cg->array[i].array->type), cg->array[i].field);
    for (int i = 0; i < nest->n_scalars; i++)
        naas_buf_printf(out, "    %s %s;\n", naas_type_c(nest->scalar[i]->type), cg->scalar[i]);
    naas_buf_puts(out, "};\n\n");
}

/* Names for what is passed: a<i> for arrays, s<i> for scalars, n<i> for assumed sizes. */
void cg_parameters_print(const struct cg *cg, struct naas_buf *out)
{
    const struct fe_nest *nest = cg->poly->nest;
    const char *between = "";
    for (int i = 0; i < cg->n_arrays; i++, between = ", ")
        naas_buf_printf(out, "%s%svoid *a%d", between, cg->array[i].written ? "" : "const ", i);
    for (int i = 0; i < nest->n_scalars; i++, between = ", ")
        naas_buf_printf(out, "%s%s s%d", between, naas_type_c(nest->scalar[i]->type), i);
    for (int i = 0; i < nest->n_assumptions; i++, between = ", ")
        naas_buf_printf(out, "%slong long n%d", between, i);
}

void cg_parameter_names_print(const struct cg *cg, struct naas_buf *out)
{
    const struct fe_nest *nest = cg->poly->nest;
    const char *between = "";
    for (int i = 0; i < cg->n_arrays; i++, between = ", ")
        naas_buf_printf(out, "%sa%d", between, i);
    for (int i = 0; i < nest->n_scalars; i++, between = ", ")
        naas_buf_printf(out, "%ss%d", between, i);
    for (int i = 0; i < nest->n_assumptions; i++, between = ", ")
        naas_buf_printf(out, "%sn%d", between, i);
}

/* Declared arrays never overlap, and a restrict-qualified pointer says that what it writes or reads here is
 * its own. */
static bool may_overlap(const struct cg_array *a, const struct cg_array *b)
{
    if (a->array->is_restrict || b->array->is_restrict)
        return false;
    return (a->written || b->written) && (a->array->is_pointer || b->array->is_pointer);
}

static void address_print(struct naas_buf *out, const struct cg_array *array, int64_t offset)
{
    naas_buf_puts(out, "(const void *)");
    if (offset == 0)
        naas_buf_printf(out, "naas_args.%s", array->field);
    else
        naas_buf_printf(out, "(naas_args.%s + %lld)", array->field, (long long)offset);
}

void cg_overlaps_print(const struct cg *cg, struct naas_buf *out)
{
    for (int i = 0; i < cg->n_arrays; i++)
        for (int j = i + 1; j < cg->n_arrays; j++) {
            const struct cg_array *a = &cg->array[i], *b = &cg->array[j];
            if (!may_overlap(a, b))
                continue;
            naas_buf_printf(out, "    /* %s and %s overlap */\n    if (", a->field, b->field);
            address_print(out, a, a->low);
            naas_buf_puts(out, " < ");
            address_print(out, b, b->high);
            naas_buf_puts(out, "\n        && ");
            address_print(out, b, b->low);
            naas_buf_puts(out, " < ");
            address_print(out, a, a->high);
            naas_buf_puts(out, ")\n        return 1;\n");
        }
}
