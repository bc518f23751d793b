/* JSON readers and the places of their errors. */
#include "support/json.h"
#include "tests/support/scratch.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct naas_ctx *ctx;
    struct json_node root;
};

static struct fixture parsed(const char *text)
{
    struct fixture fixture = {.ctx = naas_ctx_new()};
    assert_int_equal(json_parse(fixture.ctx, "x.json", text, &fixture.root), NAAS_OK);
    return fixture;
}

/* Diagnostic i reads "line:column message". */
static void expect_diag(struct naas_ctx *ctx, int i, const char *text)
{
    assert_true(i < naas_n_diags(ctx));
    const struct naas_diagnostic *diag = naas_diag_at(ctx, i);
    assert_string_equal(diag->loc.file, "x.json");
    assert_string_equal(naas_format(ctx, "%u:%u %s", diag->loc.line, diag->loc.column, diag->message), text);
}

/* The document is refused, and this is all that is said. */
static void expect_only(struct fixture fixture, const char *text)
{
    assert_int_equal(json_done(fixture.root), NAAS_BAD_INPUT);
    expect_diag(fixture.ctx, 0, text);
    assert_int_equal(naas_n_diags(fixture.ctx), 1);
    naas_ctx_free(fixture.ctx);
}

static void expect_syntax_error(const char *text, const char *message)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct json_node root;
    assert_int_equal(json_parse(ctx, "x.json", text, &root), NAAS_BAD_INPUT);
    expect_diag(ctx, 0, message);
    assert_int_equal(naas_n_diags(ctx), 1);
    assert_int_equal(json_done(root), NAAS_BAD_INPUT);
    naas_ctx_free(ctx);
}

static void values_are_read(void **state)
{
    (void)state;
    struct fixture f =
        parsed("\xEF\xBB\xBF{\"format\": 1, \"kind\": \"accelerator\", \"i\": -3, \"x\": 2.5e3, "
               "\"yes\": true, \"name\": \"a\\u00e9b\", \"op\": \"max\", \"list\": [1, 2, 3], \"map\": "
               "{\"N\": 1, \"K\": 2}, \"big\": 9007199254740991}");
    static const char *const ops[] = {"sum", "max"};
    json_expect_kind(f.root, "accelerator");
    assert_int_equal(json_int(json_need(f.root, "i"), -5, 5, 0), -3);
    assert_true(json_int(json_need(f.root, "big"), 0, INT64_MAX, 0) == 9007199254740991);
    assert_true(json_number(json_need(f.root, "x"), 0, 1e4, 0) == 2500);
    assert_true(json_bool(json_get(f.root, "yes"), false));
    assert_string_equal(json_string(json_get(f.root, "name"), ""), "a\xC3\xA9"
                                                                   "b");
    assert_int_equal(json_choice(json_get(f.root, "op"), ops, 2, 0), 1);
    struct json_node list = json_need(f.root, "list"), map = json_need(f.root, "map");
    assert_int_equal(json_length(list), 3);
    assert_int_equal(json_int(json_at(list, 2), 0, 9, 0), 3);
    assert_false(json_present(json_at(list, 3)));
    assert_int_equal(json_members(map), 2);
    const char *key;
    assert_int_equal(json_int(json_member(map, 1, &key), 0, 9, 0), 2);
    assert_string_equal(key, "K");
    assert_false(json_present(json_member(map, 2, &key)));
    assert_int_equal(json_int(json_get(json_get(f.root, "absent"), "deeper"), 0, 9, 7), 7);
    json_int(json_get(map, "N"), 1, 1, 0);
    assert_int_equal(json_done(f.root), NAAS_OK);
    assert_int_equal(naas_n_diags(f.ctx), 0);
    naas_ctx_free(f.ctx);
}

static void an_error_in_a_nested_value_is_located(void **state)
{
    (void)state;
    struct fixture f = parsed("{\n"
                              "  \"name\": \"a \\\"{[,\",\n"
                              "  \"empty\": [ ], \"none\": { },\n"
                              "  \"levels\": [ {\"capacity\": 1}, {\"x\": null , \"capacity\" :  -3} ]\n"
                              "}\n");
    json_get(f.root, "name");
    json_members(json_get(f.root, "none"));
    json_length(json_get(f.root, "empty"));
    struct json_node levels = json_get(f.root, "levels");
    json_int(json_need(json_at(levels, 0), "capacity"), 0, 9, 0);
    json_get(json_at(levels, 1), "x");
    assert_int_equal(json_int(json_need(json_at(levels, 1), "capacity"), 0, INT64_MAX, 42), 42);
    expect_only(f, "4:59 \"levels[1].capacity\": -3 is not between 0 and 9223372036854775807");
}

