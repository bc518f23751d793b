#include "driver/command.h"
#include <stdlib.h>
#include <string.h>

/* How an option takes its argument. */
enum shape {
    ALONE,    /* -c: the word is all of it */
    PREFIX,   /* -std=c99, -O2: whatever begins so */
    SEPARATE, /* -MF file: in the next word */
    EITHER,   /* -I dir, -Idir */
};

enum effect {
    NONE,
    LANGUAGE,
    DIALECT,
    MACHINE,
    PASSED,
    TARGET,
    MODE_COMPILE,
    MODE_ASSEMBLY,
    MODE_OTHER,
    OUTPUT,
    DEP_FILE,
    DATABASE,
    FORCE_LANGUAGE,
    NO_LIBRARIES,
    FOREIGN,
};

struct form {
    const char *name;
    enum shape shape;
    enum effect effect;
};

/* Searched from the top: longer names stand above those they begin with. Sources: "Option Summary" of the GCC
 * manual, the Clang command line reference. */
static const struct form forms[] = {
    {"-c", ALONE, MODE_COMPILE},
    {"--compile", ALONE, MODE_COMPILE},
    {"-S", ALONE, MODE_ASSEMBLY},
    {"--assemble", ALONE, MODE_ASSEMBLY},
    {"-E", ALONE, MODE_OTHER},
    {"--preprocess", ALONE, MODE_OTHER},
    {"-M", ALONE, MODE_OTHER},
    {"-MM", ALONE, MODE_OTHER},
    {"-fsyntax-only", ALONE, MODE_OTHER},
    {"-###", ALONE, MODE_OTHER},
    {"--version", ALONE, MODE_OTHER},
    {"--help", PREFIX, MODE_OTHER},
    {"--target-help", ALONE, MODE_OTHER},
    {"-print-", PREFIX, MODE_OTHER},
    {"--print-", PREFIX, MODE_OTHER},
    {"-dumpmachine", ALONE, MODE_OTHER},
    {"-dumpversion", ALONE, MODE_OTHER},
    {"-dumpfullversion", ALONE, MODE_OTHER},
    {"-dumpspecs", ALONE, MODE_OTHER},
    {"-emit-ast", ALONE, MODE_OTHER},
    {"--analyze", ALONE, MODE_OTHER},

    {"--output=", PREFIX, NONE},
    {"--output", SEPARATE, OUTPUT},
    {"-o", EITHER, OUTPUT},
    {"-MF", EITHER, DEP_FILE},
    {"-MT", EITHER, NONE},
    {"-MQ", EITHER, NONE},
    {"-MJ", EITHER, DATABASE},
    {"-Wp,", PREFIX, PASSED},

    {"--language=", PREFIX, FORCE_LANGUAGE},
    {"--language", SEPARATE, FORCE_LANGUAGE},
    {"-x", EITHER, FORCE_LANGUAGE},

    {"-nostdinc", ALONE, DIALECT},
    {"--no-standard-includes", ALONE, DIALECT},
    {"-undef", ALONE, DIALECT},
    {"-ansi", ALONE, DIALECT},
    {"--ansi", ALONE, DIALECT},
    {"-std=", PREFIX, DIALECT},
    {"--std=", PREFIX, DIALECT},
    {"--std", SEPARATE, DIALECT},
    {"--signed-char", ALONE, DIALECT},
    {"--unsigned-char", ALONE, DIALECT},
    {"-trigraphs", ALONE, LANGUAGE},
    {"--trigraphs", ALONE, LANGUAGE},
    {"-include-pch", SEPARATE, LANGUAGE},
    {"-include", EITHER, LANGUAGE},
    {"-imacros", EITHER, LANGUAGE},
    {"-isystem-after", EITHER, LANGUAGE},
    {"-isystem", EITHER, LANGUAGE},
    {"-iquote", EITHER, LANGUAGE},
    {"-idirafter", EITHER, LANGUAGE},
    {"-iprefix", EITHER, LANGUAGE},
    {"-iwithprefixbefore", EITHER, LANGUAGE},
    {"-iwithprefix", EITHER, LANGUAGE},
    {"-iwithsysroot", EITHER, LANGUAGE},
    {"-D", EITHER, LANGUAGE},
    {"-U", EITHER, LANGUAGE},
    {"-I", EITHER, LANGUAGE},
    {"--define-macro=", PREFIX, LANGUAGE},
    {"--define-macro", SEPARATE, LANGUAGE},
    {"--undefine-macro=", PREFIX, LANGUAGE},
    {"--undefine-macro", SEPARATE, LANGUAGE},
    {"--imacros=", PREFIX, LANGUAGE},
    {"--imacros", SEPARATE, LANGUAGE},
    {"--include=", PREFIX, LANGUAGE},
    {"--include", SEPARATE, LANGUAGE},
    {"--include-directory=", PREFIX, LANGUAGE},
    {"--include-directory", SEPARATE, LANGUAGE},
    {"--include-directory-after=", PREFIX, LANGUAGE},
    {"--include-directory-after", SEPARATE, LANGUAGE},
    {"--include-prefix=", PREFIX, LANGUAGE},
    {"--include-prefix", SEPARATE, LANGUAGE},
    {"--include-with-prefix=", PREFIX, LANGUAGE},
    {"--include-with-prefix", SEPARATE, LANGUAGE},
    {"--include-with-prefix-after=", PREFIX, LANGUAGE},
    {"--include-with-prefix-after", SEPARATE, LANGUAGE},
    {"--include-with-prefix-before=", PREFIX, LANGUAGE},
    {"--include-with-prefix-before", SEPARATE, LANGUAGE},

    {"-nostdlib", ALONE, NO_LIBRARIES},
    {"-nodefaultlibs", ALONE, NO_LIBRARIES},
    {"-nolibc", ALONE, NO_LIBRARIES},
    {"-r", ALONE, NO_LIBRARIES},

    {"-m16", ALONE, FOREIGN},
    {"-m32", ALONE, FOREIGN},
    {"-mx32", ALONE, FOREIGN},
    {"--target=", PREFIX, FOREIGN},
    {"-target", SEPARATE, FOREIGN},
    {"-arch", SEPARATE, FOREIGN},
    {"-isysroot", EITHER, TARGET},
    {"--sysroot=", PREFIX, TARGET},
    {"--sysroot", SEPARATE, TARGET},
    {"--gcc-toolchain=", PREFIX, TARGET},

    {"-mllvm", SEPARATE, NONE},
    {"-m", PREFIX, TARGET},
    {"-O", PREFIX, MACHINE},
    {"-fplugin", PREFIX, NONE},
    {"-ftime-trace", PREFIX, NONE}, /* would be left by our own questions, too */
    {"-framework", SEPARATE, NONE},
    {"-f", PREFIX, MACHINE},
    {"-pthread", ALONE, MACHINE},

    {"-aux-info", SEPARATE, NONE},
    {"-dumpbase-ext", SEPARATE, NONE},
    {"-dumpbase", SEPARATE, NONE},
    {"-dumpdir", SEPARATE, NONE},
    {"-wrapper", SEPARATE, NONE},
    {"-specs=", PREFIX, MACHINE},
    {"--specs=", PREFIX, MACHINE},
    {"-specs", SEPARATE, MACHINE},
    {"--specs", SEPARATE, MACHINE},
    {"--param", SEPARATE, NONE},
    {"-Xlinker", SEPARATE, NONE},
    {"-Xpreprocessor", SEPARATE, NONE},
    {"-Xassembler", SEPARATE, NONE},
    {"-Xclang", SEPARATE, NONE},
    {"--for-linker", SEPARATE, NONE},
    {"--for-assembler", SEPARATE, NONE},
    {"--force-link", SEPARATE, NONE},
    {"--entry", SEPARATE, NONE},
    {"--prefix", SEPARATE, NONE},
    {"--library-directory", SEPARATE, NONE},
    {"-Xanalyzer", SEPARATE, NONE},
    {"-Tbss", SEPARATE, NONE},
    {"-Tdata", SEPARATE, NONE},
    {"-Ttext", SEPARATE, NONE},
    {"-T", EITHER, NONE},
    {"-L", EITHER, NONE},
    {"-l", EITHER, NONE},
    {"-u", EITHER, NONE},
    {"-z", EITHER, NONE},
    {"-e", EITHER, NONE},
    {"-h", EITHER, NONE},
    {"-A", EITHER, NONE},
    {"-B", EITHER, NONE},
    {"-G", EITHER, NONE},
};
enum { N_FORMS = sizeof forms / sizeof forms[0] };

