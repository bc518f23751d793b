/* Charts: numbers for people, text that marks up, and values that no axis can show. */
#include "show/chart.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static int count(const char *text, const char *what)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
        n++;
    return n;
}

static void numbers(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    (void)state;
    assert_string_equal(chart_number(ctx, 0), "0");
    assert_string_equal(chart_number(ctx, 1234), "1.23k");
    assert_string_equal(chart_number(ctx, 999.96), "1k");
    assert_string_equal(chart_number(ctx, -2.5e6), "-2.5M");
    assert_string_equal(chart_number(ctx, 0.004), "4m");
    assert_string_equal(chart_number(ctx, 1e18), "1e+18");
    naas_ctx_free(ctx);
}

/* Whatever the values, coordinates are numbers, and the points are those that can be shown. */
static void odd_values(void **state)
{
    static const double values[] = {NAN, INFINITY, 0, -3, 5, 5, 1e30, 1e-30};
    (void)state;
    for (int from = 0; from < 8; from++)
        for (int to = from; to <= 8; to++)
            for (int log = 0; log < 2; log++) {
                struct naas_ctx *ctx = naas_ctx_new();
                struct naas_buf out = naas_buf_new(ctx);
                struct chart_series series = {.name = "a & b",
                    .n = to - from,
                    .x = values + from,
                    .y = values + from,
                    .line = true,
                    .points = true};
                struct chart chart = {.title = "<odd>",
                    .x_label = "x",
                    .y_label = "y",
                    .x_log = log,
                    .y_log = log,
                    .n_series = 1,
                    .series = &series};
                int shown = 0;
                for (int i = from; i < to; i++)
                    shown += isfinite(values[i]) && (!log || values[i] > 0);
                chart_xy(&out, &chart);
                assert_int_equal(count(out.text, "\"point "), shown);
                assert_null(strstr(out.text, "\"nan"));
                assert_null(strstr(out.text, "inf\""));
                assert_null(strstr(out.text, "<odd>"));
                assert_non_null(strstr(out.text, "a &amp; b"));
                naas_ctx_free(ctx);
            }
}

static void bars(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf out = naas_buf_new(ctx);
    const char *const names[] = {"conv1", "a layer whose name is too long for its column"}, *const parts[] = {
                                                                                                "DRAM", "L1"};
    const double values[] = {3, 1, 0, 2};
    (void)state;
    chart_bars(&out, &(struct chart_bars){.title = "energy",
                         .x_label = "pJ",
                         .n = 2,
                         .n_parts = 2,
                         .name = names,
                         .part = parts,
                         .value = values});
    assert_int_equal(count(out.text, "\"part s"), 3);
    assert_non_null(strstr(out.text, "conv1, L1: 1 (25.0 %)"));
    assert_non_null(strstr(out.text, "\u2026"));
    naas_ctx_free(ctx);
}

static void text_that_fits(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    (void)state;
    assert_string_equal(svg_fit(ctx, "short", 100), "short");
    assert_string_equal(svg_fit(ctx, "abcdefgh", 28), "abc\u2026");
    assert_string_equal(svg_fit(ctx, "\u00e9\u00e9\u00e9\u00e9\u00e9", 21), "\u00e9\u00e9\u2026");
    assert_string_equal(svg_fit(ctx, "abc", 3), "");
    naas_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers), cmocka_unit_test(odd_values),
        cmocka_unit_test(bars), cmocka_unit_test(text_that_fits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
