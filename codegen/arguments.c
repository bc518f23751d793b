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

/* Values of an index; guards keep those of an axis inside whose extent is known: it begins at 0. */
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
    if (extent > 0 && range.low < 0)
        range.low = 0;
    if (extent > 0 && range.high > extent - 1)
        range.high = extent - 1;
    return range;
}

static struct cg_array *array_slot(struct cg *cg, const struct fe_array *array)
{
    for (int i = 0; i < cg->n_arrays; i++)
        if (cg->array[i].array->id == array->id)
            return &cg->array[i];
    struct cg_array *slot = &cg->array[cg->n_arrays++];
    *slot = (struct cg_array){.array = array, .low = INT64_MAX, .high = INT64_MIN};
    return slot;
}

static void widen(struct cg_array *slot, int64_t low, int64_t high, bool written)
{
    slot->low = low < slot->low ? low : slot->low;
    slot->high = high > slot->high ? high : slot->high;
    slot->written |= written;
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
    widen(slot, low, high + 1, written);
}

static void touch_reads(struct cg *cg, const struct poly_finish *finish, const struct fe_expr *expr)
{
    if (expr->kind == FE_READ)
        touch(cg, finish, &expr->access, false);
    for (int i = 0; i < expr->n_args; i++)
        touch_reads(cg, finish, expr->arg[i]);
}

/* A pointer may lead to elements below, and guards keep the nest from some of them: what the source touches
 * tells, which no kernel goes below. */
static void raise_lows(struct cg *cg)
{
    const struct poly_part *part = cg->part->source;
    for (int i = 0; i < cg->n_arrays; i++) {
        int64_t low = INT64_MAX;
        for (int k = 0; k < part->n_spans; k++)
            if (part->span[k].array->id == cg->array[i].array->id && part->span[k].low < low)
                low = part->span[k].low;
        if (low != INT64_MAX && low > cg->array[i].low)
            cg->array[i].low = low;
    }
}

/* Every array of the part is in its problem or its finish. */
static void collect_problem(struct cg *cg)
{
    for (int t = 0; t < cg->problem->n_tensors; t++)
        if (t != cg->problem->output)
            touch(cg, NULL, cg->poly->access[t], false);
    for (int i = 0; i < cg->poly->n_finish; i++) {
        const struct poly_finish *finish = &cg->poly->finish[i];
        touch(cg, finish, &finish->stmt->target, true);
        if (finish->stmt != cg->poly->update)
            touch_reads(cg, finish, finish->stmt->value);
    }
    raise_lows(cg);
}

/* Kernels of parts may read a whole box where the source reads some of it. */
static void collect_parts(struct cg *cg)
{
    for (int p = 0; p < cg->kernel->n_parts; p++) {
        const struct poly_part *part = cg->kernel->part[p].source;
        if (part->problem) {
            struct cg one = cg_new(cg->ctx, cg->kernel, &cg->kernel->part[p], cg->name);
            for (int i = 0; i < one.n_arrays; i++)
                widen(array_slot(cg, one.array[i].array), one.array[i].low, one.array[i].high,
                    one.array[i].written);
        }
        for (int i = 0; i < part->n_spans; i++)
            widen(array_slot(cg, part->span[i].array), part->span[i].low, part->span[i].high,
                part->span[i].written);
    }
}

static bool is_buffer(const struct cg_kernel *kernel, const struct fe_array *array)
{
    for (int i = 0; i < kernel->n_buffers; i++)
        if (kernel->buffer[i]->id == array->id)
            return true;
    return false;
}

/* To a part they are arrays like others. */
static void move_buffers_last(struct cg *cg)
{
    struct cg_array *all = cg->array;
    int n = cg->n_arrays;
    cg->array = naas_alloc(cg->ctx, (size_t)n + 1, sizeof *cg->array);
    cg->n_arrays = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < n; i++) {
            all[i].buffer = !cg->part && is_buffer(cg->kernel, all[i].array);
            if (all[i].buffer == (pass == 1))
                cg->array[cg->n_arrays++] = all[i];
        }
        cg->n_params = pass == 0 ? cg->n_arrays : cg->n_params;
    }
}

