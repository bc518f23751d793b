/*
 * Timeloop's files. Written and read back, random designs have the same counts; samples in the styles of
 * versions 0.3 and 0.4 give the same design; what cannot be expressed is named with file and line.
 *
 * NAAS_SEED and NAAS_TEST_COUNT choose the random designs.
 */
#include "exchange/exchange.h"
#include "tests/accelsearch/data_files.h"
#include "tests/runtime/random_case.h"
#include "tests/support/environment.h"

/* What the files do not hold: padding, and the ways in which an output starts and ends. The random
 * accelerators state no capacities. */
static void forget(struct as_problem *problem, struct as_accel *accel)
{
    for (int l = 1; l < accel->n_levels; l++) {
        accel->level[l].n_partitions = 1;
        accel->level[l].partition[0] = (struct as_partition){AS_ALL_ROLES, 1 << 30};
    }
    problem->init = AS_INIT_NEUTRAL;
    problem->finish_reads = 0;
    for (int t = 0; t < problem->n_tensors; t++)
        for (int a = 0; a < problem->tensor[t].rank; a++) {
            struct as_axis *axis = &problem->tensor[t].axis[a];
            int64_t reach = 1;
            for (int k = 0; k < axis->n_terms; k++)
                reach += axis->term[k].coef * (problem->dim[axis->term[k].dim].extent - 1);
            axis->offset = 0;
            axis->extent = reach;
        }
}

static const char *write_one(
    struct naas_ctx *ctx, struct scratch *scratch, const char *name, const char *text)
{
    const char *path = naas_strdup(ctx, scratch_path(scratch, name));
    assert_int_equal(naas_write_file(ctx, path, text, strlen(text)), NAAS_OK);
    return path;
}

static enum naas_status read_back(
    struct naas_ctx *ctx, struct scratch *scratch, const struct xc_texts *texts, struct xc_design *design)
{
    const char *paths[] = {write_one(ctx, scratch, "a.yaml", texts->architecture.text),
        write_one(ctx, scratch, "p.yaml", texts->problem.text),
        write_one(ctx, scratch, "m.yaml", texts->mapping.text)};
    return xc_timeloop_read(ctx, 3, paths, design);
}

static bool same_counts(
    const struct as_problem *problem, int n_levels, const struct as_cost *a, const struct as_cost *b)
{
    bool same = a->macs == b->macs;
    for (int l = 0; l < n_levels; l++)
        for (int t = 0; t < problem->n_tensors; t++)
            same = same && memcmp(&a->count[l][t], &b->count[l][t], sizeof a->count[l][t]) == 0;
    return same;
}

/* 1: came back, 0: the files cannot say it, -1: came back as another. */
static int round_trip(struct scratch *scratch, const struct random_case *made)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct xc_texts texts;
    struct xc_design *design = naas_alloc(ctx, 1, sizeof *design);
    struct as_problem problem = made->problem;
    struct as_accel accel = made->accel;
    struct as_cost before, after;
    int result = 0;
    forget(&problem, &accel);
    if (as_evaluate(&problem, &accel, &made->mapping, &before) == NAAS_OK &&
        xc_timeloop_write(ctx, &problem, &accel, &made->mapping, &texts) == NAAS_OK) {
        enum naas_status status = read_back(ctx, scratch, &texts, design);
        if (status == NAAS_OK) {
            design->accel.accounting = made->accel.accounting; /* that of the importer is Timeloop's */
            status = as_evaluate(&design->problem, &design->accel, &design->mapping, &after);
        }
        result = status == NAAS_OK && same_counts(&problem, made->accel.n_levels, &before, &after) ? 1 : -1;
        if (result < 0) {
            naas_diags_print(ctx, stderr, false);
            print_error("%s%s%s", texts.architecture.text, texts.problem.text, texts.mapping.text);
        }
    }
    naas_ctx_free(ctx);
    return result;
}

