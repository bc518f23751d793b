/*
 * The simulator and the closed form against counts that were found independently: tests/runtime/data, and the
 * larger collection where it is at hand.
 */
#include "accelsearch/accelsearch.h"
#include "random_case.h"
#include "walker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

static cJSON *read_cases(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file);
    rewind(file);
    char *text = calloc(length + 1, 1);
    assert_int_equal(fread(text, 1, length, file), length);
    fclose(file);
    cJSON *cases = cJSON_Parse(text);
    free(text);
    assert_non_null(cases);
    return cases;
}

static int64_t number(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItem(object, key);
    assert_true(cJSON_IsNumber(item));
    return (int64_t)item->valuedouble;
}

/* ---- a case as structs ---- */

static const char dims[] = "NKCPQRS";

static int dim_of(char letter)
{
    return (int)(strchr(dims, letter) - dims);
}

/* coef * dim + coef2 * dim2, the second one optional. */
static void add_axis(struct as_problem *problem, struct as_tensor *tensor, char letter, int64_t coef,
    char letter2, int64_t coef2)
{
    struct as_axis *axis = &tensor->axis[tensor->rank++];
    axis->term[axis->n_terms++] = (struct as_term){dim_of(letter), coef};
    axis->extent = coef * (problem->dim[dim_of(letter)].extent - 1) + 1;
    if (!letter2)
        return;
    axis->term[axis->n_terms++] = (struct as_term){dim_of(letter2), coef2};
    axis->extent += coef2 * (problem->dim[dim_of(letter2)].extent - 1);
}

static struct as_tensor *add_tensor(struct as_problem *problem, const char *name, enum as_role role)
{
    struct as_tensor *tensor = &problem->tensor[problem->n_tensors++];
    strcpy(tensor->name, name);
    tensor->role = role;
    tensor->type = NAAS_WORD;
    return tensor;
}

static void read_problem(const cJSON *json, struct as_problem *problem)
{
    const cJSON *kind = cJSON_GetObjectItem(json, "kind");
    bool depthwise = kind && strcmp(kind->valuestring, "depthwise") == 0;
    bool pool = kind && strcmp(kind->valuestring, "pool") == 0;
    for (int d = 0; dims[d]; d++) {
        struct as_dim *dim = &problem->dim[problem->n_dims++];
        dim->name[0] = dim->conv = dims[d];
        dim->extent = number(json, dim->name);
        dim->spatial = true;
    }
    struct as_tensor *x = add_tensor(problem, "Inputs", AS_INPUT);
    add_axis(problem, x, 'N', 1, 0, 0);
    add_axis(problem, x, 'C', 1, 0, 0);
    add_axis(problem, x, 'P', number(json, "Wstride"), 'R', number(json, "Wdilation"));
    add_axis(problem, x, 'Q', number(json, "Hstride"), 'S', number(json, "Hdilation"));
    if (!pool) {
        struct as_tensor *w = add_tensor(problem, "Weights", AS_WEIGHT);
        if (!depthwise)
            add_axis(problem, w, 'K', 1, 0, 0);
        add_axis(problem, w, 'C', 1, 0, 0);
        add_axis(problem, w, 'R', 1, 0, 0);
        add_axis(problem, w, 'S', 1, 0, 0);
    }
    problem->output = problem->n_tensors;
    struct as_tensor *y = add_tensor(problem, "Outputs", AS_OUTPUT);
    add_axis(problem, y, 'N', 1, 0, 0);
    add_axis(problem, y, pool || depthwise ? 'C' : 'K', 1, 0, 0);
    add_axis(problem, y, 'P', 1, 0, 0);
    add_axis(problem, y, 'Q', 1, 0, 0);
    problem->acc_type = NAAS_WORD;
    problem->reduce = pool ? AS_MAX : AS_SUM;
    problem->combine = pool ? AS_COPY : AS_PRODUCT;
}

static void make_accel(struct as_accel *accel)
{
    static const char *const names[] = {"DRAM", "GLB", "RF"};
    accel->word_bits = 16;
    accel->acc_bits = 32;
    accel->macs_per_cycle = 1;
    accel->n_levels = 3;
    for (int l = 0; l < 3; l++) {
        strcpy(accel->level[l].name, names[l]);
        accel->level[l].buffers = 1;
    }
    accel->level[1].n_axes = 2;
    accel->level[1].axis[0].size = accel->level[1].axis[1].size = 16;
}

