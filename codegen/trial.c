/*
 * A program that times kernels of one nest side by side: in turn, so that whatever else the machine does
 * falls on all of them, each by its best run, and those that are far behind after a few rounds run no more.
 * Before, each has to make of the same data what the first one makes of it.
 *
 *     0.00123
 *     0.00119
 *     -1
 */
#include "codegen/cg.h"

/* One thread: the processor's time, which other programs on the machine do not add to. */
static const char head[] =
    "#define _GNU_SOURCE\n"
    "#include <naas_rt.h>\n"
    "#include <math.h>\n"
    "#include <stdio.h>\n"
    "#include <stdlib.h>\n"
    "#include <string.h>\n"
    "#include <time.h>\n"
    "#include <unistd.h>\n"
    "#ifdef _OPENMP\n"
    "int omp_get_max_threads(void);\n"
    "#define CLOCK (omp_get_max_threads() > 1 ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID)\n"
    "#else\n"
    "#define CLOCK CLOCK_PROCESS_CPUTIME_ID\n"
    "#endif\n"
    "static double now(int clock)\n{\n"
    "    struct timespec t;\n"
    "    clock_gettime(clock, &t);\n"
    "    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;\n}\n"
    "/* Small numbers, which any type can hold. */\n"
    "#define FILL(type, a, n) \\\n"
    "    for (long long i = 0; i < (n); i++) \\\n"
    "        ((type *)(a))[i] = (type)(i % 7 + 1)\n"
    "#define DIFFERS(type, a, b, n) \\\n"
    "    for (long long i = 0; i < (n); i++) { \\\n"
    "        const double x = (double)((type *)(a))[i], y = (double)((type *)(b))[i]; \\\n"
    "        if (x != y && !(fabs(x - y) <= ALLOWED(type) * (fabs(x) + fabs(y)))) \\\n"
    "            return 1; \\\n"
    "    }\n"
    "#define ALLOWED(type) ((type)0.5 == 0 ? 0 : 1e-3)\n";

static const char rounds[] = "    double best[TRIALS], least = 1e30, start = now(CLOCK_MONOTONIC);\n"
                             "    int out[TRIALS] = {0};\n"
                             "    for (int i = 0; i < TRIALS; i++) {\n"
                             "        fill();\n"
                             "        out[i] = run(i) || (i > 0 && differs());\n"
                             "        best[i] = out[i] ? -1 : 1e30;\n"
                             "        if (i == 0)\n            keep();\n"
                             "    }\n"
                             "    for (int round = 0; round < MOST && (round < LEAST || now(CLOCK_MONOTONIC) "
                             "- start < SECONDS); round++)\n"
                             "        for (int i = 0; i < TRIALS; i++) {\n"
                             "            if (out[i])\n                continue;\n"
                             "            double from = now(CLOCK);\n"
                             "            out[i] = run(i);\n"
                             "            double took = now(CLOCK) - from;\n"
                             "            best[i] = out[i] ? -1 : took < best[i] ? took : best[i];\n"
                             "            least = best[i] > 0 && best[i] < least ? best[i] : least;\n"
                             "            out[i] |= round >= SURE && best[i] > LATE * least;\n"
                             "        }\n"
                             "    for (int i = 0; i < TRIALS; i++)\n"
                             "        printf(\"%.9g\\n\", best[i]);\n";

/* The arrays, and what the first kernel made of those that are written; functions that fill them, keep what
 * was made, and compare with it. */
static void data_print(const struct cg *cg, struct naas_buf *out)
{
    struct naas_buf fill = naas_buf_new(cg->ctx), keep = naas_buf_new(cg->ctx),
                    differs = naas_buf_new(cg->ctx), make = naas_buf_new(cg->ctx);
    for (int i = 0; i < cg->n_params; i++) {
        const char *type = naas_type_c(cg->array[i].array->type);
        long long n = cg->array[i].high;
        naas_buf_printf(out, "static void *a%d, *b%d;\n", i, i);
        naas_buf_printf(&make,
            "    if (!(a%d = malloc(%lld * sizeof(%s))) || !(b%d = malloc(%lld * sizeof(%s))))\n"
            "        return 1;\n",
            i, n, type, i, n, type);
        naas_buf_printf(&fill, "    FILL(%s, a%d, %lld);\n", type, i, n);
        if (!cg->array[i].written)
            continue;
        naas_buf_printf(&keep, "    memcpy(b%d, a%d, %lld * sizeof(%s));\n", i, i, n, type);
        naas_buf_printf(&differs, "    DIFFERS(%s, a%d, b%d, %lld)\n", type, i, i, n);
    }
    naas_buf_printf(out,
        "static void fill(void)\n{\n%s}\nstatic void keep(void)\n{\n%s}\nstatic int differs(void)\n{\n%s    "
        "return 0;\n}\n"
        "int main(void)\n{\n    alarm(300); /* whoever waits may be gone */\n%s",
        fill.text, keep.text, differs.text, make.text);
}

static void arguments_print(const struct cg *cg, struct naas_buf *out)
{
    const struct fe_nest *nest = cg->kernel->nest;
    const char *between = "";
    for (int i = 0; i < cg->n_params; i++, between = ", ")
        naas_buf_printf(out, "%sa%d", between, i);
    for (int i = 0; i < nest->n_scalars; i++, between = ", ")
        naas_buf_printf(out, "%s1", between);
    for (int i = 0; i < nest->n_assumptions; i++, between = ", ")
        naas_buf_printf(out, "%s%lld", between, (long long)nest->assumption[i].value);
}

enum naas_status cg_trial_print(
    struct naas_ctx *ctx, struct naas_buf *out, int n, const struct cg_kernel *kernels, double seconds)
{
    struct naas_buf calls = naas_buf_new(ctx);
    enum naas_status status = NAAS_OK;
    naas_buf_puts(out, head);
    for (int i = 0; i < n && status == NAAS_OK; i++) {
        struct cg_kernel kernel = kernels[i];
        const char *name = naas_format(ctx, "naas_trial%d", i);
        kernel.verify = false;
        kernel.symbol = NULL;
        status = cg_named_kernel_print(ctx, out, &kernel, name);
        struct cg cg = cg_new(ctx, &kernel, NULL, name);
        naas_buf_printf(&calls, "(i) == %d ? %s(", i, name);
        arguments_print(&cg, &calls);
        naas_buf_puts(&calls, ") : ");
    }
    struct cg cg = cg_new(ctx, &kernels[0], NULL, "naas_trial");
    naas_buf_printf(out,
        "enum { TRIALS = %d, LEAST = 5, SURE = 3, MOST = 200 };\n#define SECONDS %g\n#define LATE 1.5\n"
        "#define run(i) (%s1)\n",
        n, seconds, calls.text);
    data_print(&cg, out);
    naas_buf_puts(out, rounds);
    for (int i = 0; i < cg.n_params; i++) /* for leak checkers: the user's options count here, too */
        naas_buf_printf(out, "    free(a%d);\n    free(b%d);\n", i, i);
    naas_buf_puts(out, "    return 0;\n}\n");
    return status;
}