static void random_designs_come_back(void **state)
{
    const struct random_size size = {.max_points = 20000, .max_extent = 40, .max_array = 6};
    uint64_t seed = number_from("NAAS_SEED", 1), count = number_from("NAAS_TEST_COUNT", 300);
    int n = 0;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (uint64_t i = 0; i < count; i++) {
        struct random_tape tape;
        struct random_case made;
        random_tape_fill(&tape, seed * 1000003 + i);
        random_case_make(&tape, &size, &made);
        int result = round_trip(*state, &made);
        if (result < 0) {
            random_case_print(&made);
            fail_msg("seed %llu, case %llu comes back as another", (unsigned long long)seed,
                (unsigned long long)i);
        }
        n += result;
    }
    print_message("%d of %llu designs can be said in Timeloop's files\n", n, (unsigned long long)count);
    assert_true((uint64_t)n * 10 > count);
}

/* ---- samples ---- */

static const char sample_3[] =
    "architecture:\n"
    "  version: 0.3\n"
    "  subtree:\n"
    "  - name: top\n"
    "    attributes: {technology: 45nm}\n"
    "    local:\n"
    "    - name: Memory\n"
    "      class: DRAM\n"
    "      attributes: {type: LPDDR4, width: 64, word-bits: 16, shared_bandwidth: 4}\n"
    "    subtree:\n"
    "    - name: chip\n"
    "      local:\n"
    "      - name: Shared\n"
    "        class: SRAM\n"
    "        attributes: {depth: 8192, width: 16, word-bits: 16, read_bandwidth: 16, write_bandwidth: 16}\n"
    "      subtree:\n"
    "      - name: unit[0..63]\n"
    "        local:\n"
    "        - name: Pad\n"
    "          class: regfile\n"
    "          attributes: {depth: 64, width: 16, word-bits: 16, meshX: 8}\n"
    "        - name: Mac\n"
    "          class: intmac\n"
    "          attributes: {datawidth: 16}\n";
static const char sample_4[] =
    "architecture:\n"
    "  version: 0.4\n"
    "  nodes:\n"
    "  - !Container\n"
    "    name: top\n"
    "    attributes: {technology: \"45nm\", global_cycle_seconds: 1e-9}\n"
    "  - !Component\n"
    "    name: Memory\n"
    "    class: DRAM\n"
    "    attributes: &word {width: 64, datawidth: 16, shared_bandwidth: 4}\n"
    "  - !Component\n"
    "    name: Shared\n"
    "    class: smartbuffer_SRAM\n"
    "    attributes: {depth: 8192, width: 16, datawidth: 16, read_bandwidth: 16, write_bandwidth: 16}\n"
    "  - !Container\n"
    "    name: unit\n"
    "    spatial: {meshX: 8, meshY: 8}\n"
    "  - !Component\n"
    "    name: Pad\n"
    "    class: smartbuffer_RF\n"
    "    attributes: {depth: 64, width: 16, datawidth: 16}\n"
    "  - !Component\n"
    "    name: Mac\n"
    "    class: intmac\n"
    "    attributes: {datawidth: 16}\n";
static const char problem_3[] = "problem:\n"
                                "  shape:\n"
                                "    name: layer\n"
                                "    dimensions: [ C, M, R, S, P, Q ]\n"
                                "    coefficients:\n"
                                "    - {name: Step, default: 1}\n"
                                "    data-spaces:\n"
                                "    - name: Weights\n"
                                "      projection: [ [[C]], [[M]], [[R]], [[S]] ]\n"
                                "    - name: Inputs\n"
                                "      projection: [ [[C]], [[R], [P, Step]], [[S], [Q, Step]] ]\n"
                                "    - name: Outputs\n"
                                "      projection: [ [[M]], [[P]], [[Q]] ]\n"
                                "      read-write: True\n"
                                "  instance: {C: 16, M: 24, R: 3, S: 3, P: 14, Q: 14, Step: 2}\n";
static const char problem_4[] = "problem:\n"
                                "  version: 0.4\n"
                                "  shape:\n"
                                "    name: layer\n"
                                "    dimensions: [C, M, R, S, P, Q]\n"
                                "    coefficients:\n"
                                "    - {name: Step, default: 2}\n"
                                "    data_spaces:\n"
                                "    - {name: Weights, projection: [C, M, R, S]}\n"
                                "    - {name: Inputs, projection: [C, [[R], [P, Step]], [[S], [Q, Step]]]}\n"
                                "    - {name: Outputs, projection: [M, P, Q], read_write: true}\n"
                                "  instance: {C: 16, M: 24, R: 3, S: 3, P: 14, Q: 14}\n";