static const struct form *find_form(const char *word)
{
    for (int i = 0; i < N_FORMS; i++) {
        size_t n = strlen(forms[i].name);
        bool whole = forms[i].shape == ALONE || forms[i].shape == SEPARATE;
        if (whole ? strcmp(word, forms[i].name) == 0 : strncmp(word, forms[i].name, n) == 0)
            return &forms[i];
    }
    return NULL;
}

static const char *extension(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');
    return dot ? dot : "";
}

bool cmd_is_cplusplus(const struct cmd *cmd, int i)
{
    static const char *const extensions[] = {".cc", ".cp", ".cxx", ".cpp", ".CPP", ".c++", ".C", ".ii"};
    const char *language = cmd->language[i], *end = extension(cmd->word[i]);
    bool found = language && strncmp(language, "c++", 3) == 0;
    for (size_t k = 0; k < sizeof extensions / sizeof extensions[0] && !language; k++)
        found = found || strcmp(end, extensions[k]) == 0;
    return cmd->role[i] == CMD_INPUT && found;
}

static void take_input(struct cmd *cmd, int i, const char *language)
{
    const char *path = cmd->word[i];
    cmd->role[i] = CMD_INPUT;
    cmd->n_inputs++;
    cmd->language[i] = language;
    cmd->preprocessed[i] =
        language ? strcmp(language, "cpp-output") == 0 : strcmp(extension(path), ".i") == 0;
    cmd->c_source[i] =
        cmd->preprocessed[i] || (language ? strcmp(language, "c") == 0 : strcmp(extension(path), ".c") == 0);
    if (language ? strstr(language, "header") != NULL : strcmp(extension(path), ".h") == 0)
        cmd->header = true;
}