static void a_missing_key_is_located_at_its_object(void **state)
{
    (void)state;
    struct fixture f = parsed("{\"levels\":\n [{\"name\": \"L1\"}]}");
    struct json_node level = json_at(json_need(f.root, "levels"), 0);
    json_get(level, "name");
    struct json_node node = json_need(level, "capacity");
    assert_int_equal(json_loc(node).line, 2);
    assert_int_equal(json_loc(node).column, 3);
    expect_only(f, "2:3 \"levels[0]\": missing key \"capacity\"");
}

static void unknown_keys_are_errors(void **state)
{
    (void)state;
    struct fixture f =
        parsed("{\"a\": {\"b\": [1, {\"c\": 1,\n \"d e\": 2}], \"f\": [{}]}, \"g\": {\"h\": 1}}");
    struct json_node b = json_get(json_get(f.root, "a"), "b");
    json_get(json_at(b, 1), "c");
    assert_int_equal(json_done(f.root), NAAS_BAD_INPUT);
    expect_diag(f.ctx, 0, "2:2 unknown key \"d e\"");
    expect_diag(f.ctx, 1, "2:14 unknown key \"f\"");
    expect_diag(f.ctx, 2, "2:26 unknown key \"g\"");
    assert_int_equal(naas_n_diags(f.ctx), 3);
    naas_ctx_free(f.ctx);
}

static void a_typing_error_in_a_key_gives_both_names(void **state)
{
    (void)state;
    struct fixture f = parsed("{\"levls\": [{\"x\": 1}], \"unread\": [{\"y\": 1}]}");
    json_need(f.root, "levels");
    json_get(f.root, "unread"); /* whose reader gave up */
    assert_int_equal(json_done(f.root), NAAS_BAD_INPUT);
    expect_diag(f.ctx, 0, "1:1 missing key \"levels\"");
    expect_diag(f.ctx, 1, "1:2 unknown key \"levls\"");
    assert_int_equal(naas_n_diags(f.ctx), 2);
    naas_ctx_free(f.ctx);
}

static void a_duplicate_key_is_an_error_at_its_second_place(void **state)
{
    (void)state;
    struct fixture f = parsed("{\"a\": 1, \"b\": 2, \"a\": 3, \"A\": 4}");
    json_get(f.root, "a");
    json_get(f.root, "b");
    json_get(f.root, "A");
    expect_only(f, "1:18 duplicate key \"a\"");
}

static void numbers_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    struct fixture f = parsed("[1.5, 9007199254740993, 1e999, -1, 11, 1e30, 1e999]");
    for (int i = 0; i < 6; i++)
        assert_int_equal(json_int(json_at(f.root, i), 0, i == 4 ? 10 : INT64_MAX, 77), 77);
    assert_true(json_number(json_at(f.root, 6), 0, 1, 0.5) == 0.5);
    assert_true(json_number(json_at(f.root, 0), 0, 1, 0.5) == 0.5);
    expect_diag(f.ctx, 0, "1:2 \"[0]\": 1.5 is not an integer");
    expect_diag(f.ctx, 1, "1:7 \"[1]\": 9007199254740992 is too large to be read exactly");
    expect_diag(f.ctx, 2, "1:25 \"[2]\": inf is not an integer");
    expect_diag(f.ctx, 3, "1:32 \"[3]\": -1 is not between 0 and 9223372036854775807");
    expect_diag(f.ctx, 4, "1:36 \"[4]\": 11 is not between 0 and 10");
    expect_diag(
        f.ctx, 5, "1:40 \"[5]\": 1000000000000000019884624838656 is not between 0 and 9223372036854775807");
    expect_diag(f.ctx, 6, "1:46 \"[6]\": the number is too large");
    expect_diag(f.ctx, 7, "1:2 \"[0]\": 1.5 is not between 0 and 1");
    assert_int_equal(json_done(f.root), NAAS_BAD_INPUT);
    naas_ctx_free(f.ctx);
}