static const char mapping_3[] = "mapping:\n"
                                "- target: Memory\n"
                                "  type: temporal\n"
                                "  factors: C=2 M=3 R=1 S=1 P=2 Q=1\n"
                                "  permutation: SRQPCM\n"
                                "- target: Shared\n"
                                "  type: temporal\n"
                                "  factors: C1 M1 R3 S1 P7 Q14\n"
                                "  permutation: CMSRQP\n"
                                "- target: Shared\n"
                                "  type: spatial\n"
                                "  factors: C=8 M=8\n"
                                "  permutation: CMRSPQ\n"
                                "  split: 1\n"
                                "- target: Pad\n"
                                "  type: temporal\n"
                                "  factors: S=3\n"
                                "  permutation: SCMRPQ\n"
                                "- target: Pad\n"
                                "  type: bypass\n"
                                "  keep: [Weights]\n"
                                "  bypass: [Inputs]\n";
static const char mapping_4[] = "mapping:\n"
                                "- target: Memory\n"
                                "  type: temporal\n"
                                "  factors: [C=2, M=3, P=2]\n"
                                "  permutation: [P, C, M]\n"
                                "- target: Shared\n"
                                "  type: temporal\n"
                                "  factors: [R=3, P=7, Q=14]\n"
                                "  permutation: [R, Q, P]\n"
                                "- target: Shared\n"
                                "  type: spatial\n"
                                "  factors: [C=8, M=8]\n"
                                "  permutation: [C, M]\n"
                                "  split: 1\n"
                                "- target: Pad\n"
                                "  type: temporal\n"
                                "  factors: [S=3]\n"
                                "  permutation: [S]\n"
                                "- target: Pad\n"
                                "  type: dataspace\n"
                                "  bypass: [Inputs]\n";

static void read_sample(struct naas_ctx *ctx, struct scratch *scratch, const char *accel, const char *problem,
    const char *mapping, struct xc_design *design)
{
    const char *paths[] = {write_one(ctx, scratch, "m.yaml", mapping),
        write_one(ctx, scratch, "a.yaml", accel), write_one(ctx, scratch, "p.yaml", problem)};
    enum naas_status status = xc_timeloop_read(ctx, 3, paths, design);
    naas_diags_print(ctx, stderr, false);
    assert_int_equal(status, NAAS_OK);
}

static void styles_say_the_same(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct xc_design *a = naas_alloc(ctx, 1, sizeof *a), *b = naas_alloc(ctx, 1, sizeof *b);
    struct as_cost first, second;
    read_sample(ctx, *state, sample_3, problem_3, mapping_3, a);
    read_sample(ctx, *state, sample_4, problem_4, mapping_4, b);
    assert_memory_equal(&a->problem, &b->problem, sizeof a->problem);
    assert_memory_equal(&a->mapping, &b->mapping, sizeof a->mapping);
    assert_string_equal(a->accel_json.text, b->accel_json.text);
    assert_int_equal(as_evaluate(&a->problem, &a->accel, &a->mapping, &first), NAAS_OK);
    assert_int_equal(as_evaluate(&b->problem, &b->accel, &b->mapping, &second), NAAS_OK);
    assert_memory_equal(&first, &second, sizeof first);
    assert_int_equal(first.macs, 16 * 24 * 9 * 14 * 14);

    /* What was meant, by hand. */
    const struct as_accel *accel = &a->accel;
    assert_int_equal(accel->n_levels, 3);
    assert_int_equal(accel->level[1].n_axes, 2);
    assert_int_equal(accel->level[1].axis[1].size, 8);
    assert_int_equal(accel->level[1].partition[0].bytes, 8192 * 2);
    assert_int_equal(accel->level[2].partition[0].bytes, 128);
    assert_true(accel->level[0].access_words_per_cycle == 4);
    assert_int_equal(a->problem.tensor[0].role, AS_WEIGHT);
    assert_int_equal(a->problem.tensor[1].axis[1].term[1].coef, 2);
    const struct as_mapping_level *outer = &a->mapping.level[0], *shared = &a->mapping.level[1];
    static const struct as_loop memory[] = {
        {1, 8, -1}, {0, 8, -1}, {4, 7, -1}}; /* M, C, P: outermost first */
    assert_int_equal(outer->n_loops, 3);
    assert_memory_equal(outer->loop, memory, sizeof memory);
    static const struct as_loop inside[] = {{4, 1, -1}, {5, 1, -1}, {2, 1, -1}, {1, 1, 1}, {0, 1, 0}};
    assert_int_equal(shared->n_loops, 5);
    assert_memory_equal(shared->loop, inside, sizeof inside);
    assert_int_equal(a->mapping.level[2].keeps, 1 | 4);
    naas_ctx_free(ctx);
}

