/* Files as they come: line ends, byte-order marks, text that is not C, annotations that are none. */
#include "tests/frontend/host.h"
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct fe_unit *parse(struct host *host, const char *text)
{
    enum naas_status status;
    struct fe_unit *unit = host_parse_text(host, text, strlen(text), &status);
    naas_diags_print(host->ctx, stderr, false);
    assert_int_equal(status, NAAS_OK);
    return unit;
}

/* The text from `begin` to `end` of the file. */
static void assert_span(const struct fe_unit *unit, size_t begin, size_t end, const char *expected)
{
    assert_true(begin <= end && end <= unit->length);
    assert_int_equal(end - begin, strlen(expected));
    assert_memory_equal(unit->text + begin, expected, end - begin);
}

static void offsets(void **state)
{
    (void)state;
    struct host *host = host_new();
    struct fe_unit *unit = parse(host,
        "float x[4];\nvoid f(void) {\n  #pragma naas name(a)\n\n  /* for */ for (int i = 0; i < 4; i++)\n"
        "    x[i] = 1 /* ; */ ; x[0] = 2;\n}\n");
    assert_int_equal(unit->n_nests, 1);
    const struct fe_nest *nest = unit->nest[0];
    assert_span(unit, nest->pragma_begin, nest->pragma_end, "#pragma naas name(a)");
    assert_span(unit, nest->begin, nest->end, "for (int i = 0; i < 4; i++)\n    x[i] = 1 /* ; */ ;");
    assert_int_equal(nest->loc.line, 5);
    assert_int_equal(nest->loc.column, 13);
    host_free(host);
}

static void crlf_and_no_newline_at_end(void **state)
{
    (void)state;
    struct host *host = host_new();
    struct fe_unit *unit = parse(host,
        "float x[4];\r\nvoid f(void) {\r\n#pragma naas \\\r\n  name(b)\r\nfor (int i = 0; i < 4; i++) {\r\n"
        "x[i] = 1;\r\n}\r\n}");
    assert_int_equal(unit->n_nests, 1);
    const struct fe_nest *nest = unit->nest[0];
    assert_string_equal(nest->name, "b");
    assert_span(unit, nest->pragma_begin, nest->pragma_end, "#pragma naas \\\r\n  name(b)");
    assert_span(unit, nest->begin, nest->end, "for (int i = 0; i < 4; i++) {\r\nx[i] = 1;\r\n}");
    host_free(host);
}

static void byte_order_mark_and_other_letters(void **state)
{
    (void)state;
    struct host *host = host_new();
    struct fe_unit *unit =
        parse(host, "\xef\xbb\xbf/* Gr\xc3\xb6\xc3\x9f"
                    "e */ float x[4]; /* \xff */\nvoid f(void) {\n#pragma naas // \xe2\x82\xac\n"
                    "for (int i = 0; i < 4; i++) x[i] = 1; /* \xc3\xa4 */ }\n");
    assert_int_equal(unit->n_nests, 1);
    const struct fe_nest *nest = unit->nest[0];
    assert_span(unit, nest->pragma_begin, nest->pragma_end, "#pragma naas // \xe2\x82\xac");
    assert_span(unit, nest->begin, nest->end, "for (int i = 0; i < 4; i++) x[i] = 1;");
    assert_int_equal(nest->loc.line, 4);
    host_free(host);
}

/* Column 19 of the first line, as compilers count: the mark is none. */
static void byte_order_mark_is_no_column(void **state)
{
    (void)state;
    struct host *host = host_new();
    enum naas_status status;
    const char text[] = "\xef\xbb\xbf#pragma naas name(3)\nint x;\n";
    struct fe_unit *unit = host_parse_text(host, text, sizeof text - 1, &status);
    assert_int_equal(unit->n_refused, 1);
    assert_int_equal(naas_diag_at(host->ctx, 0)->loc.line, 1);
    assert_int_equal(naas_diag_at(host->ctx, 0)->loc.column, 19);
    host_free(host);
}

static void text_that_is_no_annotation(void **state)
{
    (void)state;
    struct host *host = host_new();
    struct fe_unit *unit =
        parse(host, "/*\n#pragma naas\n*/\nconst char *s = \"\\\n#pragma naas\\\n\";\n#if 0\n#pragma "
                    "naas\n#pragma scop\n#endif\n"
                    "#pragma naasx\n#pragma omp naas\n#pragma endscop\nint x; // #pragma naas\n"
                    "#define DIRECTIVE \\\n#pragma naas\n#define OTHER /*\n*/ \\\r\n #pragma naas\n"
                    "#define THIRD /*\n*/ #pragma scop\n");
    assert_int_equal(unit->n_nests, 0);
    assert_int_equal(unit->n_refused, 0);
    assert_int_equal(naas_n_diags(host->ctx), 0);
    host_free(host);
}