static void values_of_another_kind_are_refused(void **state)
{
    (void)state;
    struct fixture f = parsed("{\"a\": \"1\", \"b\": null, \"c\": {}, \"d\": [], \"e\": 1, \"f\": \"mean\"}");
    static const char *const ops[] = {"sum", "max", "min"};
    assert_int_equal(json_int(json_get(f.root, "a"), 0, 9, 5), 5);
    assert_true(json_number(json_get(f.root, "b"), 0, 9, 5) == 5);
    assert_true(json_bool(json_get(f.root, "c"), true));
    assert_string_equal(json_string(json_get(f.root, "d"), "none"), "none");
    assert_int_equal(json_length(json_get(f.root, "e")), 0);
    assert_int_equal(json_members(json_get(f.root, "e")), 0);
    assert_int_equal(json_choice(json_get(f.root, "f"), ops, 3, 2), 2);
    expect_diag(f.ctx, 0, "1:7 \"a\": expected an integer, not a string");
    expect_diag(f.ctx, 1, "1:17 \"b\": expected a number, not null");
    expect_diag(f.ctx, 2, "1:28 \"c\": expected true or false, not an object");
    expect_diag(f.ctx, 3, "1:37 \"d\": expected a string, not an array");
    expect_diag(f.ctx, 4, "1:46 \"e\": expected an array, not a number");
    expect_diag(f.ctx, 5, "1:46 \"e\": expected an object, not a number");
    expect_diag(f.ctx, 6, "1:54 \"f\": \"mean\" is not \"sum\", \"max\" or \"min\"");
    assert_int_equal(json_done(f.root), NAAS_BAD_INPUT);
    naas_ctx_free(f.ctx);
}

static void the_kind_and_format_of_a_document_are_checked(void **state)
{
    (void)state;
    struct fixture f = parsed("{\"format\": 2, \"kind\": \"mapping\"}");
    json_expect_kind(f.root, "accelerator");
    assert_int_equal(json_done(f.root), NAAS_BAD_INPUT);
    expect_diag(f.ctx, 0, "1:12 \"format\": 2 is not between 1 and 1");
    expect_diag(f.ctx, 1, "1:23 \"kind\": \"mapping\" is not \"accelerator\"");
    naas_ctx_free(f.ctx);
}

static void a_root_that_is_no_object_is_one_error(void **state)
{
    (void)state;
    struct fixture f = parsed("  [1]");
    json_need(f.root, "name");
    expect_only(f, "1:3 expected an object, not an array");
}

static void odd_keys_are_quoted_in_paths(void **state)
{
    (void)state;
    struct fixture f = parsed("{\"a.b\": {\"c\": 1}}");
    json_error(json_get(json_get(f.root, "a.b"), "c"), "bad");
    expect_only(f, "1:15 \"['a.b'].c\": bad");
}

static void a_written_string_is_read_back(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf out = naas_buf_new(ctx);
    char text[257] = "";
    for (int i = 1; i < 128; i++)
        text[i - 1] = (char)i;
    json_write_string(&out, text);
    struct json_node root;
    assert_int_equal(json_parse(ctx, "x.json", out.text, &root), NAAS_OK);
    assert_string_equal(json_string(root, ""), text);
    struct naas_buf quoted = naas_buf_new(ctx);
    json_write_string(&quoted, "a\"\\\n\xC3\xA9");
    assert_string_equal(quoted.text, "\"a\\\"\\\\\\u000a\xC3\xA9\"");
    naas_ctx_free(ctx);
}

static void a_written_number_is_read_back(void **state)
{
    static const double numbers[] = {0, -1, 0.1, 1e300, 5e-324, 123456789012345678.0};
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    for (int i = 0; i < 6; i++) {
        struct naas_buf out = naas_buf_new(ctx);
        json_write_number(&out, numbers[i]);
        assert_true(strtod(out.text, NULL) == numbers[i]);
    }
    struct naas_buf none = naas_buf_new(ctx);
    json_write_number(&none, INFINITY);
    json_write_number(&none, NAN);
    assert_string_equal(none.text, "nullnull");
    naas_ctx_free(ctx);
}

