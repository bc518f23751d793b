/*
 * Random mappings: the emitted C makes exactly the calls that the mapping walker makes, computes what plain
 * loops compute, and compiles without a warning.
 */
#include "program.h"
#include "recorder.h"
#include "tests/runtime/random_case.h"
#include "tests/runtime/walker.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PER_FILE = 25 };

typedef int entry(void **array);

static uint64_t environment(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : fallback;
}

/* A random case, with C's types. */
static void make_case(uint64_t seed, struct random_case *made)
{
    static const struct random_size size = {.max_points = 2000, .max_extent = 12, .max_array = 4};
    struct random_tape tape;
    random_tape_fill(&tape, seed);
    random_case_make(&tape, &size, made);
    for (int t = 0; t < made->problem.n_tensors; t++)
        made->problem.tensor[t].type = t == made->problem.output ? NAAS_I32 : NAAS_I16;
    made->problem.acc_type = NAAS_I32;
}

static const struct cg_kernel *make_kernel(
    struct naas_ctx *ctx, const struct random_case *made, uint64_t seed, int i)
{
    struct program_style style = {.name = naas_format(ctx, "p%d", i),
        .guarded = seed % 3 == 0,
        .shape = (unsigned)(seed * 2654435761u)};
    /* A copy without a reduction is not padded where the guard would skip the assignment. */
    return program_kernel(ctx, &made->problem, &made->accel, &made->mapping, &style);
}

/* `int run_3(void **a) { return naas_p3(a[0], a[1], a[2]); }` */
static void entry_print(struct naas_buf *text, const struct random_case *made, int i)
{
    naas_buf_printf(text, "int run_%d(void **a);\nint run_%d(void **a)\n{\n    return naas_p%d(", i, i, i);
    for (int t = 0; t < made->problem.n_tensors; t++)
        naas_buf_printf(text, "%sa[%d]", t ? ", " : "", t);
    naas_buf_puts(text, ");\n}\n");
}

struct arrays {
    struct walk_data data;
    void *array[AS_MAX_TENSORS];
    size_t result_bytes;
};

static struct arrays make_arrays(const struct random_case *made)
{
    struct arrays arrays = {0};
    unsigned state = 1;
    for (int t = 0; t < made->problem.n_tensors; t++) {
        size_t n = (size_t)walk_elements(&made->problem.tensor[t]);
        arrays.array[t] = calloc(n, sizeof(int));
        if (t == made->problem.output) {
            arrays.data.result = arrays.array[t];
            arrays.result_bytes = n * sizeof(int);
            for (size_t i = 0; made->problem.reduce != AS_SUM && i < n; i++)
                ((int *)arrays.array[t])[i] = made->problem.reduce == AS_MAX ? INT16_MIN : INT16_MAX;
            continue;
        }
        for (size_t i = 0; i < n; i++)
            ((short *)arrays.array[t])[i] = (short)((state = state * 1103515245u + 12345u) >> 16);
        arrays.data.operand[t] = arrays.array[t];
    }
    return arrays;
}

static void free_arrays(const struct random_case *made, struct arrays *arrays)
{
    for (int t = 0; t < made->problem.n_tensors; t++)
        free(arrays->array[t]);
}

static bool same_calls(const struct record *a, const struct record *b, int n_dims)
{
    for (int i = 0; i < a->n && i < b->n; i++) {
        const struct record_call *x = &a->call[i], *y = &b->call[i];
        bool same = x->what == y->what && x->level == y->level && x->instance == y->instance &&
                    x->tensor == y->tensor;
        for (int d = 0; d < n_dims; d++)
            same &= x->box.low[d] == y->box.low[d] && x->box.high[d] == y->box.high[d];
        if (!same) {
            print_error("call %d: %c level %d instance %d tensor %d, but the walker: %c level %d instance %d "
                        "tensor %d\n",
                i, x->what, x->level, x->instance, x->tensor, y->what, y->level, y->instance, y->tensor);
            return false;
        }
    }
    if (a->n != b->n)
        print_error("%d calls, but the walker makes %d\n", a->n, b->n);
    return a->n == b->n;
}

/* Elements that no point of the problem touches are not the kernel's to change. */
static bool same_result(const struct random_case *made, const struct arrays *arrays)
{
    naas_rt_problem problem;
    struct walk_data plain = arrays->data;
    struct arrays fresh = make_arrays(made);
    walk_convert_problem(&made->problem, &made->accel, &problem);
    plain.result = fresh.data.result;
    walk_plain(&problem, made->problem.combine, &plain);
    bool same = memcmp(plain.result, arrays->data.result, arrays->result_bytes) == 0;
    if (!same)
        print_error("results differ\n");
    free_arrays(made, &fresh);
    return same;
}

static bool agrees(const struct random_case *made, entry *run)
{
    struct arrays arrays = make_arrays(made);
    int status = run(arrays.array);
    struct record emitted = record_take();
    bool right = status == 0 && same_result(made, &arrays);
    if (status)
        print_error("status %d\n", status);
    walk_mapping(&made->problem, &made->accel, &made->mapping, &arrays.data, NULL, NULL, NULL);
    struct record walked = record_take();
    right = same_calls(&emitted, &walked, made->problem.n_dims) && right;
    free(emitted.call);
    free(walked.call);
    free_arrays(made, &arrays);
    return right;
}

static void check_file(uint64_t seed, int n)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct random_case *made = naas_alloc(ctx, (size_t)n, sizeof *made);
    struct naas_buf text = naas_buf_new(ctx);
    naas_buf_puts(&text, "#include <naas_rt.h>\n");
    for (int i = 0; i < n; i++) {
        make_case(seed + (uint64_t)i, &made[i]);
        enum naas_status status =
            cg_kernel_print(ctx, &text, make_kernel(ctx, &made[i], seed + (uint64_t)i, i));
        naas_diags_print(ctx, stderr, false);
        assert_int_equal(status, NAAS_OK);
        entry_print(&text, &made[i], i);
    }
    struct program_object object;
    assert_true(program_load(HOST_COMPILER, text.text,
        "-Dnaas_rt_load=record_load -Dnaas_rt_store=record_store -Dnaas_rt_run=record_run", &object));
    for (int i = 0; i < n; i++) {
        entry *run;
        *(void **)&run = dlsym(object.handle, naas_format(ctx, "run_%d", i));
        if (agrees(&made[i], run))
            continue;
        random_case_print(&made[i]);
        fail_msg("NAAS_SEED=%" PRIu64 " NAAS_TEST_COUNT=1", seed + (uint64_t)i);
    }
    program_unload(&object);
    naas_ctx_free(ctx);
}

static void emitted_calls_are_the_walkers(void **state)
{
    (void)state;
    uint64_t seed = environment("NAAS_SEED", 1), count = environment("NAAS_TEST_COUNT", 50);
    print_message("NAAS_SEED=%" PRIu64 " NAAS_TEST_COUNT=%" PRIu64 "\n", seed, count);
    for (uint64_t i = 0; i < count; i += PER_FILE)
        check_file(seed + i, (int)(count - i < PER_FILE ? count - i : PER_FILE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(emitted_calls_are_the_walkers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