static void read_loops(const cJSON *loops, struct as_mapping_level *level)
{
    const cJSON *json;
    cJSON_ArrayForEach(json, loops)
    {
        const cJSON *axis = cJSON_GetArrayItem(json, 2);
        struct as_loop *loop = &level->loop[level->n_loops++];
        loop->dim = dim_of(cJSON_GetArrayItem(json, 0)->valuestring[0]);
        loop->tile = (int64_t)cJSON_GetArrayItem(json, 1)->valuedouble;
        loop->axis = !axis ? -1 : axis->valuestring[0] == 'x';
    }
}

static void read_case(const cJSON *json, struct random_case *made)
{
    memset(made, 0, sizeof *made);
    read_problem(cJSON_GetObjectItem(json, "problem"), &made->problem);
    make_accel(&made->accel);
    made->mapping.n_levels = 3;
    for (int l = 0; l < 3; l++) {
        struct as_mapping_level *level = &made->mapping.level[l];
        const cJSON *from = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "mapping"), l);
        const cJSON *keep = cJSON_GetObjectItem(cJSON_GetObjectItem(json, "keep"), made->accel.level[l].name),
                    *name;
        read_loops(cJSON_GetObjectItem(from, "temporal"), level);
        read_loops(cJSON_GetObjectItem(from, "spatial"), level);
        level->keeps = keep ? 0 : (1u << made->problem.n_tensors) - 1;
        cJSON_ArrayForEach(name, keep) for (int t = 0; t < made->problem.n_tensors;
                                            t++) if (strcmp(made->problem.tensor[t].name,
                                                         name->valuestring) == 0) level->keeps |= 1u << t;
    }
}

/* ---- the comparison ---- */

/* The counts of the closed form, in the simulator's struct. */
static void predict(const struct random_case *made, naas_rt_counters *counters)
{
    struct as_cost cost;
    assert_int_equal(as_evaluate(&made->problem, &made->accel, &made->mapping, &cost), NAAS_OK);
    for (int l = 0; l < 3; l++)
        for (int t = 0; t < made->problem.n_tensors; t++) {
            const struct as_counts *count = &cost.count[l][t];
            counters->count[l][t] =
                (naas_rt_count){count->reads, count->fills, count->drains, count->updates};
        }
}

static int compare(const struct random_case *made, const cJSON *counts, const naas_rt_counters *counters)
{
    int n = 0;
    for (int l = 0; l < 3; l++)
        for (int t = 0; t < made->problem.n_tensors; t++) {
            const cJSON *level = cJSON_GetObjectItem(counts, made->accel.level[l].name);
            const cJSON *tensor = cJSON_GetObjectItem(level, made->problem.tensor[t].name);
            if (!tensor)
                continue;
            const naas_rt_count *count = &counters->count[l][t];
            assert_int_equal(count->reads, number(tensor, "reads"));
            assert_int_equal(count->fills, number(tensor, "fills"));
            assert_int_equal(count->updates, number(tensor, "updates"));
            assert_int_equal(count->drains, number(tensor, "drains"));
            n++;
        }
    return n;
}

static int check_file(const char *path)
{
    cJSON *cases = read_cases(path), *json;
    int n = 0;
    if (!cases)
        return 0;
    cJSON_ArrayForEach(json, cases)
    {
        struct random_case made;
        struct walk_data data = {{NULL}, NULL};
        naas_rt_counters counters;
        char error[256];
        read_case(json, &made);
        for (int t = 0; t < made.problem.n_tensors; t++)
            if (t != made.problem.output)
                data.operand[t] = calloc((size_t)walk_elements(&made.problem.tensor[t]), sizeof(int16_t));
        data.result =
            calloc((size_t)walk_elements(&made.problem.tensor[made.problem.output]), sizeof(int32_t));
        walk_mapping(&made.problem, &made.accel, &made.mapping, &data, NULL, &counters, error);
        assert_string_equal(error, "");
        assert_true(compare(&made, cJSON_GetObjectItem(json, "counts"), &counters) >= 4);
        predict(&made, &counters);
        assert_true(compare(&made, cJSON_GetObjectItem(json, "counts"), &counters) >= 4);
        for (int t = 0; t < made.problem.n_tensors; t++)
            free((void *)data.operand[t]);
        free(data.result);
        n++;
    }
    cJSON_Delete(cases);
    return n;
}

