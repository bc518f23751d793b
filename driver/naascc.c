/*
 * naascc: stands in for the host compiler. A command without an annotated C file becomes that compiler by one
 * exec, with nothing changed but our own options taken out and the runtime library put at the end of a link.
 * For an annotated file, naascc1 writes a translation into a temporary folder, and the compiler gets that in
 * the place of the input. Whatever goes wrong on the way, the file is compiled as it is. Links with libc
 * only.
 */
#include "driver/command.h"
#include "driver/depfile.h"
#include "driver/gather.h"
#include "driver/naascc1.h"
#include "driver/once.h"
#include "driver/options.h"
#include "driver/process.h"
#include "driver/reading.h"
#include "driver/response.h"
#include "driver/scan.h"
#include "driver/usage.h"
#include "driver/words.h"
#include "naas_config.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct work {
    struct options options;
    struct words own;     /* our options as they were typed */
    struct words foreign; /* all others, response files replaced by their words */
    struct words typed;   /* all others as they were typed */
    struct host host;
    struct cmd cmd;
    const char *bin;      /* folder of this program */
    char **replacement;   /* per word of cmd: the translation, or NULL, */
    bool *compiled;       /* or the object made of it */
    int *kept;            /* what came out of a fifo; 0: it is none */
    struct words records; /* files that hold nests left to the link */
    char *kernels;        /* the object made of them, or NULL */
    const char *refused;  /* an input that naascc1 says the compiler will not take; NULL: none */
    char *runtime;        /* the library for another machine, or NULL */
    struct session session;
};

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

static bool is_stdin(const char *input)
{
    return strcmp(input, "-") == 0;
}

static bool any_input_readable(const struct cmd *cmd)
{
    for (int i = 0; i < cmd->n; i++)
        if (cmd->role[i] == CMD_INPUT && (is_stdin(cmd->word[i]) || access(cmd->word[i], R_OK) == 0))
            return true;
    return false;
}

/* Objects compiled earlier may call the runtime, and only the linker can see it, so every link gets the
 * library; unused, an archive adds nothing. Links that take no libraries stay as they are. */
static bool takes_runtime(const struct cmd *cmd)
{
    return cmd->mode == CMD_LINK && !cmd->header && !cmd->no_libraries && any_input_readable(cmd);
}

/* For the linker only: a further input would change the names that the compiler gives to its side files. */
static void add_linked(struct words *words, const char *file)
{
    words_add(words, "-Xlinker");
    words_add(words, file);
}

static void add_runtime(const struct work *work, struct words *words)
{
    const struct cmd *cmd = &work->cmd;
    if (!takes_runtime(cmd))
        return;
    char *library =
        cmd->foreign ? work->runtime : words_format("%s/" NAAS_LIB_DIR "/libnaas_rt.a", work->bin);
    if (!library || access(library, R_OK) != 0)
        return;
    if (work->kernels)
        add_linked(words, work->kernels);
    add_linked(words, library);
}

/* The compiler can read fifos, which we have emptied, once more. */
static void feed_fifos(const struct work *work, pid_t *feeder)
{
    for (int i = 0; i < work->cmd.n; i++)
        feeder[i] = work->kept[i] && !work->replacement[i] ? once_feed(work->cmd.word[i], work->kept[i]) : 0;
}

static struct words unchanged_command(const struct work *work, const struct words *given)
{
    struct words words = {0};
    words_add_all(&words, work->host.n, work->host.word);
    words_add_all(&words, given->n, given->word);
    add_runtime(work, &words);
    return words;
}

static void become(const struct work *work, const struct words *given)
{
    struct words words = unchanged_command(work, given);
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

/* The folder part of a path with its slash: "src/" of "src/conv.c", "" of "conv.c". */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return words_format("%.*s", slash ? (int)(slash - path + 1) : 0, path);
}

static void add_as(struct words *words, const char *language, const char *file, const char *following)
{
    words_add(words, "-x");
    words_add(words, language);
    words_add(words, file);
    words_add(words, "-x");
    words_add(words, following ? following : "none");
}

/* An input as a word of a command. A translation is to be preprocessed, whatever its source was. */
static void add_input(const struct work *work, struct words *words, int i)
{
    const struct cmd *cmd = &work->cmd;
    const char *file = work->replacement[i];
    if (file && work->compiled[i])
        add_as(words, "none", file, cmd->language[i]);
    else if (file && cmd->preprocessed[i])
        add_as(words, "c", file, cmd->language[i]);
    else
        words_add(words, file ? file : cmd->word[i]);
}

/* #include "..." looks beside this file, too. */
static void add_folder(struct words *words, const char *source)
{
    const char *folder = folder_of(source);
    words_add(words, "-iquote");
    words_add(words, *folder ? folder : ".");
}

/* #include "..." of a translation still looks beside its source first. */
static void add_folders(const struct work *work, struct words *words, int i)
{
    const char *source = work->cmd.word[i];
    if (!work->replacement[i] || work->compiled[i] || is_stdin(source))
        return;
    add_folder(words, source);
}

