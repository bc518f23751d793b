/*
 * The proof itself: schedule trees written by hand against dependences that they keep or break.
 */
#include "polyhedral/scop.h"
#include <setjmp.h>

#include <cmocka.h>

static bool violated(const char *tree_text, const char *deps_text)
{
    isl_ctx *isl = isl_ctx_alloc();
    isl_schedule *tree = isl_schedule_read_from_str(isl, tree_text);
    isl_bool bad =
        poly_order_violated(isl_schedule_get_root(tree), isl_union_map_read_from_str(isl, deps_text));

    assert_int_not_equal(bad, isl_bool_error);
    isl_schedule_free(tree);
    isl_ctx_free(isl);
    return bad;
}

#define DOMAIN "domain: \"{ A[i, j] : 0 <= i, j < 8; B[i] : 0 <= i < 8 }\"\n"
#define TILED(coincident)                                                                                    \
    "domain: \"{ A[i, j] : 0 <= i, j < 8 }\"\n"                                                              \
    "child:\n"                                                                                               \
    "  schedule: \"[{ A[i, j] -> [floor(i / 3)] }, { A[i, j] -> [j] }, { A[i, j] -> [i mod 3] }]\"\n"        \
    "  coincident: " coincident "\n"

static void forward_dependences_pass(void **state)
{
    (void)state;
    assert_false(violated(TILED("[0, 0, 0]"), "{ A[i, j] -> A[i, j + 1]; A[i, j] -> A[i + 1, j] }"));
    assert_false(violated(TILED("[0, 0, 0]"), "{ A[i, j] -> A[i + 1, j + 1] }"));
    assert_false(violated(TILED("[1, 1, 1]"), "{ }"));
}

static void a_permuted_loop_that_turns_a_dependence_round_is_found(void **state)
{
    (void)state;
    /* In the tile i = 0..2, all j = 0 run before any j = 1. */
    assert_true(
        violated(TILED("[0, 0, 0]"), "{ A[i, j] -> A[i + 1, j - 1] : 0 <= i and i + 1 < 8 and 0 < j < 8 }"));
    /* Only where tiles end does it stay forward. */
    assert_false(violated(TILED("[0, 0, 0]"),
        "{ A[i, j] -> A[i + 1, j - 1] : 0 <= i and i + 1 < 8 and 0 < j < 8 and i mod 3 = 2 }"));
}

static void a_spatial_loop_carries_nothing(void **state)
{
    (void)state;
    assert_true(violated(TILED("[0, 0, 1]"), "{ A[i, j] -> A[i + 1, j] : 0 <= i < 7 and 0 <= j < 8 }"));
    /* The loop outside has already ordered it. */
    assert_false(violated(TILED("[0, 0, 1]"), "{ A[i, j] -> A[i + 3, j] : 0 <= i < 5 and 0 <= j < 8 }"));
}

static void points_of_one_time_are_not_ordered(void **state)
{
    static const char *const tree = "domain: \"{ A[i, j] : 0 <= i, j < 8 }\"\n"
                                    "child:\n"
                                    "  schedule: \"[{ A[i, j] -> [i] }]\"\n";

    (void)state;
    assert_true(violated(tree, "{ A[i, j] -> A[i, j + 1] : 0 <= i < 8 and 0 <= j < 7 }"));
}

static void a_sequence_orders_its_children(void **state)
{
    static const char *const tree = DOMAIN "child:\n"
                                           "  sequence:\n"
                                           "  - filter: \"{ A[i, j] }\"\n"
                                           "    child:\n"
                                           "      schedule: \"[{ A[i, j] -> [i] }, { A[i, j] -> [j] }]\"\n"
                                           "  - filter: \"{ B[i] }\"\n"
                                           "    child:\n"
                                           "      schedule: \"[{ B[i] -> [-i] }]\"\n";

    (void)state;
    assert_false(violated(tree, "{ A[i, j] -> B[i] : 0 <= i, j < 8 }"));
    assert_true(violated(tree, "{ B[i] -> A[i, j] : 0 <= i, j < 8 }"));
    assert_true(violated(tree, "{ B[i] -> B[i + 1] : 0 <= i < 7 }"));
    assert_false(violated(tree, "{ B[i] -> B[i - 1] : 0 < i < 8 }"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forward_dependences_pass),
        cmocka_unit_test(a_permuted_loop_that_turns_a_dependence_round_is_found),
        cmocka_unit_test(a_spatial_loop_carries_nothing),
        cmocka_unit_test(points_of_one_time_are_not_ordered),
        cmocka_unit_test(a_sequence_orders_its_children),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
