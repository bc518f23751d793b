/*
 * naascc: stands in for the host compiler. A command without an annotated C file becomes that compiler by one
 * exec, with nothing changed but our own options taken out and the runtime library put at the end of a link.
 * For an annotated file, naascc1 writes a translation into a temporary folder, and the compiler gets that in
 * the place of the input. Whatever goes wrong on the way, the file is compiled as it is. Links with libc
 * only.
 */
#include "driver/depfile.h"
#include "driver/gather.h"
#include "driver/naascc1.h"
#include "driver/once.h"
#include "driver/response.h"
#include "driver/scan.h"
#include "driver/usage.h"
#include "driver/work.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

_Noreturn static void fail(const char *message)
{
    fprintf(stderr, "naascc: error: %s\n", message);
    exit(1);
}

/* ---- the command line ---- */

static void split_words(
    struct options *options, const struct words *from, struct words *own, struct words *foreign)
{
    char message[512];
    options_default(options);
    for (int i = 0; i < from->n; i++) {
        switch (options_take(options, from->word[i], message, sizeof message)) {
        case OPTION_TAKEN:
            words_add(own, from->word[i]);
            break;
        case OPTION_FOREIGN:
            words_add(foreign, from->word[i]);
            break;
        case OPTION_WRONG:
            fail(message);
        }
    }
}

static void read_command_line(struct work *work, int n, char **argv)
{
    struct words typed = {0}, all = {0}, ignored = {0};
    words_add_all(&typed, n, argv);
    response_expand(&all, n, argv);
    split_words(&work->options, &typed, &ignored, &work->typed);
    split_words(&work->options, &all, &work->own, &work->foreign);
}

static bool has_word(const struct cmd *cmd, const char *word)
{
    for (int i = 0; i < cmd->n; i++)
        if (strcmp(cmd->word[i], word) == 0)
            return true;
    return false;
}

/* ---- the commands we run ---- */

/* The compiler can read fifos, which we have emptied, once more. */
static void feed_fifos(const struct work *work, pid_t *feeder)
{
    for (int i = 0; i < work->cmd.n; i++)
        feeder[i] = work->kept[i] && !work->replacement[i] ? once_feed(work->cmd.word[i], work->kept[i]) : 0;
}

static void become(const struct work *work, const struct words *given)
{
    struct words words = work_unchanged(work, given);
    pid_t *feeder = calloc((size_t)work->cmd.n + 1, sizeof *feeder);
    if (feeder)
        feed_fifos(work, feeder);
    execv(words.word[0], words.word);
    for (int i = 0; feeder && i < work->cmd.n; i++)
        once_stop(feeder[i]);
    free(feeder);
}

/* With what stands in response files typed out, since some can be read once only, unless that is too much. */
_Noreturn static void compile_unchanged(const struct work *work)
{
    become(work, &work->foreign);
    if (errno == E2BIG)
        become(work, &work->typed);
    fail(words_format("cannot run '%s': %s", work->host.word[0], strerror(errno)));
}

/* The same command; when it is long, its words stand in a response file. */
static struct words shorten(const struct work *work, const struct words *words)
{
    enum { LONG = 100000 }; /* bytes; Linux takes 131072 at least */
    size_t length = 0;
    for (int i = 0; i < words->n; i++)
        length += strlen(words->word[i]) + 1;
    struct words brief = {0};
    char *file = words_format("%s/arguments", work->session.folder);
    int kept = work->host.n;
    if (length < LONG || strcmp(words->word[0], work->host.word[0]) != 0 ||
        !response_write(file, words->n - kept, words->word + kept))
        return *words;
    words_add_all(&brief, kept, words->word);
    words_add(&brief, words_format("@%s", file));
    return brief;
}

static int run(struct work *work, const struct words *words, int seconds)
{
    if (has_word(&work->cmd, "-v")) {
        for (int i = 0; i < words->n; i++)
            fprintf(stderr, " \"%s\"", words->word[i]);
        fputc('\n', stderr);
    }
    struct words brief = shorten(work, words);
    return session_run(&work->session, brief.word, seconds);
}

/* The compiler of the user's files. */
static int run_compiler(struct work *work, const struct words *words)
{
    pid_t *feeder = calloc((size_t)work->cmd.n + 1, sizeof *feeder);
    if (!feeder)
        fail("out of memory");
    feed_fifos(work, feeder);
    int status = run(work, words, 0);
    for (int i = 0; i < work->cmd.n; i++)
        once_stop(feeder[i]);
    free(feeder);
    return status;
}

