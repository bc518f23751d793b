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
static struct list question(struct naas_ctx *ctx, const struct cmd *cmd, const char *path)
{
    const char *const ask[] = {"-v", "-dM", "-E", "-x", "c", path};
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
    static const char *const known[] = {"-fshort-enums", "-fno-short-enums", "-fms-extensions",
        "-fno-ms-extensions", "-fno-pack-struct", "-m16", "-m32", "-mx32", "-m64", "-mbig-endian",
        "-mlittle-endian", "-mlong-double-64", "-mlong-double-80", "-mlong-double-128", "-mms-bitfields",
        "-mno-ms-bitfields", "-fshort-wchar", "-fno-short-wchar"};
    bool found =
        role == CMD_LANGUAGE || role == CMD_DIALECT || (role == CMD_TARGET && strncmp(word, "-m", 2) != 0);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        found = found || strcmp(word, known[i]) == 0;
    return found || strncmp(word, "-fpack-struct=", 14) == 0;
}

/* Options that decide what a text means, and of which clang cannot be told; a value that changes nothing. */
static const char *untold(const struct cmd *cmd)
{
    static const char *const forms[][2] = {{"-fpack-struct", NULL}, {"-finput-charset=", "UTF-8"},
        {"-fexec-charset=", "UTF-8"}, {"-fwide-exec-charset=", NULL}, {"-funsigned-bitfields", NULL},
        {"-fno-signed-bitfields", NULL}, {"-fsingle-precision-constant", NULL}};
    for (int i = 0; i < cmd->n; i++)
        for (size_t k = 0; k < sizeof forms / sizeof forms[0]; k++) {
            const char *word = cmd->word[i];
            size_t n = strlen(forms[k][0]);
            bool found = strncmp(word, forms[k][0], n) == 0 && (forms[k][0][n - 1] == '=' || !word[n]);
            if (found && !(forms[k][1] && strcasecmp(word + n, forms[k][1]) == 0))
                return word;
        }
    return NULL;
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

/* ---- what texts ask of the compiler ---- */

/* Clang would answer for itself, whatever -undef says. */
static const char *const asking[] = {"__has_builtin", "__has_attribute", "__has_c_attribute", "__has_feature",
    "__has_extension", "__has_declspec_attribute", "__is_identifier"};
/* What it has besides, and gcc has not. */
static const char *const peculiar[] = {
    "__has_warning", "__has_constexpr_builtin", "__building_module", "__FILE_NAME__"};
enum { N_ASKING = sizeof asking / sizeof asking[0], N_PECULIAR = sizeof peculiar / sizeof peculiar[0] };

#define KNOWS "NAAS_KNOWS"

/* The answers are 0, 1, or when a standard took an attribute up. */
static void print_question(struct naas_buf *text, const char *name)
{
    static const char *const answers[] = {"0", "1", "201603L", "201803L", "201904L", "201907L", "201910L",
        "202003L", "202106L", "202202L", "202207L", "202311L"};
    for (int i = 0; i < N_ASKING; i++) {
        const char *what = name + strlen(FE_ASKED);
        size_t n = strlen(asking[i]);
        if (strncmp(what, asking[i], n) != 0 || what[n] != '_')
            continue;
        for (size_t k = 0; k < sizeof answers / sizeof answers[0]; k++)
            naas_buf_printf(text, "#if %s(%s) == %s\n#define %s() %s\n#endif\n", asking[i], what + n + 1,
                answers[k], name, answers[k]);
    }
}

/* What headers of glibc ask (2.36, sys/cdefs.h): known from the start, they cost no second question. */
static const char *const usual[] = {"__has_attribute___alloc_align__", "__has_attribute___alloc_size__",
    "__has_attribute___always_inline__", "__has_attribute___artificial__", "__has_attribute___const__",
    "__has_attribute___deprecated__", "__has_attribute___format__", "__has_attribute___format_arg__",
    "__has_attribute___indirect_return__", "__has_attribute___malloc__", "__has_attribute___nonnull__",
    "__has_attribute___nonstring__", "__has_attribute___copy__", "__has_attribute___noreturn__",
    "__has_attribute___nothrow__", "__has_attribute___pure__", "__has_attribute___returns_nonnull__",
    "__has_attribute___unused__", "__has_attribute___used__", "__has_attribute___warn_unused_result__",
    "__has_builtin___builtin_expect"};

/* What the compiler is to predefine macros for: a macro KNOWS<name> says that it has this one. */
static enum naas_status write_question(struct naas_ctx *ctx, const char *path)
{
    struct naas_buf text = naas_buf_new(ctx);
    for (int i = 0; i < N_ASKING + N_PECULIAR; i++) {
        const char *name = i < N_ASKING ? asking[i] : peculiar[i - N_ASKING];
        naas_buf_printf(&text, "#ifdef %s\n#define " KNOWS "%s\n#endif\n", name, name);
    }
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        print_question(&text, naas_format(ctx, FE_ASKED "%s", usual[i]));
    return naas_write_file(ctx, path, text.text, text.length);
}

/* So that clang stops where a text asks (frontend.h), or has no such macro, as the compiler. */
static enum naas_status write_macros(struct naas_ctx *ctx, const char *path, const char *defined)
{
    struct naas_buf text = naas_buf_new(ctx);
    naas_buf_puts(&text, defined);
    for (int i = 0; i < N_ASKING + N_PECULIAR; i++) {
        const char *name = i < N_ASKING ? asking[i] : peculiar[i - N_ASKING];
        if (!strstr(defined, naas_format(ctx, "#define " KNOWS "%s", name)))
            naas_buf_printf(&text, "#undef %s\n", name);
        else if (i < N_ASKING)
            naas_buf_printf(&text, "#define %s(x) " FE_ASKED "%s_##x()\n", name, name);
    }
    return naas_write_file(ctx, path, text.text, text.length);
}

/* Whom to ask again. */
struct answering {
    struct naas_ctx *ctx;
    const char *folder, *macros, *asked; /* asked: the file that the question is about */
    struct list question;
};

static bool answer(void *about, int n, const char *const *names)
{
    struct answering *answering = about;
    struct naas_ctx *ctx = answering->ctx;
    const char *answers = naas_format(ctx, "%s/.answers", answering->folder);
    struct naas_buf text = naas_buf_new(ctx), macros = naas_buf_new(ctx);
    char *old, *new, *rest;
    for (int i = 0; i < n; i++)
        print_question(&text, names[i]);
    if (naas_write_file(ctx, answering->asked, text.text, text.length) != NAAS_OK ||
        !run(&answering->question, answers, naas_format(ctx, "%s/.messages", answering->folder)) ||
        naas_read_file(ctx, answering->macros, &old, NULL) != NAAS_OK ||
        naas_read_file(ctx, answers, &new, NULL) != NAAS_OK)
        return false;
    naas_buf_puts(&macros, old);
    for (char *line = strtok_r(new, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (strncmp(line, "#define " FE_ASKED, strlen("#define " FE_ASKED)) == 0)
            naas_buf_printf(&macros, "%s\n", line);
    return naas_write_file(ctx, answering->macros, macros.text, macros.length) == NAAS_OK;
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
    const char *option = untold(&cmd);
    if (option) {
        naas_diag(ctx, NAAS_WARNING, (struct naas_loc){0},
            "no nest is mapped: with %s the compiler reads C otherwise than naascc", option);
        cmd_free(&cmd);
        return NAAS_UNSUPPORTED;
    }
    const char *asked = naas_format(ctx, "%s/.asked.h", folder);
    struct list ask = question(ctx, &cmd, asked);
    enum naas_status status = write_question(ctx, asked);
    bool answered = status != NAAS_OK || run(&ask, macros, search);
    if (!answered)
        status = NAAS_SYSTEM;
    if (status == NAAS_OK)
        status = naas_read_file(ctx, search, &said, NULL);
    if (status == NAAS_OK)
        status = naas_read_file(ctx, macros, &defined, NULL);
    if (status == NAAS_OK)
        status = write_macros(ctx, macros, defined);
    if (status == NAAS_OK)
        status = write_types(ctx, types);
    if (status == NAAS_OK) {
        struct list args = frontend_args(ctx, &cmd, target_of(ctx, said), defined, types);
        struct list system = search_list(ctx, said);
        *options = (struct fe_options){.n_args = args.n,
            .args = args.item,
            .host_macros = macros,
            .n_system = system.n,
            .system = system.item,
            .answer = answer};
        struct answering *about = naas_alloc(ctx, 1, sizeof *about);
        *about = (struct answering){ctx, folder, macros, asked, ask};
        options->about = about;
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