struct cg cg_new(
    struct naas_ctx *ctx, const struct cg_kernel *kernel, const struct cg_part *part, const char *name)
{
    struct cg cg = {.ctx = ctx, .kernel = kernel, .part = part, .name = name};
    const struct fe_nest *nest = kernel->nest;
    struct cg_names fields = {.ctx = ctx};
    if (!part && kernel->n_parts == 1)
        cg.part = &kernel->part[0];
    if (cg.part && cg.part->source->problem) {
        cg.poly = cg.part->source->problem;
        cg.problem = &cg.poly->problem;
    }
    cg.array = naas_alloc(ctx, (size_t)nest->n_arrays, sizeof *cg.array);
    if (cg.poly)
        collect_problem(&cg);
    else
        collect_parts(&cg);
    move_buffers_last(&cg);
    if (cg.n_arrays == 0)
        cg_fail(&cg, NAAS_UNSUPPORTED, nest->loc, "the nest touches no array");
    for (int i = 0; i < cg.n_arrays; i++)
        cg.array[i].field = cg_name(&fields, cg.array[i].array->name);
    cg.scalar = naas_alloc(ctx, (size_t)nest->n_scalars + 1, sizeof *cg.scalar);
    for (int i = 0; i < nest->n_scalars; i++)
        cg.scalar[i] = cg_name(&fields, nest->scalar[i]->text);
    return cg;
}

bool cg_is_inner(const struct cg *cg)
{
    return cg->kernel->n_parts > 1 && cg->part;
}

const char *cg_element_type(const struct fe_array *array)
{
    if (array->is_long)
        return array->type == NAAS_I64 || array->type == NAAS_I32 ? "long" : "unsigned long";
    return naas_type_c(array->type);
}

void cg_arguments_print(const struct cg *cg, struct naas_buf *out)
{
    const struct fe_nest *nest = cg->kernel->nest;
    naas_buf_printf(out, "struct %s_args {\n", cg->name);
    for (int i = 0; i < cg->n_arrays; i++)
        naas_buf_printf(out, "    %s%s *%s;\n", cg->array[i].written ? "" : "const ",
            cg_element_type(cg->array[i].array), cg->array[i].field);
    for (int i = 0; i < nest->n_scalars; i++)
        naas_buf_printf(out, "    %s %s;\n", naas_type_c(nest->scalar[i]->type), cg->scalar[i]);
    if (cg->keeps_sums)
        naas_buf_printf(out, "    %s *naas_sums;\n", cg_sum_type(cg));
    naas_buf_puts(out, "};\n\n");
}

/* Names for what is passed: a<i> for arrays, s<i> for scalars, n<i> for assumed sizes. */
void cg_parameters_print(const struct cg *cg, struct naas_buf *out)
{
    const struct fe_nest *nest = cg->kernel->nest;
    const char *between = "";
    for (int i = 0; i < cg->n_params; i++, between = ", ")
        naas_buf_printf(out, "%s%svoid *a%d", between, cg->array[i].written ? "" : "const ", i);
    for (int i = 0; i < nest->n_scalars; i++, between = ", ")
        naas_buf_printf(out, "%s%s s%d", between, naas_type_c(nest->scalar[i]->type), i);
    for (int i = 0; i < nest->n_assumptions && !cg_is_inner(cg); i++, between = ", ")
        naas_buf_printf(out, "%slong long n%d", between, i);
}

void cg_parameter_names_print(const struct cg *cg, struct naas_buf *out)
{
    const struct fe_nest *nest = cg->kernel->nest;
    const char *between = "";
    for (int i = 0; i < cg->n_params; i++, between = ", ")
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
    if (a->buffer || b->buffer || a->array->is_restrict || b->array->is_restrict)
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
    if (cg_is_inner(cg))
        return;
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

void cg_allocate_print(struct naas_buf *out, const char *field, int64_t elements)
{
    const int64_t most = INT32_MAX / 8; /* that a size of 32 bits counts the bytes of, whatever they are */
    naas_buf_printf(out, "    naas_args.%s = %s__builtin_malloc(%lld * sizeof *naas_args.%s);\n", field,
        elements > most ? "sizeof(void *) < 8 ? 0 : " : "", (long long)elements, field);
}
