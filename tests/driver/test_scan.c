/* Which files naascc1 gets to see. */
#include "driver/scan.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void expect_scan(const char *text, bool found)
{
    if (scan_text(text, strlen(text)) != found)
        fail_msg("wrong for: %s", text);
}

static void test_annotations(void **state)
{
    (void)state;
    expect_scan("#pragma naas\nfor (;;);\n", true);
    expect_scan("#pragma naas", true);
    expect_scan("  #  pragma\tnaas name(x)\r\n", true);
    expect_scan("#pragma \\\n naas\n", true);
    expect_scan("#pragma /* why */ naas\n", true);
    expect_scan("#pragma scop\n", true);
    expect_scan("_Pragma(\"naas\")\n", true);
    expect_scan("_Pragma ( \"naas name(y)\" )\n", true);
    expect_scan("%: pragma naas\n", true);
    expect_scan("#pragma once\n#pragma omp parallel\n#pragma naas\n", true);
}

static void test_other_files(void **state)
{
    (void)state;
    expect_scan("", false);
    expect_scan("int naas, scop;\n", false);
    expect_scan("#pragma once\n#pragma omp for\nint naas;\n", false);
    expect_scan("#pragma naasty\n#pragma scope\n#pragma scop2\n", false);
    expect_scan("#pragma", false);
    expect_scan("#pragma naa", false);
    expect_scan("#pragma /* naas", false);
    expect_scan("ragma", false);
}

/* The text need not end in a NUL, and may hold some. */
static void test_bounds(void **state)
{
    (void)state;
    static const char text[] = "\0#pragma naas";
    assert_true(scan_text(text, sizeof text - 1));
    assert_false(scan_text(text, sizeof text - 2));
    assert_false(scan_text("#pragma \0 naas", 14));
}

static void test_files(void **state)
{
    (void)state;
    assert_true(scan_file(NAAS_EXAMPLES "/conv2d.c"));
    assert_true(scan_file(NAAS_EXAMPLES "/batched.c"));
    assert_false(scan_file(NAAS_EXAMPLES "/data.h"));
    assert_false(scan_file(NAAS_EXAMPLES "/missing.c"));
    assert_false(scan_file(NAAS_EXAMPLES));
    assert_false(scan_file("/dev/null"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_annotations),
        cmocka_unit_test(test_other_files),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