static void syntax_errors_are_located(void **state)
{
    (void)state;
    expect_syntax_error("{\"a\": 1,\n \"b\" 2}", "2:6 invalid JSON: unexpected '2'");
    expect_syntax_error("{\"a\": 1}\n x", "2:2 invalid JSON: unexpected 'x'");
    expect_syntax_error("{\"a\": [1, 2}", "1:12 invalid JSON: unexpected '}'");
    expect_syntax_error("{\"a\": 1, 2: 3}", "1:10 invalid JSON: unexpected '2'");
    expect_syntax_error("{\"a\": [1, 2x]}", "1:12 invalid JSON: unexpected 'x'");
    expect_syntax_error("{\"a\": 1,}", "1:9 invalid JSON: unexpected '}'");
    expect_syntax_error("[1, \x7f]", "1:5 invalid JSON: unexpected byte 0x7f");
    expect_syntax_error("{ x: 1}", "1:3 invalid JSON: unexpected 'x'");
    expect_syntax_error("[1,]", "1:4 invalid JSON: unexpected ']'");
    expect_syntax_error("{\"a\": NaN}", "1:7 invalid JSON: unexpected 'N'");
    expect_syntax_error("", "1:1 invalid JSON: unexpected end of text");
    expect_syntax_error(" \n ", "2:2 invalid JSON: unexpected end of text");
    expect_syntax_error("{\"a\":\n", "2:1 invalid JSON: unexpected end of text");
    expect_syntax_error("{\"a\": \"unfinished}", "1:7 invalid JSON: unfinished string");
    expect_syntax_error("{\"a\": \"unfinished\\\"", "1:7 invalid JSON: unfinished string");
    expect_syntax_error("{\"a\": \"cut off\"", "1:16 invalid JSON: unexpected end of text");
    expect_syntax_error("{\"a\": 1, \"b\"", "1:13 invalid JSON: unexpected end of text");
    expect_syntax_error("[\"a\", \"b\"", "1:10 invalid JSON: unexpected end of text");
    expect_syntax_error("{\"a\": 1 \"", "1:9 invalid JSON: unexpected '\"'");
    expect_syntax_error("{\"a\": \"b\" \"c\"}", "1:11 invalid JSON: unexpected '\"'");
    expect_syntax_error("{\"a\": \"x\\qy\"}", "1:9 invalid JSON: bad escape sequence");
    expect_syntax_error("{\"a\": 1 \"b\": 2}", "1:9 invalid JSON: unexpected '\"'");
    expect_syntax_error("\x01{]", "1:3 invalid JSON: unexpected ']'");
}

/* Whatever is cut off the end of a document, it says where the text ends, or where the string begins. */
static void a_cut_text_ends_too_early(void **state)
{
    (void)state;
    static const char whole[] = "{\"a\": [1, \"b\\\"c\", {}], \"d\" : {\"\": 2, \"e\": [\"f\"] }}";
    const char *string = NULL;
    for (size_t cut = 0; cut + 1 < sizeof whole; cut++) {
        if (cut > 0 && whole[cut - 1] == '"' && (cut < 2 || whole[cut - 2] != '\\'))
            string = string ? NULL : whole + cut - 1;
        if (cut > 0 && whole[cut - 1] == '\\')
            continue; /* a bad escape, too */
        char text[sizeof whole], said[80];
        snprintf(text, sizeof text, "%.*s", (int)cut, whole);
        if (string)
            snprintf(said, sizeof said, "1:%d invalid JSON: unfinished string", (int)(string - whole) + 1);
        else
            snprintf(said, sizeof said, "1:%d invalid JSON: unexpected end of text", (int)cut + 1);
        expect_syntax_error(text, said);
    }
}

static void files_are_read_and_errors_point_into_them(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct json_node root;
    const char *path = scratch_path(*state, "a.json"), text[] = "\xEF\xBB\xBF{\n\t\"size\": -1\n}\n";
    assert_int_equal(naas_write_file(ctx, path, text, sizeof text - 1), NAAS_OK);
    assert_int_equal(json_parse_file(ctx, path, &root), NAAS_OK);
    json_int(json_need(root, "size"), 1, 8, 1);
    assert_int_equal(json_done(root), NAAS_BAD_INPUT);
    char *printed;
    size_t length;
    FILE *out = open_memstream(&printed, &length);
    naas_diags_print(ctx, out, false);
    fclose(out);
    assert_string_equal(printed, naas_format(ctx,
                                     "%s:2:10: error: \"size\": -1 is not between 1 and 8\n"
                                     "        \"size\": -1\n"
                                     "                ^\n",
                                     path));
    free(printed);
    naas_ctx_free(ctx);
}

