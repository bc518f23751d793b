/* Dependency files name the user's source, wherever the compiler put them. */
#include "driver/depfile.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void expect(const char *path, const char *text)
{
    char got[512] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    got[fread(got, 1, sizeof got - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(got, text);
    remove(path);
}

/* A dependency file at path, renamed under a command with these outputs. */
static void check(const char *path, const char *output, char *dep_file)
{
    const struct cmd cmd = {.output = output, .dep_file = dep_file};
    put(path, "x.o: /tmp/naascc-a1/0/conv.c inc.h\n");
    depfile_rename(&cmd, "src/conv.c", "/tmp/naascc-a1/0/conv.c", "none");
    expect(path, "x.o: src/conv.c inc.h\n");
}

static void test_places(void **state)
{
    (void)state;
    check("conv.d", NULL, NULL);
    check("out.d", "out.o", NULL);
    check("named.dep", "out.o", "named.dep");
    check("a-conv.d", NULL, NULL);
    check("prog-conv.d", "prog", NULL);
    check("prog.x-conv.d", "prog.x", NULL);
}

static void test_inputs(void **state)
{
    (void)state;
    const struct cmd cmd = {.dep_file = "q.d"};
    put("q.d", "x.o: /tmp/n/0/conv.c inc.h\n");
    put("list", "my accel.json\n/a/b.json\n");
    depfile_rename(&cmd, "conv.c", "/tmp/n/0/conv.c", "list");
    expect("q.d", "x.o: conv.c my\\ accel.json /a/b.json inc.h\n");
    remove("list");
}

static void test_database(void **state)
{
    (void)state;
    const struct cmd cmd = {.database = "q.json"};
    put("q.json", "{\"file\": \"/tmp/n/0/conv.c\"},\n");
    depfile_rename(&cmd, "src/conv.c", "/tmp/n/0/conv.c", "none");
    expect("q.json", "{\"file\": \"src/conv.c\"},\n");
}

static void test_blanks_and_dollars(void **state)
{
    (void)state;
    const struct cmd cmd = {.dep_file = "q.d"};
    put("q.d", "x.o: /tmp/n/0/my\\ conv$$1.c\n");
    depfile_rename(&cmd, "a b/my conv$1.c", "/tmp/n/0/my conv$1.c", "none");
    expect("q.d", "x.o: a\\ b/my\\ conv$$1.c\n");
}

static void test_other_files_stay(void **state)
{
    (void)state;
    const struct cmd cmd = {.output = "out.o"};
    put("out.d", "x.o: other.c\n");
    depfile_rename(&cmd, "src/conv.c", "/tmp/n/0/conv.c", "none");
    expect("out.d", "x.o: other.c\n");
}

static int enter_folder(void **state)
{
    static char folder[] = "/tmp/naas-depfile-XXXXXX";
    *state = folder;
    unsetenv("DEPENDENCIES_OUTPUT");
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
    return chdir("/") == 0 && rmdir(*state) == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_inputs),
        cmocka_unit_test(test_database),
        cmocka_unit_test(test_blanks_and_dollars),
        cmocka_unit_test(test_other_files_stay),
    };
    return cmocka_run_group_tests(tests, enter_folder, remove_folder);
}