/* __FILE__, __BASE_FILE__ and debug information name the source. Behind the user's own maps: the last one
 * that fits a name counts. */
static void add_map(const struct work *work, struct words *words, int i)
{
    const char *source = work->cmd.word[i];
    if (work->replacement[i] && !work->compiled[i] && !is_stdin(source))
        words_add(words,
            words_format("-ffile-prefix-map=%s=%s", folder_of(work->replacement[i]), folder_of(source)));
}

enum { EVERY_INPUT = -1 };

/* The compile of the translations, of all inputs or of one. naas_rt.h is found last of all. */
static struct words translated_command(const struct work *work, int only)
{
    const struct cmd *cmd = &work->cmd;
    struct words words = {0};
    words_add_all(&words, work->host.n, work->host.word);
    for (int i = 0; i < cmd->n; i++)
        if (only == EVERY_INPUT || only == i)
            add_folders(work, &words, i);
    words_add(&words, "-idirafter");
    words_add(&words, words_format("%s/" NAAS_INCLUDE_DIR, work->bin));
    for (int i = 0; i < cmd->n; i++)
        if (cmd->role[i] != CMD_INPUT || only == EVERY_INPUT || only == i)
            add_input(work, &words, i);
    for (int i = 0; i < cmd->n; i++)
        if (only == EVERY_INPUT || only == i)
            add_map(work, &words, i);
    if (only == EVERY_INPUT)
        add_runtime(work, &words);
    return words;
}

/* The options that say which machine programs are for. */
static void add_target(const struct work *work, struct words *words)
{
    for (int i = 0; i < work->cmd.n; i++)
        if (work->cmd.role[i] == CMD_TARGET)
            words_add(words, work->cmd.word[i]);
}

/* With the options that decide how a source reads; the runtime library heeds those for the machine alone. */
static struct words naascc1_command(const struct work *work, const char *source, const char *folder)
{
    struct words words = {0};
    words_add(&words, words_format("%s/" NAAS_LIBEXEC_DIR "/naascc1", work->bin));
    words_add(&words, source);
    words_add(&words, folder);
    words_add(&words, words_format("%s/" NAAS_DATA_DIR, work->bin));
    words_add_all(&words, work->own.n, work->own.word);
    words_add(&words, "--");
    words_add_all(&words, work->host.n, work->host.word);
    if (strcmp(source, NAASCC1_RUNTIME) == 0)
        add_target(work, &words);
    else
        reading_words(&work->cmd, &words);
    return words;
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
    bool from_stdin = is_stdin(work->cmd.word[i]);
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
    struct words words = naascc1_command(work, kept ? words_format("/dev/fd/%d", kept) : source, folder);
    if (kept || from_stdin)
        add_folder(&words, from_stdin ? "" : source);
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
        const char *folder = work->replacement[i] ? folder_of(work->cmd.word[i]) : NULL;
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
        struct words words = translated_command(work, i);
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
    static const char *const options[] = {"-O2", "-fPIC", "-w", "-c", "-o"};
    char *object = words_format("%s/naas_kernels.o", folder);
    struct words words = {0};
    words_add_all(&words, work->host.n, work->host.word);
    add_target(work, &words);
    words_add(&words, "-idirafter");
    words_add(&words, words_format("%s/" NAAS_INCLUDE_DIR, work->bin));
    words_add_all(&words, sizeof options / sizeof options[0], (char *const *)options);
    words_add(&words, object);
    words_add(&words, words_format("%s/" NAASCC1_KERNELS, folder));
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
    if (!takes_runtime(&work->cmd))
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
    struct words words = naascc1_command(work, NAASCC1_LINK, folder);
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
    return work->cmd.foreign && called && takes_runtime(&work->cmd);
}

/* Without it the linker says what is missing, if anything is. */
static void make_runtime(struct work *work)
{
    char *folder = words_format("%s/runtime", work->session.folder);
    if (mkdir(folder, 0700) != 0)
        return;
    struct words words = naascc1_command(work, NAASCC1_RUNTIME, folder);
    if (check_translator(work, program_name(work), run(work, &words, work->options.timeout)))
        work->runtime = words_format("%s/" NAASCC1_LIBRARY, folder);
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
            n > 0 ? translated_command(work, EVERY_INPUT) : unchanged_command(work, &work->foreign);
        status = run_compiler(work, &words);
    }
    for (int i = 0; i < cmd->n; i++)
        if (work->replacement[i])
            depfile_rename(cmd, cmd->word[i], work->replacement[i],
                words_format("%s/%d/" NAASCC1_INPUTS, work->session.folder, i));
    depfile_give(&work->cmd, dependencies);
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
    if (is_stdin(input) || (fifo && descriptor >= 0)) {
        if (!once_keep_descriptor(descriptor))
            fail(words_format(
                "cannot read %s: %s", is_stdin(input) ? "standard input" : input, strerror(errno)));
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
    if (work.options.enabled && !inner && takes_runtime(&work.cmd))
        gather_records(&work.cmd, &work.records);
    if (annotated || work.records.n > 0 || (!inner && lacks_runtime(&work)))
        compile_translated(&work, annotated);
    compile_unchanged(&work);
}