static void files_that_hold_no_text_are_refused(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct json_node root;
    const char *path = scratch_path(*state, "a.json");
    assert_int_equal(json_parse_file(ctx, path, &root), NAAS_SYSTEM);
    assert_int_equal(naas_n_diags(ctx), 1);
    assert_int_equal(naas_write_file(ctx, path, "{}\0{", 4), NAAS_OK);
    assert_int_equal(json_parse_file(ctx, path, &root), NAAS_BAD_INPUT);
    assert_int_equal(naas_n_diags(ctx), 2);
    assert_string_equal(naas_diag_at(ctx, 1)->message, "not JSON text: it holds a NUL byte");
    naas_ctx_free(ctx);
}

static void cut_anywhere_a_document_is_refused_at_its_end_or_before(void **state)
{
    (void)state;
    const char *text = "{\"a\": [1, {\"b\": \"x\\n\"}, true], \"c\": {\"d\": -1.5e3}}";
    for (size_t length = 0; length < strlen(text); length++) {
        struct naas_ctx *ctx = naas_ctx_new();
        struct json_node root;
        char *cut = naas_strndup(ctx, text, length);
        assert_int_equal(json_parse(ctx, "x.json", cut, &root), NAAS_BAD_INPUT);
        assert_int_equal(naas_n_diags(ctx), 1);
        assert_int_equal(naas_diag_at(ctx, 0)->loc.line, 1);
        assert_in_range(naas_diag_at(ctx, 0)->loc.column, 1, length + 1);
        naas_ctx_free(ctx);
    }
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf text = naas_buf_new(ctx);
    for (int i = 0; i < 100000; i++)
        naas_buf_puts(&text, "[");
    expect_syntax_error(text.text, "1:1001 invalid JSON: nested deeper than 1000");
    naas_ctx_free(ctx);
}

/* ---- every value of a random document is found at the place where it was written ---- */

struct writer {
    struct naas_buf text;
    unsigned seed;
    int n;           /* numbers written so far, each of which is its own name */
    size_t at[1000]; /* their bytes */
};

static void write_space(struct writer *writer)
{
    static const char *const spaces[] = {"", " ", "\n", "\t ", "\r\n"};
    naas_buf_puts(&writer->text, spaces[rand_r(&writer->seed) % 5]);
}

static void write_value(struct writer *writer, int depth)
{
    int kind = rand_r(&writer->seed) % (depth < 5 ? 6 : 3);
    if (kind == 0) {
        naas_buf_puts(&writer->text, "\"\\\"]}\\\\\"");
        return;
    }
    if (kind <= 2) {
        writer->at[writer->n] = writer->text.length;
        naas_buf_printf(&writer->text, "%d", writer->n++);
        return;
    }
    bool object = kind == 3;
    int n = rand_r(&writer->seed) % 4;
    naas_buf_puts(&writer->text, object ? "{" : "[");
    for (int i = 0; i < n; i++) {
        write_space(writer);
        if (object)
            naas_buf_printf(&writer->text, "\"k\\\"%d\"", i);
        write_space(writer);
        naas_buf_puts(&writer->text, object ? ": " : "");
        write_value(writer, depth + 1);
        write_space(writer);
        naas_buf_puts(&writer->text, i + 1 < n ? "," : "");
    }
    write_space(writer);
    naas_buf_puts(&writer->text, object ? "}" : "]");
}

static int check_places(struct writer *writer, struct json_node node)
{
    if (cJSON_IsNumber(node.item)) {
        struct naas_loc loc = json_loc(node);
        const char *line = writer->text.text;
        for (unsigned i = 1; i < loc.line; i++)
            line = strchr(line, '\n') + 1;
        assert_int_equal(
            (size_t)(line - writer->text.text) + loc.column - 1, writer->at[json_int(node, 0, 999, 0)]);
        return 1;
    }
    int checked = 0;
    const char *key;
    if (cJSON_IsArray(node.item))
        for (int i = 0; i < json_length(node); i++)
            checked += check_places(writer, json_at(node, i));
    if (cJSON_IsObject(node.item))
        for (int i = 0; i < json_members(node); i++)
            checked += check_places(writer, json_member(node, i, &key));
    return checked;
}

