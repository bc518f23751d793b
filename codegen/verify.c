/* -fnaas-verify: the function that the user's code calls in the place of the kernel, which runs the kernel,
 * keeps its results and puts back what was there before; and the function of the emitted text that compares.
 *
 *     #pragma naas name(conv1)          { naas_rt_verify *const naas_conv1_saved = naas_conv1_verify(x, w,
 * y); { for (...) ...                ->   for (...) ... } naas_rt_verify_end(naas_conv1_saved, "conv.c:12:5:
 * nest 'conv1'"); }
 */
#include "codegen/cg.h"

#include <math.h>

static double additions_of(const struct as_problem *problem)
{
    double n = problem->reduce == AS_SUM ? 1 : 0;
    for (int d = 0; d < problem->n_dims; d++)
        if (problem->dim[d].kind == AS_REDUCTION)
            n *= (double)problem->dim[d].extent;
    return n;
}

/* Sums in two orders are at most 2 n u x (sum of magnitudes) apart, u the unit roundoff, n the number of
 * additions (Higham, Accuracy and Stability of Numerical Algorithms, 4.2); the largest result stands for the
 * sum of magnitudes. A few operations more for the finish. */
static double rounding(const struct cg *cg, const struct cg_array *array)
{
    enum { FINISH = 8 };
    enum naas_type type = array->array->type;
    double additions = 0;
    bool single = type == NAAS_F32;
    if (!naas_type_is_float(type))
        return 0;
    for (int p = 0; p < cg->kernel->n_parts; p++)
        if (cg->kernel->part[p].source->problem) {
            additions += additions_of(&cg->kernel->part[p].source->problem->problem);
            single |= cg->kernel->part[p].source->problem->problem.acc_type == NAAS_F32;
        }
    return (additions + FINISH) * ldexp(1, single ? -23 : -52);
}

static void range_print(const struct cg *cg, struct naas_buf *out, int i)
{
    const struct cg_array *array = &cg->array[i];
    naas_buf_printf(out, "        {\"%s\", %s, (%s *)a%d + %lld, %lld, %lld, %.9g},\n", array->field,
        cg_type_name(array->array->type), naas_type_c(array->array->type), i, (long long)array->low,
        (long long)array->low, (long long)(array->high - array->low), rounding(cg, array));
}

void cg_verify_print(const struct cg *cg, struct naas_buf *out)
{
    int n = 0;
    naas_buf_printf(out, "\n/* Runs %s, keeps its results, and puts back what was there. */\n", cg->name);
    naas_buf_printf(out, "static naas_rt_verify *%s_verify(", cg->name);
    cg_parameters_print(cg, out);
    naas_buf_puts(out, ")\n{\n    const naas_rt_range ranges[] = {\n");
    for (int i = 0; i < cg->n_arrays; i++)
        if (cg->array[i].written && !cg->array[i].buffer) {
            range_print(cg, out, i);
            n++;
        }
    naas_buf_printf(out,
        "    };\n    naas_rt_verify *const saved = naas_rt_verify_begin(%d, ranges);\n"
        "    return naas_rt_verify_kernel(saved, %s(",
        n, cg->name);
    cg_parameter_names_print(cg, out);
    naas_buf_puts(out, "));\n}\n");
}
