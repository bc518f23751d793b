#include "driver/work.h"
#include "driver/naascc1.h"
#include "driver/reading.h"
#include "naas_config.h"
#include <string.h>
#include <unistd.h>

bool work_is_stdin(const char *input)
{
    return strcmp(input, "-") == 0;
}

static bool any_input_readable(const struct cmd *cmd)
{
    for (int i = 0; i < cmd->n; i++)
        if (cmd->role[i] == CMD_INPUT && (work_is_stdin(cmd->word[i]) || access(cmd->word[i], R_OK) == 0))
            return true;
    return false;
}

bool work_takes_runtime(const struct work *work)
{
    const struct cmd *cmd = &work->cmd;
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
    if (!work_takes_runtime(work))
        return;
    char *library =
        cmd->foreign ? work->runtime : words_format("%s/" NAAS_LIB_DIR "/libnaas_rt.a", work->bin);
    if (!library || access(library, R_OK) != 0)
        return;
    if (work->kernels)
        add_linked(words, work->kernels);
    add_linked(words, library);
}

/* A refused nest is compiled as it is, also under -Wall -Werror. */
static void add_tolerance(const struct work *work, struct words *words)
{
    if (work->annotated)
        words_add(words, "-Wno-error=unknown-pragmas");
}

struct words work_unchanged(const struct work *work, const struct words *given)
{
    struct words words = {0};
    words_add_all(&words, work->host.n, work->host.word);
    words_add_all(&words, given->n, given->word);
    add_tolerance(work, &words);
    add_runtime(work, &words);
    return words;
}

char *work_folder_of(const char *path)
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

void work_add_folder(struct words *words, const char *source)
{
    const char *folder = work_folder_of(source);
    words_add(words, "-iquote");
    words_add(words, *folder ? folder : ".");
}

/* #include "..." of a translation still looks beside its source first. */
static void add_folders(const struct work *work, struct words *words, int i)
{
    const char *source = work->cmd.word[i];
    if (!work->replacement[i] || work->compiled[i] || work_is_stdin(source))
        return;
    work_add_folder(words, source);
}

/* __FILE__, __BASE_FILE__ and debug information name the source. Behind the user's own maps: the last one
 * that fits a name counts. */
static void add_map(const struct work *work, struct words *words, int i)
{
    const char *source = work->cmd.word[i];
    if (work->replacement[i] && !work->compiled[i] && !work_is_stdin(source))
        words_add(words, words_format("-ffile-prefix-map=%s=%s", work_folder_of(work->replacement[i]),
                             work_folder_of(source)));
}

struct words work_translated(const struct work *work, int only)
{
    const struct cmd *cmd = &work->cmd;
    struct words words = {0};
    words_add_all(&words, work->host.n, work->host.word);
    for (int i = 0; i < cmd->n; i++)
        if (only == WORK_EVERY_INPUT || only == i)
            add_folders(work, &words, i);
    words_add(&words, "-idirafter");
    words_add(&words, words_format("%s/" NAAS_INCLUDE_DIR, work->bin));
    for (int i = 0; i < cmd->n; i++)
        if (cmd->role[i] != CMD_INPUT || only == WORK_EVERY_INPUT || only == i)
            add_input(work, &words, i);
    for (int i = 0; i < cmd->n; i++)
        if (only == WORK_EVERY_INPUT || only == i)
            add_map(work, &words, i);
    add_tolerance(work, &words);
    if (only == WORK_EVERY_INPUT)
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

struct words work_naascc1(const struct work *work, const char *source, const char *folder)
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

struct words work_kernels(const struct work *work, const char *source, const char *object)
{
    static const char *const options[] = {"-O2", "-fPIC", "-w", "-c", "-o"};
    struct words words = {0};
    words_add_all(&words, work->host.n, work->host.word);
    add_target(work, &words);
    words_add(&words, "-idirafter");
    words_add(&words, words_format("%s/" NAAS_INCLUDE_DIR, work->bin));
    words_add_all(&words, sizeof options / sizeof options[0], (char *const *)options);
    words_add(&words, object);
    words_add(&words, source);
    return words;
}