static void counts_equal_those_of_the_projects_own_cases(void **state)
{
    (void)state;
    assert_int_equal(check_file(TEST_DATA "/reference.json"), 14);
}

static void check_shared(const char *path)
{
    if (check_file(path) > 0)
        return;
    fprintf(stderr, "%s is not there\n", path);
    skip();
}

static void counts_equal_where_timeloop_agrees(void **state)
{
    (void)state;
    check_shared(SHARED_DATA "/timeloop/agree.json");
}

static void counts_equal_where_timeloop_differs(void **state)
{
    (void)state;
    check_shared(SHARED_DATA "/timeloop/differ.json");
}

static void counts_equal_for_ragged_tiles(void **state)
{
    (void)state;
    check_shared(SHARED_DATA "/timeloop/ragged.json");
}

/* ---- Timeloop's own counts, of which accounting: timeloop is a model ---- */

/* What Timeloop reports as reads: those for the level below, and those for the MACs, which of the output are
 * left out for the first term of every sum that begins in a stay. */
static int64_t timeloop_reads(const struct as_cost *cost, int l, int t, int output)
{
    if (l < 2)
        return cost->count[l][t].reads;
    return cost->macs - (t == output ? cost->count[l][t].drains - cost->count[l][t].fills : 0);
}

/* Reads of words that instances share where their windows overlap: Timeloop approximates them in a way of its
 * own. */
static bool overlaps_on_the_array(const struct random_case *made, int level, int t)
{
    return level >= 1 && made->problem.tensor[t].role == AS_INPUT;
}

struct tally {
    int counts, overlapping, equal_overlapping;
};

static void tally_case(const cJSON *json, struct tally *tally)
{
    struct random_case made;
    struct as_cost cost;
    read_case(json, &made);
    made.accel.accounting = AS_TIMELOOP;
    /* Words per cycle in and out: RF 4, GLB 16, DRAM 4. */
    made.accel.level[0].access_words_per_cycle = 8;
    made.accel.level[1].access_words_per_cycle = 32;
    made.accel.level[2].access_words_per_cycle = 8;
    assert_int_equal(as_evaluate(&made.problem, &made.accel, &made.mapping, &cost), NAAS_OK);
    const cJSON *counts = cJSON_GetObjectItem(json, "timeloop_counts");
    for (int l = 0; l < 3; l++)
        for (int t = 0; t < made.problem.n_tensors; t++) {
            const cJSON *level = cJSON_GetObjectItem(counts, made.accel.level[l].name);
            const cJSON *tensor = cJSON_GetObjectItem(level, made.problem.tensor[t].name);
            if (!tensor)
                continue;
            int64_t reads = timeloop_reads(&cost, l, t, made.problem.output);
            assert_int_equal(cost.count[l][t].fills, number(tensor, "fills"));
            tally->counts++;
            if (overlaps_on_the_array(&made, l, t)) {
                tally->overlapping++;
                tally->equal_overlapping += reads == number(tensor, "reads");
            } else {
                assert_int_equal(reads, number(tensor, "reads"));
            }
        }
}

static struct tally tally_file(const char *path)
{
    struct tally tally = {0};
    cJSON *cases = read_cases(path), *json;
    if (!cases) {
        fprintf(stderr, "%s is not there\n", path);
        skip();
    }
    cJSON_ArrayForEach(json, cases) tally_case(json, &tally);
    cJSON_Delete(cases);
    return tally;
}

static void timeloops_counts(void **state)
{
    (void)state;
    static const char *const files[] = {
        SHARED_DATA "/timeloop/agree.json", SHARED_DATA "/timeloop/differ.json"};
    for (int i = 0; i < 2; i++) {
        struct tally tally = tally_file(files[i]);
        fprintf(stderr, "%s: %d counts equal; of %d with windows on the array %d equal\n", files[i],
            tally.counts - tally.overlapping, tally.overlapping, tally.equal_overlapping);
        assert_true(tally.equal_overlapping * 3 >= tally.overlapping);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_equal_those_of_the_projects_own_cases),
        cmocka_unit_test(counts_equal_where_timeloop_agrees),
        cmocka_unit_test(counts_equal_where_timeloop_differs),
        cmocka_unit_test(counts_equal_for_ragged_tiles),
        cmocka_unit_test(timeloops_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
