/* The corpus of kernels in styles that people write: all that must be mapped is understood here. */
#include "tests/frontend/host.h"
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void corpus(void **state)
{
    (void)state;
    struct host *host = host_new();
    if (access(SHARED_KERNELS "/MANIFEST.tsv", R_OK)) {
        print_message("no corpus of kernels beside the sources\n");
        host_free(host);
        skip();
    }
    char *text, *rest;
    assert_int_equal(naas_read_file(host->ctx, SHARED_KERNELS "/MANIFEST.tsv", &text, NULL), NAAS_OK);
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        if (*line == '#')
            continue;
        enum naas_status status;
        int name = (int)strcspn(line, "\t");
        const char *expect = line + name + 1;
        struct fe_unit *unit =
            host_parse_file(host, naas_format(host->ctx, "%s/%.*s", SHARED_KERNELS, name, line), &status);
        print_message("%.*s: %d understood, %d refused\n", name, line, unit->n_nests, unit->n_refused);
        assert_int_equal(status, NAAS_OK);
        assert_true(unit->n_nests + unit->n_refused > 0);
        if (!strncmp(expect, "accept", 6))
            assert_int_equal(unit->n_refused, 0);
    }
    host_free(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(corpus)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