/* -E wins over -S, and -S over -c. */
static void set_mode(struct cmd *cmd, enum cmd_mode mode)
{
    if (mode > cmd->mode)
        cmd->mode = mode;
}

static void set_dep_file(struct cmd *cmd, const char *path, size_t length)
{
    free(cmd->dep_file);
    cmd->dep_file = strndup(path, length);
}

/* -Wp,A,B,...: the preprocessor's -MD and -MMD have a file behind them. */
static void take_passed(struct cmd *cmd, const char *list)
{
    for (const char *at = list; at; at = strchr(at, ',')) {
        at += *at == ',';
        size_t n = strncmp(at, "-MD,", 4) == 0 ? 4 : strncmp(at, "-MMD,", 5) == 0 ? 5 : 0;
        if (n > 0)
            set_dep_file(cmd, at + n, strcspn(at + n, ","));
    }
}

static void apply(struct cmd *cmd, enum effect effect, const char *argument, const char **language)
{
    switch (effect) {
    case MODE_COMPILE:
        set_mode(cmd, CMD_COMPILE);
        break;
    case MODE_ASSEMBLY:
        set_mode(cmd, CMD_ASSEMBLY);
        break;
    case MODE_OTHER:
        set_mode(cmd, CMD_OTHER);
        break;
    case OUTPUT:
        cmd->output = argument;
        break;
    case DEP_FILE:
        set_dep_file(cmd, argument, strlen(argument));
        break;
    case PASSED:
        take_passed(cmd, argument);
        break;
    case DATABASE:
        cmd->database = argument;
        break;
    case FORCE_LANGUAGE:
        *language = strcmp(argument, "none") == 0 ? NULL : argument;
        break;
    case NO_LIBRARIES:
        cmd->no_libraries = true;
        break;
    case FOREIGN:
        cmd->foreign = true;
        break;
    case NONE:
    case LANGUAGE:
    case DIALECT:
    case MACHINE:
    case TARGET:
        break;
    }
}

static enum cmd_role role_of(enum effect effect)
{
    switch (effect) {
    case LANGUAGE:
        return CMD_LANGUAGE;
    case DIALECT:
        return CMD_DIALECT;
    case MACHINE:
        return CMD_MACHINE;
    case TARGET:
    case FOREIGN:
        return CMD_TARGET;
    default:
        return CMD_PLAIN;
    }
}

/* The option at word i; the number of words it takes. */
static int take_option(struct cmd *cmd, int i, const char **language)
{
    const char *word = cmd->word[i];
    const struct form *form = find_form(word);
    if (!form)
        return 1;
    size_t n = strlen(form->name);
    bool separate = form->shape == SEPARATE || (form->shape == EITHER && !word[n]);
    if (separate && i + 1 >= cmd->n) {
        set_mode(cmd, CMD_OTHER); /* what we add would become its argument */
        return 1;
    }
    apply(cmd, form->effect, separate ? cmd->word[i + 1] : word + n, language);
    cmd->role[i] = role_of(form->effect);
    if (separate)
        cmd->role[i + 1] = cmd->role[i];
    return separate ? 2 : 1;
}

bool cmd_parse(struct cmd *cmd, int n, char **words)
{
    const char *language = NULL;
    *cmd = (struct cmd){.n = n, .word = words};
    cmd->role = calloc((size_t)n + 1, sizeof *cmd->role);
    cmd->c_source = calloc((size_t)n + 1, sizeof *cmd->c_source);
    cmd->preprocessed = calloc((size_t)n + 1, sizeof *cmd->preprocessed);
    cmd->language = calloc((size_t)n + 1, sizeof *cmd->language);
    if (!cmd->role || !cmd->c_source || !cmd->preprocessed || !cmd->language) {
        cmd_free(cmd);
        return false;
    }
    for (int i = 0; i < n;) {
        if (words[i][0] == '-' && words[i][1]) {
            i += take_option(cmd, i, &language);
        } else {
            take_input(cmd, i, language);
            i++;
        }
    }
    return true;
}

void cmd_free(struct cmd *cmd)
{
    free(cmd->role);
    free(cmd->c_source);
    free(cmd->preprocessed);
    free(cmd->language);
    free(cmd->dep_file);
    *cmd = (struct cmd){0};
}
