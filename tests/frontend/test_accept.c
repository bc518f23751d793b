/*
 * Nests that are understood: accept/NAME.c has the text form accept/NAME.nest. NAAS_REGENERATE=1 writes it
 * anew.
 */
#include "support/json.h"
#include "tests/frontend/host.h"
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void golden_files(void **state)
{
    (void)state;
    struct host *host = host_new();
    char **names;
    int n = host_list(host, TEST_DIR "/accept", ".c", &names);
    assert_true(n > 0);
    for (int i = 0; i < n; i++) {
        enum naas_status status;
        char *path = naas_format(host->ctx, "%s/accept/%s", TEST_DIR, names[i]), *expected;
        struct fe_unit *unit = host_parse_file(host, path, &status);
        naas_diags_print(host->ctx, stderr, false);
        assert_int_equal(status, NAAS_OK);
        assert_int_equal(unit->n_refused, 0);
        struct naas_buf text = naas_buf_new(host->ctx);
        for (int k = 0; k < unit->n_nests; k++)
            fe_nest_print(&text, unit->nest[k]);
        char *golden = naas_format(host->ctx, "%.*snest", (int)strlen(path) - 1, path);
        if (getenv("NAAS_REGENERATE"))
            naas_write_file(host->ctx, golden, text.text, text.length);
        assert_int_equal(naas_read_file(host->ctx, golden, &expected, NULL), NAAS_OK);
        assert_string_equal(text.text, expected);
    }
    host_free(host);
}

/* The JSON form is JSON, and says the same as the struct where it is looked at. */
static void json_form(void **state)
{
    (void)state;
    struct host *host = host_new();
    enum naas_status status;
    struct fe_unit *unit = host_parse_file(host, TEST_DIR "/accept/conv.c", &status);
    const struct fe_nest *nest = unit->nest[0];
    struct naas_buf text = naas_buf_new(host->ctx);
    fe_nest_json(&text, nest);
    cJSON *root = cJSON_Parse(text.text);
    assert_non_null(root);
    assert_int_equal(cJSON_GetObjectItem(root, "format")->valueint, 1);
    assert_string_equal(cJSON_GetObjectItem(root, "kind")->valuestring, "nest");
    assert_string_equal(cJSON_GetObjectItem(root, "name")->valuestring, nest->name);
    const cJSON *stmts = cJSON_GetObjectItem(root, "stmts");
    assert_int_equal(cJSON_GetArraySize(stmts), nest->n_stmts);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(root, "loops")), nest->n_loops);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(root, "arrays")), nest->n_arrays);
    const cJSON *guards = cJSON_GetObjectItem(cJSON_GetArrayItem(stmts, 1), "guards");
    assert_int_equal(cJSON_GetArraySize(guards), nest->stmt[1]->n_guards);
    cJSON_Delete(root);
    host_free(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(golden_files), cmocka_unit_test(json_form)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
