/* The farm: batches of several searches at once give what single searches give, and nothing is searched
 * twice. */
#include "accelsearch/farm.h"
#include "accelsearch/random.h"
#include "tests/support/environment.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SHAPES = 12, BATCHES = 4, MOST = 40 };

struct fixture {
    struct naas_ctx *ctx;
    struct as_accel accel;
    struct as_map_options options;
    struct as_problem problem[SHAPES];
    struct as_key key[SHAPES];
    struct as_map_result searched[SHAPES];
    enum naas_status status[SHAPES];
    struct as_database *database;
    uint64_t seed;
};

static int set_up(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct fixture *fixture = naas_alloc(ctx, 1, sizeof *fixture);
    *fixture = (struct fixture){.ctx = ctx, .options = as_map_defaults()};
    fixture->options.evaluations = 60;
    fixture->seed = (uint64_t)number_from("NAAS_TEST_SEED", 1);
    struct as_random random = as_random_stream(fixture->seed, 0);
    *state = fixture;
    if (as_accel_from_json(ctx, NAAS_SOURCE_DIR "/examples/accelerators/eyeriss.json", &fixture->accel))
        return -1;
    for (int i = 0; i < SHAPES; i++) {
        int64_t H = 4 + as_random_below(&random, 12), R = 1 + 2 * (int64_t)as_random_below(&random, 2);
        struct as_conv conv = {.N = 1,
            .K = 8 + i,
            .C = 4 + as_random_below(&random, 9),
            .H = H,
            .W = H,
            .R = R,
            .S = R,
            .groups = 1,
            .stride = {1, 1},
            .pad = {R / 2, R / 2},
            .dilation = {1, 1},
            .weights = true};
        if (as_problem_conv(ctx, "conv", &conv, (struct naas_loc){0}, &fixture->problem[i]))
            return -1;
        fixture->key[i] =
            as_key_join(as_key_join(as_key_problem(&fixture->problem[i]), as_key_accel(&fixture->accel)),
                as_key_options(&fixture->options));
        fixture->status[i] =
            as_map_search(&fixture->problem[i], &fixture->accel, &fixture->options, &fixture->searched[i]);
    }
    fixture->database = as_database_open(":memory:");
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    as_database_close(fixture->database);
    naas_ctx_free(fixture->ctx);
    return 0;
}

/* A batch of random shapes, some of them several times. */
struct customer {
    struct fixture *fixture;
    struct as_farm *farm;
    int number, n, shape[MOST];
    struct as_job job[MOST];
    struct as_map_result result[MOST];
};

static void *ask(void *argument)
{
    struct customer *customer = argument;
    struct fixture *fixture = customer->fixture;
    struct as_random random = as_random_stream(fixture->seed, 100 + (uint64_t)customer->number);
    customer->n = 1 + as_random_below(&random, MOST);
    for (int i = 0; i < customer->n; i++) {
        int shape = customer->shape[i] = as_random_below(&random, SHAPES);
        customer->job[i] = (struct as_job){.problem = &fixture->problem[shape],
            .accel = &fixture->accel,
            .options = &fixture->options,
            .key = fixture->key[shape],
            .result = &customer->result[i]};
    }
    as_farm_run(customer->farm, 2, fixture->database, customer->n, customer->job);
    return NULL;
}

static const char *text_of(const struct fixture *fixture, int shape, const struct as_mapping *mapping)
{
    struct naas_buf text = naas_buf_new(fixture->ctx);
    as_mapping_json(&text, &fixture->problem[shape], &fixture->accel, mapping);
    return text.text;
}

static void assert_right(const struct customer *customer)
{
    for (int i = 0; i < customer->n; i++) {
        const struct fixture *fixture = customer->fixture;
        int shape = customer->shape[i];
        const struct as_map_result *right = &fixture->searched[shape];
        assert_int_equal(customer->job[i].status, fixture->status[shape]);
        assert_true(customer->result[i].score == right->score);
        assert_true(customer->result[i].evaluations == right->evaluations);
        assert_true(customer->result[i].cost.cycles == right->cost.cycles);
        if (customer->job[i].status == NAAS_OK)
            assert_string_equal(text_of(fixture, shape, &customer->result[i].mapping),
                text_of(fixture, shape, &right->mapping));
    }
}

static void several_at_once(struct fixture *fixture, struct as_farm *farm)
{
    static struct customer customers[BATCHES];
    pthread_t thread[BATCHES];
    bool asked[SHAPES] = {false};
    for (int i = 0; i < BATCHES; i++) {
        customers[i] = (struct customer){.fixture = fixture, .farm = farm, .number = i};
        assert_int_equal(pthread_create(&thread[i], NULL, ask, &customers[i]), 0);
    }
    int64_t different = 0;
    for (int i = 0; i < BATCHES; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < BATCHES; i++) {
        assert_right(&customers[i]);
        for (int k = 0; k < customers[i].n; k++) {
            different += !asked[customers[i].shape[k]];
            asked[customers[i].shape[k]] = true;
        }
    }
    if (farm)
        assert_int_equal(as_database_uses(fixture->database).searched, different);
}

static void nothing_is_searched_twice(void **state)
{
    struct fixture *fixture = *state;
    struct as_farm *farm = as_farm_new(2);
    several_at_once(fixture, farm);
    struct as_farm_use use = as_farm_uses(farm);
    assert_int_equal(use.jobs, as_database_uses(fixture->database).searched);
    several_at_once(fixture, farm); /* now the database has all */
    assert_int_equal(as_farm_uses(farm).jobs, use.jobs);
    as_farm_free(farm);
}

static void those_who_wait_do_the_jobs_without_threads(void **state)
{
    struct as_farm *farm = as_farm_new(0);
    several_at_once(*state, farm);
    as_farm_free(farm);
}

static void without_a_farm(void **state)
{
    several_at_once(*state, NULL);
}

/* Somebody who takes jobs elsewhere, and gives up after some. */
static void *take_some(void *argument)
{
    struct as_farm *farm = argument;
    for (int n = 0; n < 20; n++) {
        struct as_map_result result;
        struct as_job *job = as_farm_take(farm, false);
        if (job) {
            enum naas_status status = as_map_search(job->problem, job->accel, job->options, &result);
            (n % 2 ? as_farm_finish : as_farm_hand_in)(farm, job, status, &result, 0.001);
        }
    }
    return NULL;
}

static void takers_share_the_work(void **state)
{
    struct as_farm *farm = as_farm_new(1);
    pthread_t taker;
    assert_int_equal(pthread_create(&taker, NULL, take_some, farm), 0);
    several_at_once(*state, farm);
    pthread_join(taker, NULL);
    as_farm_free(farm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_is_searched_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(those_who_wait_do_the_jobs_without_threads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_farm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(takers_share_the_work, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
