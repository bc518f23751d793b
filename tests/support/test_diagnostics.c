/* What diagnostics look like on paper. */
#include "support/support.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Prints all diagnostics into memory of the arena. */
static const char *printed(struct naas_ctx *ctx, bool color)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    naas_diags_print(ctx, out, color);
    fclose(out);
    const char *copy = naas_strdup(ctx, text);
    free(text);
    return copy;
}

/* The print of an error at line:column of a file called a.c with the text, without the path of its folder. */
static const char *error_in(
    struct scratch *scratch, struct naas_ctx *ctx, const char *text, unsigned line, unsigned column)
{
    const char *path = scratch_path(scratch, "a.c");
    assert_int_equal(naas_write_file(ctx, path, text, strlen(text)), NAAS_OK);
    naas_diag(ctx, NAAS_ERROR, (struct naas_loc){path, line, column}, "bad");
    return printed(ctx, false) + strlen(scratch->folder) + 1;
}

static void severity_location_message_and_hint_are_printed_as_clang_does(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    naas_hint(ctx, "nothing to add this to");
    char name[] = "gone.c";
    naas_diag(ctx, NAAS_WARNING, (struct naas_loc){name, 3, 7}, "stride %d", 4);
    name[0] = 'X';
    naas_hint(ctx, "use %s", "2");
    naas_diag(ctx, NAAS_REMARK, (struct naas_loc){"gone.c", 3, 0}, "mapped");
    naas_diag(ctx, NAAS_ERROR, (struct naas_loc){"gone.c", 0, 0}, "cannot open");
    naas_diag(ctx, NAAS_NOTE, (struct naas_loc){0}, "no file");
    assert_string_equal(printed(ctx, false), "gone.c:3:7: warning: stride 4\n"
                                             "gone.c:3:7: note: use 2\n"
                                             "gone.c:3: remark: mapped\n"
                                             "gone.c: error: cannot open\n"
                                             "note: no file\n");
    assert_int_equal(naas_n_diags(ctx), 4);
    assert_int_equal(naas_diag_at(ctx, 1)->severity, NAAS_REMARK);
    naas_ctx_free(ctx);
}

static void colours_are_there_when_asked_for(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    naas_diag(ctx, NAAS_ERROR, (struct naas_loc){"a.c", 1, 1}, "bad");
    assert_string_equal(
        printed(ctx, true), "\033[1ma.c:1:1: \033[0m\033[1;31merror: \033[0m\033[1mbad\033[0m\n");
    naas_ctx_free(ctx);
}

static void the_caret_stands_below_the_column(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    assert_string_equal(error_in(*state, ctx, "int a;\nint b = c;\n", 2, 9), "a.c:2:9: error: bad\n"
                                                                             "int b = c;\n"
                                                                             "        ^\n");
    naas_ctx_free(ctx);
}

static void tabs_are_widened_and_utf8_takes_one_column(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    assert_string_equal(error_in(*state, ctx, "\ta\tx = \"\xC3\xA9\xE2\x82\xAC\" + y;\r\n", 1, 16),
        "a.c:1:16: error: bad\n"
        "        a       x = \"\xC3\xA9\xE2\x82\xAC\" + y;\n"
        "                         ^\n");
    naas_ctx_free(ctx);
}

static void control_bytes_do_not_reach_the_terminal(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    assert_string_equal(error_in(*state, ctx, "a\033[2Jb", 1, 6), "a.c:1:6: error: bad\n"
                                                                  "a?[2Jb\n"
                                                                  "     ^\n");
    naas_ctx_free(ctx);
}

static void a_column_behind_the_line_puts_the_caret_at_its_end(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    assert_string_equal(error_in(*state, ctx, "ab", 1, 99), "a.c:1:99: error: bad\n"
                                                            "ab\n"
                                                            "  ^\n");
    naas_ctx_free(ctx);
}

static void a_line_that_is_not_there_or_too_long_is_left_out(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    assert_string_equal(error_in(*state, ctx, "ab\n", 5, 1), "a.c:5:1: error: bad\n");
    naas_ctx_free(ctx);
    ctx = naas_ctx_new();
    char line[1000];
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    assert_string_equal(error_in(*state, ctx, line, 1, 1), "a.c:1:1: error: bad\n");
    naas_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(severity_location_message_and_hint_are_printed_as_clang_does),
        cmocka_unit_test(colours_are_there_when_asked_for),
        WITH_SCRATCH(the_caret_stands_below_the_column),
        WITH_SCRATCH(tabs_are_widened_and_utf8_takes_one_column),
        WITH_SCRATCH(control_bytes_do_not_reach_the_terminal),
        WITH_SCRATCH(a_column_behind_the_line_puts_the_caret_at_its_end),
        WITH_SCRATCH(a_line_that_is_not_there_or_too_long_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
