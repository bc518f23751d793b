/* How command lines of gcc and clang are read. */
#include "driver/command.h"
#include "driver/reading.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 32 };

/* A command line as one string, split at blanks. */
struct line {
    char text[512];
    char *words[MOST];
    struct cmd cmd;
};

static struct cmd *parse(struct line *line, const char *text)
{
    int n = 0;
    char *rest;
    assert_true(strlen(text) < sizeof line->text);
    strcpy(line->text, text);
    for (char *word = strtok_r(line->text, " ", &rest); word && n < MOST; word = strtok_r(NULL, " ", &rest))
        line->words[n++] = word;
    assert_true(cmd_parse(&line->cmd, n, line->words));
    return &line->cmd;
}

static void expect_mode(const char *text, enum cmd_mode mode)
{
    struct line line;
    assert_int_equal(parse(&line, text)->mode, mode);
    cmd_free(&line.cmd);
}

/* The C inputs of a line, separated by blanks. */
static void expect_sources(const char *text, const char *sources)
{
    struct line line;
    char found[512] = "";
    const struct cmd *cmd = parse(&line, text);
    for (int i = 0; i < cmd->n; i++)
        if (cmd->c_source[i]) {
            strcat(found, *found ? " " : "");
            strcat(found, cmd->word[i]);
        }
    assert_string_equal(found, sources);
    cmd_free(&line.cmd);
}

static void test_modes(void **state)
{
    (void)state;
    expect_mode("a.c", CMD_LINK);
    expect_mode("-c a.c", CMD_COMPILE);
    expect_mode("a.c --compile", CMD_COMPILE);
    expect_mode("-S a.c", CMD_ASSEMBLY);
    expect_mode("-c -S a.c", CMD_ASSEMBLY);
    expect_mode("-S -c a.c", CMD_ASSEMBLY);
    expect_mode("-E a.c", CMD_OTHER);
    expect_mode("-E -c a.c", CMD_OTHER);
    expect_mode("-M a.c", CMD_OTHER);
    expect_mode("-MM a.c", CMD_OTHER);
    expect_mode("-MMD -MP -c a.c", CMD_COMPILE);
    expect_mode("-fsyntax-only a.c", CMD_OTHER);
    expect_mode("--version", CMD_OTHER);
    expect_mode("-print-file-name=libc.a", CMD_OTHER);
    expect_mode("-### a.c", CMD_OTHER);
    expect_mode("-o -c a.c", CMD_LINK);
    expect_mode("-MF -E a.c", CMD_LINK);
}

static void test_sources(void **state)
{
    (void)state;
    expect_sources("a.c b.c d.o e.S f.cc g.i h.h", "a.c b.c g.i");
    expect_sources("-O2 -Wall src/a.c -o a", "src/a.c");
    expect_sources("-x c a.txt -x none b.txt c.c", "a.txt c.c");
    expect_sources("-xc a -xc++ b.c -xnone d.c", "a d.c");
    expect_sources("-x c-header a.c", "");
    expect_sources("-x assembler a.c", "");
    expect_sources("a.C", "");
}

static void test_arguments_are_no_inputs(void **state)
{
    (void)state;
    expect_sources("-MT conv.c -MQ conv.c -MF conv.c x.c", "x.c");
    expect_sources("--param f.c -include p.c -imacros q.c -D r.c -U s.c -I t.c x.c", "x.c");
    expect_sources("-o out.c x.c", "x.c");
    expect_sources("-oout.c -Iinc.c -DX=a.c -include=p.c x.c", "x.c");
    expect_sources("-Xlinker a.c -T s.c -u f.c -L l.c -z d.c -e g.c -l h.c x.c", "x.c");
    expect_sources("-isystem a.c -iquote b.c -idirafter d.c -isysroot e.c --sysroot f.c x.c", "x.c");
    expect_sources("-dumpbase a.c -dumpbase-ext .c -aux-info b.c -wrapper d.c -B e.c x.c", "x.c");
    expect_sources("-Xclang a.c -mllvm b.c -target t.c -Xpreprocessor d.c -Xassembler e.c x.c", "x.c");
}

