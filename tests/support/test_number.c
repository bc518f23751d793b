/* Quotients are held against their definition, by remainders. */
#include "support/number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void quotients_round_down_and_up(void **state)
{
    (void)state;
    for (int64_t d = 1; d < 8; d++)
        for (int64_t n = -20; n <= 20; n++) {
            int64_t down = n - floor_div(n, d) * d, up = ceil_div(n, d) * d - n;
            assert_true(0 <= down && down < d);
            assert_true(0 <= up && up < d);
        }
}

static void a_common_divisor_is_the_greatest(void **state)
{
    (void)state;
    for (int64_t a = 0; a < 30; a++)
        for (int64_t b = 1; b < 30; b++) {
            int64_t most = 1;
            for (int64_t d = 1; d <= b; d++)
                if (a % d == 0 && b % d == 0)
                    most = d;
            assert_int_equal(gcd(a, b), most);
            assert_int_equal(gcd(b, a), most);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotients_round_down_and_up),
        cmocka_unit_test(a_common_divisor_is_the_greatest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
