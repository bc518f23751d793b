/*
 * Nests that are refused: a line of refuse/NAME.c that gets a diagnostic says so itself, as
 *
 *     for (i = 0; i != 5; i += 2) //~ 17: loop may step past its bound | compare with < or >
 *
 * with the column, the message behind "nest not mapped: ", and the hint if there is one. No other diagnostic
 * may come.
 */
#include "tests/frontend/host.h"
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char PREFIX[] = "nest not mapped: ";

/* The next expectation at or behind *text; counts lines on the way. */
static const char *next_expectation(const char **text, unsigned *line, unsigned *column)
{
    for (; **text; ++*text) {
        if (**text == '\n')
            ++*line;
        if (strncmp(*text, "//~ ", 4))
            continue;
        char *rest;
        *column = (unsigned)strtoul(*text + 4, &rest, 10);
        *text = rest;
        return rest + strspn(rest, ": ");
    }
    return NULL;
}

static void check_file(struct host *host, const char *name)
{
    enum naas_status status;
    int seen = naas_n_diags(host->ctx), n_expected = 0;
    struct fe_unit *unit =
        host_parse_file(host, naas_format(host->ctx, "%s/refuse/%s", TEST_DIR, name), &status);
    assert_int_equal(status, NAAS_OK);
    const char *text = unit->text, *message;
    unsigned line = 1, column;
    while ((message = next_expectation(&text, &line, &column))) {
        size_t length = strcspn(message, "\n");
        if (seen + n_expected >= naas_n_diags(host->ctx))
            fail_msg("%s:%u: no diagnostic", name, line);
        const struct naas_diagnostic *d = naas_diag_at(host->ctx, seen + n_expected++);
        char *wanted =
            naas_format(host->ctx, "%s:%u:%u: %s%.*s", name, line, column, PREFIX, (int)length, message);
        char *got = naas_format(host->ctx, "%s:%u:%u: %s%s%s", name, d->loc.line, d->loc.column, d->message,
            d->hint ? " | " : "", d->hint ? d->hint : "");
        assert_string_equal(got, wanted);
        assert_int_equal(d->severity, NAAS_WARNING);
    }
    assert_int_equal(naas_n_diags(host->ctx) - seen, n_expected);
    assert_int_equal(unit->n_refused, n_expected);
    assert_int_equal(unit->n_nests, 0);
}

static void every_refusal_is_located(void **state)
{
    (void)state;
    struct host *host = host_new();
    char **names;
    int n = host_list(host, TEST_DIR "/refuse", ".c", &names);
    assert_true(n > 0);
    for (int i = 0; i < n; i++)
        check_file(host, names[i]);
    host_free(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_refusal_is_located)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
