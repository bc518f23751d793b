/* Packing: random bytes with runs of zeros, and jobs, come back as they were; damaged bytes do no harm. */
#include "accelsearch/random.h"
#include "cluster/dataflow.h"
#include "cluster/parcel.h"
#include "tests/support/environment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 3000 };

static struct as_random start(void)
{
    uint64_t seed = (uint64_t)number_from("NAAS_TEST_SEED", 1);
    print_message("NAAS_TEST_SEED=%llu\n", (unsigned long long)seed);
    return as_random_stream(seed, 7);
}

static size_t fill(struct as_random *random, unsigned char *data)
{
    size_t size = 1 + (size_t)as_random_below(random, MOST);
    int zeros = as_random_below(random, 100); /* percent of the runs */
    for (size_t at = 0; at < size;) {
        size_t n = 1 + (size_t)as_random_below(random, as_random_below(random, 4) ? 3 : 400);
        bool zero = as_random_below(random, 100) < zeros;
        for (; n > 0 && at < size; n--)
            data[at++] = zero ? 0 : (unsigned char)as_random_below(random, 256);
    }
    return size;
}

static void what_is_packed_comes_back(void **state)
{
    (void)state;
    struct as_random random = start();
    unsigned char data[MOST], back[MOST], packed[CLUSTER_PACKED(MOST)];
    for (int i = 0; i < 2000; i++) {
        size_t size = fill(&random, data), n = cluster_pack(packed, data, NULL, size);
        assert_true(n <= CLUSTER_PACKED(size));
        memset(back, 0, size);
        assert_ptr_equal(cluster_unpack(back, size, packed, n), packed + n);
        assert_memory_equal(data, back, size);
        assert_ptr_not_equal(cluster_unpack(back, size - 1, packed, n), packed + n);
        assert_null(cluster_unpack(back, size, packed, n - 1));
    }
}

static void damaged_bytes_stay_in_bounds(void **state)
{
    (void)state;
    struct as_random random = start();
    unsigned char data[MOST], packed[CLUSTER_PACKED(MOST)];
    for (int i = 0; i < 2000; i++) {
        size_t size = fill(&random, data), n = cluster_pack(packed, data, NULL, size);
        unsigned char *exact = malloc(n), *out = malloc(size); /* of that size: the sanitizer watches */
        assert_true(exact && out);
        memcpy(exact, packed, n);
        for (int k = 0; k < 3; k++)
            exact[as_random_below(&random, (int)n)] = (unsigned char)as_random_below(&random, 256);
        cluster_unpack(out, size, exact, n);
        free(exact);
        free(out);
    }
}

/* Items of a parcel that are alike, as neighbours are. */
static void what_is_in_a_parcel_comes_back(void **state)
{
    (void)state;
    struct as_random random = start();
    static unsigned char items[20][MOST], back[MOST];
    struct parcel parcel = {0};
    size_t size = 1 + (size_t)as_random_below(&random, MOST);
    for (int i = 0; i < 200; i++) {
        int n = 1 + as_random_below(&random, 20);
        parcel_empty(&parcel);
        fill(&random, items[0]);
        for (int k = 0; k < n; k++) {
            if (k > 0)
                memcpy(items[k], items[k - 1], size);
            items[k][as_random_below(&random, (int)size)] = (unsigned char)as_random_below(&random, 256);
            assert_true(parcel_add(&parcel, items[k], size));
        }
        const unsigned char *in = parcel.data, *end = in + parcel.size;
        memset(back, 0, size);
        for (int k = 0; k < n; k++) {
            assert_true(parcel_next(&in, end, back, size));
            assert_memory_equal(items[k], back, size);
        }
        assert_ptr_equal(in, end);
        assert_false(parcel_next(&in, end, back, size));
        int whole = 0; /* cut short: the items in front, and then a fault */
        in = parcel.data;
        for (end -= 1; parcel_next(&in, end, back, size); whole++)
            continue;
        assert_int_equal(whole, n - 1);
        assert_ptr_not_equal(in, end);
    }
    parcel_free(&parcel);
}

static void a_job_becomes_small(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_network network;
    static struct cluster_job job, back;
    unsigned char packed[CLUSTER_PACKED(sizeof job)];
    assert_int_equal(
        as_network_from_json(ctx, NAAS_SOURCE_DIR "/examples/networks/resnet50.json", &network), NAAS_OK);
    assert_int_equal(
        as_accel_from_json(ctx, NAAS_SOURCE_DIR "/examples/accelerators/eyeriss.json", &job.accel), NAAS_OK);
    job.options = as_map_defaults();
    for (int i = 0; i < network.n_layers; i++) {
        job.number = i;
        job.problem = network.layers[i].problem;
        size_t n = cluster_pack(packed, &job, NULL, sizeof job);
        assert_true(n < sizeof job / 4);
        memset(&back, 0, sizeof back);
        assert_ptr_equal(cluster_unpack(&back, sizeof back, packed, n), packed + n);
        assert_memory_equal(&job, &back, sizeof job);
    }
    naas_ctx_free(ctx);
}

static void a_dataflow_is_found_elsewhere(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_network networks[2];
    struct as_accel accel;
    assert_int_equal(
        as_network_from_json(ctx, NAAS_SOURCE_DIR "/examples/networks/squeezenet.json", &networks[0]),
        NAAS_OK);
    assert_int_equal(
        as_network_from_json(ctx, NAAS_SOURCE_DIR "/examples/networks/alexnet.json", &networks[1]), NAAS_OK);
    assert_int_equal(
        as_accel_from_json(ctx, NAAS_SOURCE_DIR "/examples/accelerators/eyeriss.json", &accel), NAAS_OK);
    struct as_workload workload = as_workload_new(ctx, 2, networks);
    struct as_dataflow asked = {.workload = &workload,
        .accel = &accel,
        .goal = {.energy = 1, .delay = 1},
        .evaluations = 60,
        .seed = 5};
    struct as_dataflow there;
    struct as_native here = {0}, found = {0};
    size_t size;
    int number;
    unsigned char *packed = cluster_pack_dataflow(&asked, 3, &size);
    assert_non_null(packed);
    assert_true(cluster_unpack_dataflow(ctx, &there, &number, packed, size));
    assert_int_equal(number, 3);
    as_native_search(&here, asked.workload, asked.accel, &asked.goal, asked.evaluations, asked.seed, 1);
    as_native_search(&found, there.workload, there.accel, &there.goal, there.evaluations, there.seed, 1);
    assert_memory_equal(&here, &found, sizeof here);
    assert_false(cluster_unpack_dataflow(ctx, &there, &number, packed, size - 1));
    assert_false(cluster_unpack_dataflow(ctx, &there, &number, packed, 4));
    free(packed);
    naas_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_packed_comes_back),
        cmocka_unit_test(damaged_bytes_stay_in_bounds),
        cmocka_unit_test(what_is_in_a_parcel_comes_back),
        cmocka_unit_test(a_job_becomes_small),
        cmocka_unit_test(a_dataflow_is_found_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