static void test_outputs(void **state)
{
    (void)state;
    struct line line;
    assert_string_equal(parse(&line, "-c a.c -o out/a.o")->output, "out/a.o");
    cmd_free(&line.cmd);
    assert_string_equal(parse(&line, "-c a.c -oa.o")->output, "a.o");
    cmd_free(&line.cmd);
    assert_null(parse(&line, "-c a.c")->output);
    cmd_free(&line.cmd);
    assert_string_equal(parse(&line, "-MMD -MF a.dep a.c")->dep_file, "a.dep");
    cmd_free(&line.cmd);
    assert_string_equal(parse(&line, "-Wp,-MMD,a.dep a.c")->dep_file, "a.dep");
    cmd_free(&line.cmd);
    assert_string_equal(parse(&line, "-Wp,-DX=-MD,-MD,a.dep,-DY a.c")->dep_file, "a.dep");
    cmd_free(&line.cmd);
}

static void test_roles(void **state)
{
    (void)state;
    struct line line;
    const struct cmd *cmd =
        parse(&line, "-O2 -g -I inc -DX -std=c99 -march=native -Wall -include p.h a.c -lm --sysroot root");
    static const enum cmd_role roles[] = {CMD_MACHINE, CMD_PLAIN, CMD_LANGUAGE, CMD_LANGUAGE, CMD_LANGUAGE,
        CMD_DIALECT, CMD_TARGET, CMD_PLAIN, CMD_LANGUAGE, CMD_LANGUAGE, CMD_INPUT, CMD_PLAIN, CMD_TARGET,
        CMD_TARGET};
    assert_int_equal(cmd->n, sizeof roles / sizeof roles[0]);
    for (int i = 0; i < cmd->n; i++)
        assert_int_equal(cmd->role[i], roles[i]);
    assert_int_equal(cmd->n_inputs, 1);
    cmd_free(&line.cmd);
}

/* The words that decide how a line's files read, separated by blanks. */
static void expect_reading(const char *text, const char *wanted)
{
    struct line line;
    struct words words = {0};
    char found[512] = "";
    reading_words(parse(&line, text), &words);
    for (int i = 0; i < words.n; i++) {
        strcat(found, i > 0 ? " " : "");
        strcat(found, words.word[i]);
    }
    assert_string_equal(found, wanted);
    cmd_free(&line.cmd);
}

static void test_reading(void **state)
{
    (void)state;
    expect_reading("-O2 -g -Wall -DX -I inc a.c -lm", "-O2 -DX -I inc");
    expect_reading("--define-macro X --define-macro=Y --undefine-macro=Z a.c",
        "--define-macro X --define-macro=Y --undefine-macro=Z");
    expect_reading("--include-directory=i --include-directory j --imacros=k --include=l a.c",
        "--include-directory=i --include-directory j --imacros=k --include=l");
    expect_reading("-includea.h -imacrosb.h -isystemc a.c", "-includea.h -imacrosb.h -isystemc");
    expect_reading("-Wp,-DX,-v,-include,x.h,-MD,d -DY a.c", "-DY -DX -include x.h");
    expect_reading("-Xpreprocessor -U -Xclang X -Xlinker -DZ -DY a.c", "-DY -U X");
    expect_reading("-Wp, -Wp,, a.c -Xclang", "");
}

static void expect_flags(const char *text, bool no_libraries, bool foreign, bool header)
{
    struct line line;
    const struct cmd *cmd = parse(&line, text);
    assert_int_equal(cmd->no_libraries, no_libraries);
    assert_int_equal(cmd->foreign, foreign);
    assert_int_equal(cmd->header, header);
    cmd_free(&line.cmd);
}

static void test_flags(void **state)
{
    (void)state;
    expect_flags("a.c", false, false, false);
    expect_flags("-nostdlib a.o", true, false, false);
    expect_flags("-r a.o b.o", true, false, false);
    expect_flags("-rdynamic a.o", false, false, false);
    expect_flags("-m32 a.c", false, true, false);
    expect_flags("-m64 a.c", false, false, false);
    expect_flags("--target=arm-none-eabi a.c", false, true, false);
    expect_flags("--sysroot root a.c", false, false, false);
    expect_flags("a.h", false, false, true);
}

/* An option whose argument is missing is the compiler's to complain about. */
static void test_missing_argument(void **state)
{
    (void)state;
    struct line line;
    assert_null(parse(&line, "a.c -o")->output);
    cmd_free(&line.cmd);
    expect_sources("a.c -x", "a.c");
    expect_sources("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_arguments_are_no_inputs),
        cmocka_unit_test(test_outputs),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_missing_argument),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
