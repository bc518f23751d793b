#include "driver/host.h"
#include "driver/process.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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
    return role == CMD_MACHINE || role == CMD_TARGET || role == CMD_DIALECT;
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

static bool redirect(int descriptor, const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    return file >= 0 && (file == descriptor || dup2(file, descriptor) >= 0);
}

_Noreturn static void become(pid_t parent, const struct list *list, const char *out, const char *err)
{
    process_end_with(parent, SIGTERM);
    if (redirect(STDOUT_FILENO, out) && redirect(STDERR_FILENO, err))
        execvp(list->item[0], (char *const *)list->item);
    _exit(127);
}

static bool run(const struct list *list, const char *out, const char *err)
{
    int status = -1;
    setenv("LC_ALL", "C", 1);
    unsetenv("DEPENDENCIES_OUTPUT");
    unsetenv("SUNPRO_DEPENDENCIES");
    pid_t parent = getpid(), child = fork();
    if (child == 0)
        become(parent, list, out, err);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
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

/* Options about types and the machine that clang has, too; of the others for machines, macros tell. */
static bool is_of_clang(const char *word, enum cmd_role role)
{
    static const char *const known[] = {"-fshort-enums", "-fms-extensions", "-m16", "-m32", "-mx32", "-m64",
        "-mbig-endian", "-mlittle-endian", "-mlong-double-64", "-mlong-double-80", "-mlong-double-128",
        "-mms-bitfields", "-mno-ms-bitfields", "-fshort-wchar", "-fno-short-wchar"};
    bool found =
        role == CMD_LANGUAGE || role == CMD_DIALECT || (role == CMD_TARGET && strncmp(word, "-m", 2) != 0);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        found = found || strcmp(word, known[i]) == 0;
    return found || strncmp(word, "-fpack-struct=", 14) == 0;
}

/* The line "Target: aarch64-linux-gnu" of what gcc and clang print under -v. */
static const char *target_of(struct naas_ctx *ctx, const char *text)
{
    static const char title[] = "Target: ";
    const char *at = strstr(text, title);
    while (at && at != text && at[-1] != '\n')
        at = strstr(at + 1, title);
    if (!at)
        return NULL;
    at += strlen(title);
    return naas_format(ctx, "--target=%.*s", (int)strcspn(at, " \r\n"), at);
}

/* What clang has to be told besides the host's macros: the machine, as far as it decides types. */
static struct list frontend_args(
    struct naas_ctx *ctx, const struct cmd *cmd, const char *target, const char *macros, const char *types)
{
    struct list list = {0};
    if (target)
        add(ctx, &list, target);
    for (int i = 0; i < cmd->n; i++)
        if (is_of_clang(cmd->word[i], cmd->role[i]))
            add(ctx, &list, cmd->word[i]);
    add(ctx, &list, strstr(macros, "#define __CHAR_UNSIGNED__ ") ? "-funsigned-char" : "-fsigned-char");
    add(ctx, &list, "-include");
    add(ctx, &list, types);
    return list;
}

/* Should clang take the machine for another one, it says so instead of reading the file wrongly. */
static enum naas_status write_types(struct naas_ctx *ctx, const char *path)
{
    static const char *const types[][2] = {{"short", "SHORT"}, {"int", "INT"}, {"long", "LONG"},
        {"long long", "LONG_LONG"}, {"void *", "POINTER"}, {"float", "FLOAT"}, {"double", "DOUBLE"},
        {"long double", "LONG_DOUBLE"}, {"__typeof__(L'a')", "WCHAR_T"}};
    struct naas_buf text = naas_buf_new(ctx);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        naas_buf_printf(&text,
            "#ifdef __SIZEOF_%s__\n"
            "_Static_assert(sizeof(%s) == __SIZEOF_%s__, \"%s has another size in the compiler\");\n#endif\n",
            types[i][1], types[i][0], types[i][1], types[i][0]);
    return naas_write_file(ctx, path, text.text, text.length);
}

enum naas_status host_ask(
    struct naas_ctx *ctx, const char *folder, int n, char **words, struct fe_options *options)
{
    const char *macros = naas_format(ctx, "%s/.macros", folder);
    const char *search = naas_format(ctx, "%s/.search", folder);
    const char *types = naas_format(ctx, "%s/.types.h", folder);
    struct cmd cmd;
    char *defined, *said;
    if (n == 0 || !cmd_parse(&cmd, n, words))
        return NAAS_INTERNAL;
    struct list ask = question(ctx, &cmd);
    bool answered = run(&ask, macros, search);
    enum naas_status status = answered ? naas_read_file(ctx, search, &said, NULL) : NAAS_SYSTEM;
    if (status == NAAS_OK)
        status = naas_read_file(ctx, macros, &defined, NULL);
    if (status == NAAS_OK)
        status = write_types(ctx, types);
    if (status == NAAS_OK) {
        struct list args = frontend_args(ctx, &cmd, target_of(ctx, said), defined, types);
        struct list system = search_list(ctx, said);
        *options = (struct fe_options){.n_args = args.n,
            .args = args.item,
            .host_macros = macros,
            .n_system = system.n,
            .system = system.item};
    }
    cmd_free(&cmd);
    if (!answered)
        naas_diag(
            ctx, NAAS_WARNING, (struct naas_loc){0}, "'%s' does not say which macros it defines", words[0]);
    return status;
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

static bool run_question(struct naas_ctx *ctx, int n, char **words, int n_last, const char *const *last,
    const char *out, const char *messages)
{
    struct cmd cmd;
    if (n == 0 || !cmd_parse(&cmd, n, words))
        return false;
    struct list list = command(ctx, &cmd, n_last, last);
    cmd_free(&cmd);
    return run(&list, out, messages);
}

bool host_run(struct naas_ctx *ctx, const char *folder, int n, char **words, int n_last,
    const char *const *last, char **messages)
{
    const char *said = naas_format(ctx, "%s/.messages", folder);
    bool right = run_question(ctx, n, words, n_last, last, naas_format(ctx, "%s/.printed", folder), said);
    if (messages && naas_read_file(ctx, said, messages, NULL) != NAAS_OK)
        *messages = "";
    return right;
}

bool host_print(
    struct naas_ctx *ctx, const char *folder, int n, char **words, const char *option, char **text)
{
    const char *out = naas_format(ctx, "%s/.printed", folder);
    return run_question(ctx, n, words, 1, &option, out, naas_format(ctx, "%s/.messages", folder)) &&
           naas_read_file(ctx, out, text, NULL) == NAAS_OK;
}

bool host_run_program(struct naas_ctx *ctx, const char *folder, int n, const char *const *words, char **text)
{
    const char *out = naas_format(ctx, "%s/.printed", folder);
    struct list list = {0};
    for (int i = 0; i < n; i++)
        add(ctx, &list, words[i]);
    add(ctx, &list, NULL);
    return run(&list, out, naas_format(ctx, "%s/.messages", folder)) &&
           naas_read_file(ctx, out, text, NULL) == NAAS_OK;
}