/* ---- mistakes ---- */

static void what_cannot_be_said_is_located(void **state)
{
    static const struct {
        const char *right, *wrong, *said;
    } mistakes[] = {
        {"factors: [S=3]", "factors: [S=2]", "m.yaml:2: the factors of S multiply to 2, and it is 3"},
        {"factors: [S=3]", "factors: [S=0]",
            "m.yaml:17: factor 0 of S cannot be expressed: write out how often each loop runs"},
        {"target: Pad", "target: Pit", "m.yaml:15: 'Pit' is no memory of the architecture"},
        {"permutation: [P, C, M]", "permutation: [P, C]",
            "m.yaml:4: the permutation does not say where M stands"},
        {"type: dataspace", "type: skew", "m.yaml:20: a directive of type skew cannot be expressed"},
        {"C=8, M=8", "C=8, M=9", "m.yaml:2: Shared: axis Y has 8 instances, the loops along it need more"},
        {"[[R], [P, Step]]", "[[R], [P, Stop]]", "p.yaml:10: coefficient Stop has no value"},
        {"[[R], [P, Step]]", "[[R], [P, Step], [S]]",
            "p.yaml:10: an axis with more than two dimensions cannot be expressed"},
        {"P: 14", "O: 14", "p.yaml:12: the instance does not say how large P is"},
        {"!Container\n    name: unit", "!Parallel\n    name: unit",
            "a.yaml:15: !Parallel cannot be expressed: only !Container, !Component and !Hierarchical"},
        {"depth: 64, width: 16", "depth: 8*8, width: 16",
            "a.yaml:21: '8*8' is not a number; expressions and templates are not worked out here"},
        {"depth: 64, width: 16,", "width: 16,",
            "a.yaml:18: memory Pad does not say how much it holds (depth and width, entries)"},
        {"nodes:", "nodes: [", "a.yaml:"},
    };
    const char *const good[] = {sample_4, problem_4, mapping_4}, *const name[] = {
                                                                     "a.yaml", "p.yaml", "m.yaml"};
    int wrong = 0;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct naas_ctx *ctx = naas_ctx_new();
        struct xc_design *design = naas_alloc(ctx, 1, sizeof *design);
        const char *paths[3];
        for (int f = 0; f < 3; f++) {
            const char *at = strstr(good[f], mistakes[i].right), *text = good[f];
            if (at)
                text = naas_format(ctx, "%.*s%s%s", (int)(at - text), text, mistakes[i].wrong,
                    at + strlen(mistakes[i].right));
            paths[f] = write_one(ctx, *state, name[f], text);
        }
        enum naas_status status = xc_timeloop_read(ctx, 3, paths, design);
        const char *said = "nothing";
        for (int d = naas_n_diags(ctx) - 1; d >= 0; d--)
            if (naas_diag_at(ctx, d)->severity == NAAS_ERROR)
                said = naas_format(ctx, "%s:%u: %s", strrchr(naas_diag_at(ctx, d)->loc.file, '/') + 1,
                    naas_diag_at(ctx, d)->loc.line, naas_diag_at(ctx, d)->message);
        if (status != NAAS_BAD_INPUT || strncmp(said, mistakes[i].said, strlen(mistakes[i].said)) != 0) {
            print_error("said:     %s\nexpected: %s\n", said, mistakes[i].said);
            wrong++;
        }
        naas_ctx_free(ctx);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(random_designs_come_back, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(styles_say_the_same, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_said_is_located, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
