#include "driver/host.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct list {
    int n, capacity;
    const char **item;
};

static void add(struct naas_ctx *ctx, struct list *list, const char *item)
{
    list->item = naas_grow(ctx, list->item, list->n, &list->capacity, sizeof *list->item);
    list->item[list->n++] = item;
}

/* May this word change what the compiler predefines or where its own headers lie? */
static bool is_about_host(enum cmd_role role)
{
    return role == CMD_MACHINE || role == CMD_DIALECT;
}

/* CC as a list for exec: its programs, what is about the host, and these last words. */
static struct list command(struct naas_ctx *ctx, const struct cmd *cmd, int n, const char *const *last)
{
    struct list list = {0};
    for (int i = 0; i < cmd->n; i++)
        if (cmd->role[i] == CMD_INPUT || is_about_host(cmd->role[i]))
            add(ctx, &list, cmd->word[i]);
    for (int i = 0; i < n; i++)
        add(ctx, &list, last[i]);
    add(ctx, &list, NULL);
    return list;
}

/* It prints macros to standard output and, to standard error, where it looks for headers. */
static struct list question(struct naas_ctx *ctx, const struct cmd *cmd)
{
    static const char *const ask[] = {"-v", "-dM", "-E", "-x", "c", "/dev/null"};
    return command(ctx, cmd, sizeof ask / sizeof ask[0], ask);
}

static bool run(const struct list *list, const char *out, const char *err)
{
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status = -1;
    setenv("LC_ALL", "C", 1);
    unsetenv("DEPENDENCIES_OUTPUT");
    unsetenv("SUNPRO_DEPENDENCIES");
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (posix_spawn(&child, list->item[0], &actions, NULL, (char *const *)list->item, environ) == 0)
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            ;
    posix_spawn_file_actions_destroy(&actions);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The lines between "#include <...> search starts here:" and "End of search list.", without the leading blank
 * and without what clang appends to frameworks. */
static struct list search_list(struct naas_ctx *ctx, char *text)
{
    struct list list = {0};
    bool inside = false;
    char *rest;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(line, "#include <...>", 14) == 0)
            inside = true;
        else if (strncmp(line, "End of search", 13) == 0)
            inside = false;
        else if (inside && line[0] == ' ')
            add(ctx, &list, line + 1);
    }
    return list;
}

/* What clang has to be told besides the host's macros. */
static struct list frontend_args(struct naas_ctx *ctx, const struct cmd *cmd)
{
    static const char *const types[] = {
        "-fsigned-char", "-funsigned-char", "-fshort-enums", "-fms-extensions"};
    struct list list = {0};
    for (int i = 0; i < cmd->n; i++) {
        bool wanted = cmd->role[i] == CMD_LANGUAGE || cmd->role[i] == CMD_DIALECT;
        for (size_t k = 0; k < sizeof types / sizeof types[0]; k++)
            wanted = wanted || strcmp(cmd->word[i], types[k]) == 0;
        if (wanted)
            add(ctx, &list, cmd->word[i]);
    }
    return list;
}

enum naas_status host_ask(
    struct naas_ctx *ctx, const char *folder, int n, char **words, struct fe_options *options)
{
    const char *macros = naas_format(ctx, "%s/.macros", folder);
    const char *search = naas_format(ctx, "%s/.search", folder);
    struct cmd cmd;
    char *text;
    if (n == 0 || !cmd_parse(&cmd, n, words))
        return NAAS_INTERNAL;
    struct list ask = question(ctx, &cmd);
    struct list args = frontend_args(ctx, &cmd);
    cmd_free(&cmd);
    if (!run(&ask, macros, search)) {
        naas_diag(
            ctx, NAAS_WARNING, (struct naas_loc){0}, "'%s' does not say which macros it defines", words[0]);
        return NAAS_SYSTEM;
    }
    enum naas_status status = naas_read_file(ctx, search, &text, NULL);
    if (status != NAAS_OK)
        return status;
    struct list system = search_list(ctx, text);
    *options = (struct fe_options){.n_args = args.n,
        .args = args.item,
        .host_macros = macros,
        .n_system = system.n,
        .system = system.item};
    return NAAS_OK;
}

int host_options(struct naas_ctx *ctx, int n, char **words, char ***options)
{
    struct list list = {0};
    struct cmd cmd;
    if (!cmd_parse(&cmd, n, words))
        return 0;
    for (int i = 0; i < cmd.n; i++)
        if (is_about_host(cmd.role[i]))
            add(ctx, &list, cmd.word[i]);
    cmd_free(&cmd);
    *options = (char **)list.item;
    return list.n;
}

/* The compiler with all its words and these last ones. */
static bool run_whole(struct naas_ctx *ctx, const char *folder, int n, char **words, int n_last,
    const char *const *last, const char *out)
{
    struct list list = {0};
    for (int i = 0; i < n; i++)
        add(ctx, &list, words[i]);
    for (int i = 0; i < n_last; i++)
        add(ctx, &list, last[i]);
    add(ctx, &list, NULL);
    return run(&list, out, naas_format(ctx, "%s/.messages", folder));
}

bool host_compiles(struct naas_ctx *ctx, const char *folder, int n, char **words, const char *source)
{
    const char *object = naas_format(ctx, "%s/.object.o", folder);
    const char *const ask[] = {"-w", "-c", "-x", "c", source, "-o", object};
    return run_whole(
        ctx, folder, n, words, sizeof ask / sizeof ask[0], ask, naas_format(ctx, "%s/.printed", folder));
}

enum naas_status host_preprocess(
    struct naas_ctx *ctx, const char *folder, int n, char **words, const char *source, char **text)
{
    const char *out = naas_format(ctx, "%s/.preprocessed", folder);
    const char *const ask[] = {"-E", "-x", "c", source};
    if (!run_whole(ctx, folder, n, words, sizeof ask / sizeof ask[0], ask, out))
        return NAAS_SYSTEM;
    return naas_read_file(ctx, out, text, NULL);
}

bool host_run(struct naas_ctx *ctx, const char *folder, int n, char **words, int n_last, const char **last)
{
    const char *messages = naas_format(ctx, "%s/.messages", folder);
    struct cmd cmd;
    if (n == 0 || !cmd_parse(&cmd, n, words))
        return false;
    struct list list = command(ctx, &cmd, n_last, last);
    cmd_free(&cmd);
    return run(&list, messages, messages);
}

bool host_run_program(struct naas_ctx *ctx, const char *folder, const char *program, char **text)
{
    const char *out = naas_format(ctx, "%s/.printed", folder);
    struct list list = {0};
    add(ctx, &list, program);
    add(ctx, &list, NULL);
    return run(&list, out, naas_format(ctx, "%s/.messages", folder)) &&
           naas_read_file(ctx, out, text, NULL) == NAAS_OK;
}