static bool succeeded(int status)
{
    return status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- translating ---- */

/* A failure of ours must not break the user's build, unless he asked for it. */
static void complain(struct work *work, const char *source, const char *reason)
{
    fprintf(stderr, "%s: %s: no nest is mapped: %s\n", source, work->options.errors ? "error" : "warning",
        reason);
    if (work->options.errors)
        session_end(&work->session, -1);
}

/* Ends the process when the user interrupted it or naascc1 found an error; true when the translation is
 * there. */
static bool check_translator(struct work *work, const char *source, int status)
{
    if (work->session.signal)
        session_end(&work->session, status);
    if (status == -1) {
        complain(work, source, strerror(errno));
    } else if (WIFSIGNALED(status)) {
        const char *late =
            words_format("it took more than %d seconds (-fnaas-timeout)", work->options.timeout);
        const char *crash = words_format("naascc1 crashed (%s)", strsignal(WTERMSIG(status)));
        complain(work, source, WTERMSIG(status) == SIGALRM ? late : crash);
    } else if (WEXITSTATUS(status) == NAASCC1_WRITTEN) {
        return true;
    } else if (WEXITSTATUS(status) == NAASCC1_ERROR) {
        session_end(&work->session, status);
    } else if (WEXITSTATUS(status) == NAASCC1_REFUSED) {
        work->refused = source;
    } else if (WEXITSTATUS(status) != NAASCC1_NOTHING) {
        complain(work, source, "naascc1 did not run to its end");
    }
    return false;
}

/* The compiler reads the translation where it would have read the source. */
static char *replace_stdin(const char *file)
{
    int opened = open(file, O_RDONLY | O_CLOEXEC);
    if (opened < 0 || dup2(opened, STDIN_FILENO) < 0)
        fail(words_format("cannot read '%s': %s", file, strerror(errno)));
    close(opened);
    return "-";
}

/* Of an input that naascc1 gets under another one. */
static bool write_name(const char *folder, const char *name)
{
    char *path = words_format("%s/" NAASCC1_NAME, folder);
    FILE *file = fopen(path, "we");
    bool written = file && fputs(name, file) >= 0;
    free(path);
    return file && fclose(file) == 0 && written;
}

/* Translations keep the name of their source, from which compilers derive the names of objects and side
 * files. */
static char *translate(struct work *work, int i)
{
    bool from_stdin = work_is_stdin(work->cmd.word[i]);
    const char *source = from_stdin ? "/dev/stdin" : work->cmd.word[i];
    const char *slash = strrchr(source, '/');
    char *folder = words_format("%s/%d", work->session.folder, i);
    if (mkdir(folder, 0700) != 0) {
        complain(work, source, strerror(errno));
        return NULL;
    }
    int kept = work->kept[i];
    if (kept && !write_name(folder, source)) {
        complain(work, source, strerror(errno));
        return NULL;
    }
    struct words words = work_naascc1(work, kept ? words_format("/dev/fd/%d", kept) : source, folder);
    if (kept || from_stdin)
        work_add_folder(&words, from_stdin ? "" : source);
    if (!check_translator(work, source, run(work, &words, work->options.timeout)))
        return NULL;
    char *file = words_format("%s/%s", folder, slash ? slash + 1 : source);
    return from_stdin ? replace_stdin(file) : file;
}

/* Then one -iquote would lead translations to each other's headers. */
static bool in_several_folders(const struct work *work)
{
    const char *first = NULL;
    for (int i = 0; i < work->cmd.n; i++) {
        const char *folder = work->replacement[i] ? work_folder_of(work->cmd.word[i]) : NULL;
        if (folder && first && strcmp(first, folder) != 0)
            return true;
        first = first ? first : folder;
    }
    return false;
}

/* One compile after the other: of every input; for a link of the translated ones, to objects of ours. The
 * status of the first that fails. */
static int compile_apart(struct work *work)
{
    const struct cmd *cmd = &work->cmd;
    bool links = cmd->mode == CMD_LINK;
    int status = 0;
    for (int i = 0; i < cmd->n && succeeded(status); i++) {
        if (cmd->role[i] != CMD_INPUT || (links && !work->replacement[i]))
            continue;
        struct words words = work_translated(work, i);
        char *object = words_format("%s/%d/translated.o", work->session.folder, i);
        if (links) {
            words_add(&words, "-c");
            words_add(&words, "-o");
            words_add(&words, object);
        }
        status = run_compiler(work, &words);
        if (links) {
            work->replacement[i] = object;
            work->compiled[i] = true;
        }
    }
    return status;
}

/* ---- kernels of the whole program ---- */

static char *compile_kernels(struct work *work, const char *folder)
{
    char *object = words_format("%s/naas_kernels.o", folder);
    struct words words = work_kernels(work, words_format("%s/" NAASCC1_KERNELS, folder), object);
    return succeeded(run(work, &words, 0)) ? object : NULL;
}

static const char *program_name(const struct work *work)
{
    return work->cmd.output ? work->cmd.output : "a.out";
}

/* Makes the kernels that the objects of this link left to it. Without them the program runs the original
 * loops. */
static void make_kernels(struct work *work)
{
    const char *what = program_name(work);
    if (!work_takes_runtime(work))
        return;
    for (int i = 0; i < work->cmd.n; i++) {
        char *record = words_format("%s/%d/" NAASCC1_RECORD, work->session.folder, i);
        if (access(record, R_OK) == 0)
            words_add(&work->records, record);
    }
    if (work->records.n == 0)
        return;
    char *folder = words_format("%s/kernels", work->session.folder);
    if (mkdir(folder, 0700) != 0) {
        complain(work, what, strerror(errno));
        return;
    }
    struct words words = work_naascc1(work, NAASCC1_LINK, folder);
    words_add(&words, "--");
    words_add_all(&words, work->records.n, work->records.word);
    if (!check_translator(work, what, run(work, &words, work->options.timeout)))
        return;
    work->kernels = compile_kernels(work, folder);
    if (!work->kernels)
        complain(work, what, "the kernels do not compile");
}

/* ---- another machine ---- */

/* This link is for another machine, and its programs call the runtime library. */
static bool lacks_runtime(const struct work *work)
{
    bool called = work->kernels || gather_calls(&work->cmd);
    for (int i = 0; i < work->cmd.n; i++)
        called = called || work->replacement[i];
    return work->cmd.foreign && called && work_takes_runtime(work);
}

/* Without it the linker says what is missing, if anything is. */
static void make_runtime(struct work *work)
{
    char *folder = words_format("%s/runtime", work->session.folder);
    if (mkdir(folder, 0700) != 0)
        return;
    struct words words = work_naascc1(work, NAASCC1_RUNTIME, folder);
    if (check_translator(work, program_name(work), run(work, &words, work->options.timeout)))
        work->runtime = words_format("%s/" NAASCC1_LIBRARY, folder);
}

/* A translation that does not compile must not break a build either: where the sources compile as they are,
 * that is what the user gets. What the compiler says of them, it has said of the translations. */
static int compile_as_written(struct work *work, int status)
{
    const char *source = NULL;
    for (int i = 0; i < work->cmd.n; i++) {
        if (!work->replacement[i])
            continue;
        if (work_is_stdin(work->cmd.word[i]))
            return status;
        source = source ? source : work->cmd.word[i];
        work->replacement[i] = NULL;
    }
    work->kernels = NULL;
    int silence = open("/dev/null", O_WRONLY | O_CLOEXEC);
    int messages = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    if (silence < 0 || messages < 0 || dup2(silence, STDERR_FILENO) < 0)
        return status;
    struct words words = work_unchanged(work, &work->foreign);
    int again = run_compiler(work, &words);
    dup2(messages, STDERR_FILENO);
    close(messages);
    close(silence);
    if (!succeeded(again))
        return status;
    complain(work, source, "the translation does not compile");
    return again;
}

_Noreturn static void compile_translated(struct work *work, const bool *annotated)
{
    const struct cmd *cmd = &work->cmd;
    int n = 0;
    session_begin(&work->session);
    if (!session_folder(&work->session)) {
        fprintf(stderr, "naascc: warning: no nest is mapped: no temporary folder: %s\n", strerror(errno));
        session_leave(&work->session);
        compile_unchanged(work);
    }
    for (int i = 0; i < cmd->n; i++) {
        work->replacement[i] = annotated && annotated[i] ? translate(work, i) : NULL;
        n += work->replacement[i] != NULL;
    }
    make_kernels(work);
    if (lacks_runtime(work))
        make_runtime(work);
    if (n == 0 && !work->kernels && !work->runtime && !work->refused) {
        session_leave(&work->session);
        compile_unchanged(work);
    }
    const char *dependencies = depfile_take(&work->cmd, work->session.folder);
    int status = in_several_folders(work) ? compile_apart(work) : 0;
    if (succeeded(status) && (cmd->mode == CMD_LINK || !in_several_folders(work))) {
        struct words words =
            n > 0 ? work_translated(work, WORK_EVERY_INPUT) : work_unchanged(work, &work->foreign);
        status = run_compiler(work, &words);
    }
    for (int i = 0; i < cmd->n; i++)
        if (work->replacement[i])
            depfile_rename(cmd, cmd->word[i], work->replacement[i],
                words_format("%s/%d/" NAASCC1_INPUTS, work->session.folder, i));
    depfile_give(&work->cmd, dependencies);
    if (n > 0 && WIFEXITED(status) && WEXITSTATUS(status) != 0 && !work->options.errors)
        status = compile_as_written(work, status);
    if (work->refused && succeeded(status))
        complain(work, work->refused, "the compiler takes it, but with options that naascc1 does not know");
    session_end(&work->session, status);
}

/* Dumps take the place of compiling, as -E does. */
_Noreturn static void dump(struct work *work)
{
    const struct cmd *cmd = &work->cmd;
    int n = 0;
    session_begin(&work->session);
    if (!session_folder(&work->session))
        fail(words_format("no temporary folder: %s", strerror(errno)));
    for (int i = 0; i < cmd->n; i++) {
        if (cmd->c_source[i])
            translate(work, i);
        n += cmd->c_source[i];
    }
    if (n == 0)
        fputs("naascc: error: there is no C file to dump\n", stderr);
    session_end(&work->session, n == 0 ? -1 : 0);
}

/* Inputs that can be read only once are kept. */
static bool scan_input(struct work *work, int i)
{
    const char *input = work->cmd.word[i];
    int descriptor = once_descriptor(input);
    bool fifo = once_is_fifo(input);
    if (work_is_stdin(input) || (fifo && descriptor >= 0)) {
        if (!once_keep_descriptor(descriptor))
            fail(words_format(
                "cannot read %s: %s", work_is_stdin(input) ? "standard input" : input, strerror(errno)));
        return scan_descriptor(descriptor);
    }
    if (!fifo)
        return scan_file(input);
    work->kept[i] = once_keep_fifo(input);
    if (work->kept[i] < 0)
        fail(words_format("cannot read '%s': %s", input, strerror(errno)));
    return scan_descriptor(work->kept[i]);
}

/* Says so before anything is begun. */
static void decline(const struct work *work, const char *source, const char *reason)
{
    fprintf(stderr, "%s: %s: no nest is mapped: %s\n", source, work->options.errors ? "error" : "warning",
        reason);
    if (work->options.errors)
        exit(1);
}

static bool is_include(const char *word)
{
    return strcmp(word, "-include") == 0 || strcmp(word, "--include") == 0;
}

/* The inputs that naascc1 is to look at; NULL when there are none. */
static bool *find_annotated(struct work *work)
{
    const struct cmd *cmd = &work->cmd;
    bool *annotated = calloc((size_t)cmd->n + 1, sizeof *annotated);
    bool any = false;
    if (!annotated)
        return NULL;
    for (int i = 0; i < cmd->n; i++) {
        annotated[i] = cmd->c_source[i] && scan_input(work, i);
        any = any || annotated[i];
        if (i > 0 && cmd->role[i] == CMD_LANGUAGE && is_include(cmd->word[i - 1]) && scan_file(cmd->word[i]))
            decline(work, cmd->word[i], "annotations count in the source file, not in what -include adds");
        if (cmd_is_cplusplus(cmd, i) && scan_file(cmd->word[i]))
            decline(work, cmd->word[i], "annotations count in C files only");
    }
    return any ? annotated : NULL;
}

/* The host compiler, as it was named, makes programs for another machine. */
static bool host_is_foreign(const struct host *host)
{
    struct cmd cmd;
    if (!cmd_parse(&cmd, host->n - 1, host->word + 1))
        fail("out of memory");
    bool foreign = host->cross || cmd.foreign;
    cmd_free(&cmd);
    return foreign;
}

int main(int argc, char **argv)
{
    struct work work = {0};
    char message[512];
    if (argc == 2 && strcmp(argv[1], "-fnaas-man") == 0) {
        usage_man();
        return 0;
    }
    work.bin = process_own_folder();
    read_command_line(&work, argc - 1, argv + 1);
    if (!work.bin || !process_find_host(&work.host, message, sizeof message))
        fail(work.bin ? message : "/proc is not mounted");
    if (!cmd_parse(&work.cmd, work.foreign.n, work.foreign.word))
        fail("out of memory");
    work.cmd.foreign = work.cmd.foreign || host_is_foreign(&work.host);
    work.replacement = calloc((size_t)work.cmd.n + 1, sizeof *work.replacement);
    work.compiled = calloc((size_t)work.cmd.n + 1, sizeof *work.compiled);
    work.kept = calloc((size_t)work.cmd.n + 1, sizeof *work.kept);
    if (!work.replacement || !work.compiled || !work.kept)
        fail("out of memory");
    if (has_word(&work.cmd, "--help"))
        usage_help();

    bool inner = work.host.depth > 0; /* the naascc above us has seen the sources already */
    if (work.options.enabled && !inner && work.options.dumps)
        dump(&work);
    bool *annotated =
        work.options.enabled && !inner && work.cmd.mode != CMD_OTHER ? find_annotated(&work) : NULL;
    if (work.options.enabled && !inner && work_takes_runtime(&work))
        gather_records(&work.cmd, &work.records);
    work.annotated = annotated != NULL;
    if (annotated || work.records.n > 0 || (!inner && lacks_runtime(&work)))
        compile_translated(&work, annotated);
    compile_unchanged(&work);
}