/* As people write where the plain compiler would warn of annotations. */
static void warnings_that_the_text_silences(void **state)
{
    (void)state;
    struct host *host = host_new();
    struct fe_unit *unit =
        parse(host, "#pragma GCC diagnostic ignored \"-Wunknown-pragmas\"\nfloat x[4];\nvoid "
                    "f(void) {\n/* a\n*/ # /**/ pragma naas\nfor (int i = 0; i < 4; i++) "
                    "x[i] = 0;\n#if 0\n#pragma naas\n#endif\n}\n");
    assert_int_equal(unit->n_nests, 1);
    assert_int_equal(unit->n_refused, 0);
    assert_span(unit, unit->nest[0]->pragma_begin, unit->nest[0]->pragma_end, "# /**/ pragma naas");
    host_free(host);
}

static void host_headers_and_macros(void **state)
{
    (void)state;
    struct host *host = host_new();
    struct fe_unit *unit = parse(host, "#include <stdio.h>\n#include <math.h>\n#include <stdint.h>\n#include "
                                       "<stdlib.h>\n#include <string.h>\n"
                                       "#include <limits.h>\n#include <float.h>\n#include "
                                       "<stdbool.h>\n#include <inttypes.h>\n#include <assert.h>\n"
                                       "#ifdef __clang__\n#error these are not the host's macros\n#endif\n"
                                       "float x[__GNUC__];\nvoid f(void) {\n#pragma naas\nfor (int i = 0; i "
                                       "< __GNUC__; i++) x[i] = expf(x[i]);\n}\n");
    assert_int_equal(unit->n_nests, 1);
    assert_true(unit->nest[0]->array[0]->extent[0] > 0);
    host_free(host);
}

static void own_macros_without_a_host(void **state)
{
    (void)state;
    struct host *host = host_new();
    const char *const args[] = {"-DN=7", "-std=c99"};
    host->options = (struct fe_options){.args = args, .n_args = 2};
    struct fe_unit *unit =
        parse(host, "float x[N];\nvoid f(void) {\n#pragma naas\nfor (int i = 0; i < N; i++) x[i] = 0;\n}\n");
    assert_int_equal(unit->n_nests, 1);
    assert_int_equal(unit->nest[0]->array[0]->extent[0], 7);
    host_free(host);
}

/* A function whose type and name come from the command line is one of the file's. */
static void function_named_by_a_macro(void **state)
{
    (void)state;
    struct host *host = host_new();
    const char *const args[] = {"-DNAME=g", "-DTYPE=void"};
    host->options = (struct fe_options){.args = args, .n_args = 2};
    struct fe_unit *unit = parse(
        host, "float x[4];\nTYPE NAME(void) {\n#pragma naas\nfor (int i = 0; i < 4; i++) x[i] = 0;\n}\n");
    assert_int_equal(unit->n_nests, 1);
    assert_string_equal(unit->nest[0]->function, "g");
    host_free(host);
}

static void file_that_is_not_c(void **state)
{
    (void)state;
    struct host *host = host_new();
    enum naas_status status;
    const char text[] = "int f(void) {\n#pragma naas\nfor (int i = 0; i < 3; i++) y[i] = 0;\n";
    struct fe_unit *unit = host_parse_text(host, text, sizeof text - 1, &status);
    assert_int_equal(status, NAAS_BAD_INPUT);
    assert_int_equal(unit->n_nests, 0);
    assert_int_equal(naas_n_diags(host->ctx), 1);
    assert_int_equal(naas_diag_at(host->ctx, 0)->loc.line, 3);
    unit = host_parse_text(host, "", 0, &status);
    assert_int_equal(status, NAAS_OK);
    assert_int_equal(unit->n_nests, 0);
    host_parse_file(host, "/nonexistent/file.c", &status);
    assert_int_equal(status, NAAS_SYSTEM);
    host_free(host);
}

/* Parses a prefix of a file with annotations: whatever comes, no crash, and spans inside the text. */
static void truncated_files(void **state)
{
    (void)state;
    struct host *host = host_new();
    char *text;
    size_t length;
    assert_int_equal(naas_read_file(host->ctx, TEST_DIR "/accept/conv.c", &text, &length), NAAS_OK);
    for (size_t n = 0; n < length; n += 7) {
        enum naas_status status;
        struct fe_unit *unit = host_parse_text(host, text, n, &status);
        for (int i = 0; i < unit->n_nests; i++)
            assert_true(unit->nest[i]->begin < unit->nest[i]->end && unit->nest[i]->end <= n);
    }
    host_free(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(offsets),
        cmocka_unit_test(crlf_and_no_newline_at_end), cmocka_unit_test(byte_order_mark_and_other_letters),
        cmocka_unit_test(byte_order_mark_is_no_column), cmocka_unit_test(text_that_is_no_annotation),
        cmocka_unit_test(warnings_that_the_text_silences), cmocka_unit_test(host_headers_and_macros),
        cmocka_unit_test(own_macros_without_a_host), cmocka_unit_test(function_named_by_a_macro),
        cmocka_unit_test(file_that_is_not_c), cmocka_unit_test(truncated_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
