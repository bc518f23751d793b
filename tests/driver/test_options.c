/* The options of naascc: what is ours, what it sets, and what is said about mistakes. */
#include "driver/options.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char message[256];

static enum option_result take(struct options *options, const char *word)
{
    return options_take(options, word, message, sizeof message);
}

static void test_defaults(void **state)
{
    (void)state;
    struct options options;
    options_default(&options);
    assert_true(options.enabled);
    assert_true(options.reassociate);
    assert_false(options.remarks);
    assert_false(options.errors);
    assert_int_equal(options.dumps, 0);
    assert_null(options.accel);
    assert_null(options.target);
    assert_int_equal(options.timeout, 60);
    assert_int_equal(options.effort, EFFORT_NORMAL);
    assert_int_equal(options.seed, 1);
    assert_true(options.goal.energy == 1 && options.goal.delay == 1 && options.goal.area == 0);
    assert_string_equal(options_default_target(), "sim");
    assert_string_equal(options_default_accel(), "default");
}

static void test_values(void **state)
{
    (void)state;
    struct options options;
    options_default(&options);
    assert_int_equal(take(&options, "-fnaas-accel=tpu.json"), OPTION_TAKEN);
    assert_int_equal(take(&options, "-fnaas-target=sim"), OPTION_TAKEN);
    assert_int_equal(take(&options, "-fnaas-dump=schedule,nest"), OPTION_TAKEN);
    assert_int_equal(take(&options, "-fnaas-dump-format=json"), OPTION_TAKEN);
    assert_int_equal(take(&options, "-fnaas-timeout=7"), OPTION_TAKEN);
    assert_int_equal(take(&options, "-fnaas-objective=energy=1,delay=2"), OPTION_TAKEN);
    assert_int_equal(take(&options, "-fnaas-effort=thorough"), OPTION_TAKEN);
    assert_int_equal(take(&options, "-fnaas-seed=18446744073709551615"), OPTION_TAKEN);
    assert_int_equal(take(&options, "-Rnaas"), OPTION_TAKEN);
    assert_int_equal(take(&options, "-Werror=naas"), OPTION_TAKEN);
    assert_string_equal(options.accel, "tpu.json");
    assert_string_equal(options.target, "sim");
    assert_int_equal(options.dumps, 1u << DUMP_SCHEDULE | 1u << DUMP_NEST);
    assert_true(options.json);
    assert_int_equal(options.timeout, 7);
    assert_true(options.goal.energy == 1 && options.goal.delay == 2);
    assert_int_equal(options.effort, EFFORT_THOROUGH);
    assert_true(options.seed == UINT64_MAX);
    assert_true(options.remarks);
    assert_true(options.errors);
}

static void test_last_word_wins(void **state)
{
    (void)state;
    struct options options;
    options_default(&options);
    take(&options, "-fno-naas-reassociate");
    assert_false(options.reassociate);
    take(&options, "-fnaas-reassociate");
    assert_true(options.reassociate);
    take(&options, "-fno-naas");
    assert_false(options.enabled);
    take(&options, "-fnaas");
    assert_true(options.enabled);
    take(&options, "-fnaas-dump-format=json");
    take(&options, "-fnaas-dump-format=text");
    assert_false(options.json);
}

static void test_foreign_words_are_left_alone(void **state)
{
    (void)state;
    static const char *const words[] = {
        "-O2", "-Wall", "-Werror", "-fno-builtin", "conv.c", "-", "", "-Rpass=.*", "-fnative"};
    struct options options, before;
    options_default(&options);
    before = options;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        assert_int_equal(take(&options, words[i]), OPTION_FOREIGN);
    assert_memory_equal(&options, &before, sizeof options);
}

static void test_mistakes_are_named(void **state)
{
    (void)state;
    struct options options;
    options_default(&options);
    assert_int_equal(take(&options, "-fnaas-dunp=nest"), OPTION_WRONG);
    assert_non_null(strstr(message, "-fnaas-dunp=nest"));
    assert_int_equal(take(&options, "-fnaas-dump=nest,tree"), OPTION_WRONG);
    assert_non_null(strstr(message, "schedule"));
    assert_int_equal(take(&options, "-fnaas-dump="), OPTION_WRONG);
    assert_int_equal(take(&options, "-fnaas-target=gpu"), OPTION_WRONG);
    assert_int_equal(take(&options, "-fnaas-accel="), OPTION_WRONG);
    assert_int_equal(take(&options, "-fnaas-accel"), OPTION_WRONG);
    assert_int_equal(take(&options, "-fnaas-timeout=0"), OPTION_WRONG);
    assert_int_equal(take(&options, "-fnaas-objective=speed"), OPTION_WRONG);
    assert_int_equal(take(&options, "-fnaas-effort=long"), OPTION_WRONG);
    assert_int_equal(take(&options, "-fnaas-seed=-1"), OPTION_WRONG);
    assert_int_equal(take(&options, "-fnaas-seed=18446744073709551616"), OPTION_WRONG);
    assert_int_equal(take(&options, "-fnaas-timeout=1h"), OPTION_WRONG);
    assert_int_equal(take(&options, "-fno-naas-target"), OPTION_WRONG);
}

static void test_help_lists_every_option(void **state)
{
    (void)state;
    static const char *const words[] = {"-fnaas", "-fno-naas",
        "-fnaas-target=", "-fnaas-accel=", "-fnaas-reassociate", "-fno-naas-reassociate",
        "-fnaas-dump=", "-fnaas-dump-format=", "-fnaas-timeout=", "-Rnaas", "-Werror=naas"};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    options_help(out);
    fclose(out);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        assert_non_null(strstr(text, words[i]));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_last_word_wins),
        cmocka_unit_test(test_foreign_words_are_left_alone),
        cmocka_unit_test(test_mistakes_are_named),
        cmocka_unit_test(test_help_lists_every_option),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