static unsigned first_seed(void)
{
    const char *text = getenv("NAAS_SEED");
    unsigned seed = text ? (unsigned)strtoul(text, NULL, 10) : 1;
    print_message("NAAS_SEED=%u\n", seed);
    return seed;
}

static int test_count(void)
{
    const char *text = getenv("NAAS_TEST_COUNT");
    return text ? atoi(text) : 1000;
}

static struct writer random_document(struct naas_ctx *ctx, unsigned seed)
{
    struct writer writer = {.text = naas_buf_new(ctx), .seed = seed};
    naas_buf_puts(&writer.text, "\n[");
    write_value(&writer, 0);
    naas_buf_puts(&writer.text, ",");
    write_value(&writer, 0);
    naas_buf_puts(&writer.text, "]");
    return writer;
}

static void values_of_random_documents_are_found(void **state)
{
    (void)state;
    unsigned seed = first_seed();
    int count = test_count(), checked = 0;
    for (int i = 0; i < count; i++) {
        struct naas_ctx *ctx = naas_ctx_new();
        struct writer writer = random_document(ctx, seed + (unsigned)i);
        struct json_node root;
        assert_int_equal(json_parse(ctx, "x.json", writer.text.text, &root), NAAS_OK);
        assert_int_equal(check_places(&writer, root), writer.n);
        assert_int_equal(json_done(root), NAAS_OK);
        checked += writer.n;
        naas_ctx_free(ctx);
    }
    assert_true(checked >= count / 2);
}

/* Whether the text is still JSON or not: one located error, or values that all lie inside it. */
static void damaged_documents_are_read_or_refused(void **state)
{
    (void)state;
    static const char damage[] = "{}[],:\"\\ \n0-eu\x80\x01";
    unsigned seed = first_seed();
    int count = test_count(), refused = 0;
    for (int i = 0; i < count; i++) {
        struct naas_ctx *ctx = naas_ctx_new();
        struct writer writer = random_document(ctx, seed + (unsigned)i);
        char *text = writer.text.text;
        text[(size_t)rand_r(&writer.seed) % writer.text.length] =
            damage[(size_t)rand_r(&writer.seed) % (sizeof damage - 1)];
        struct json_node root;
        enum naas_status status = json_parse(ctx, "x.json", text, &root);
        if (status == NAAS_OK)
            json_error(json_at(root, json_length(root) - 1), "here");
        assert_int_equal(naas_n_diags(ctx), 1);
        struct naas_loc loc = naas_diag_at(ctx, 0)->loc;
        const char *line = text;
        for (unsigned n = 1; n < loc.line; n++) {
            line = strchr(line, '\n');
            assert_non_null(line++);
        }
        assert_in_range(loc.column, 1, strcspn(line, "\n") + 1);
        refused += status == NAAS_BAD_INPUT;
        naas_ctx_free(ctx);
    }
    assert_in_range(refused, count / 4, count - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read),
        cmocka_unit_test(an_error_in_a_nested_value_is_located),
        cmocka_unit_test(a_missing_key_is_located_at_its_object),
        cmocka_unit_test(unknown_keys_are_errors),
        cmocka_unit_test(a_typing_error_in_a_key_gives_both_names),
        cmocka_unit_test(a_duplicate_key_is_an_error_at_its_second_place),
        cmocka_unit_test(numbers_that_do_not_fit_are_refused),
        cmocka_unit_test(values_of_another_kind_are_refused),
        cmocka_unit_test(the_kind_and_format_of_a_document_are_checked),
        cmocka_unit_test(a_root_that_is_no_object_is_one_error),
        cmocka_unit_test(odd_keys_are_quoted_in_paths),
        cmocka_unit_test(a_written_string_is_read_back),
        cmocka_unit_test(a_written_number_is_read_back),
        cmocka_unit_test(syntax_errors_are_located),
        cmocka_unit_test(a_cut_text_ends_too_early),
        WITH_SCRATCH(files_are_read_and_errors_point_into_them),
        WITH_SCRATCH(files_that_hold_no_text_are_refused),
        cmocka_unit_test(cut_anywhere_a_document_is_refused_at_its_end_or_before),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(values_of_random_documents_are_found),
        cmocka_unit_test(damaged_documents_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
