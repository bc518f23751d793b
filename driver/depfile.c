#include "driver/depfile.h"
#include "driver/words.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Regular files only; NULL when there is none. The caller frees the text. */
static char *read_text(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return NULL;
    FILE *file = fopen(path, "r");
    char *text = file ? malloc((size_t)info.st_size + 1) : NULL;
    if (text)
        text[fread(text, 1, (size_t)info.st_size, file)] = '\0';
    if (file)
        fclose(file);
    return text;
}

/* As make reads a file name: blanks and # escaped, $ doubled. The caller frees it. */
static char *make_quoted(const char *path)
{
    char *quoted = words_format("%*s", (int)(2 * strlen(path) + 1), "");
    char *to = quoted;
    for (; *path; path++) {
        if (*path == '$')
            *to++ = '$';
        else if (*path == ' ' || *path == '#')
            *to++ = '\\';
        *to++ = *path;
    }
    *to = '\0';
    return quoted;
}

static void write_replaced(FILE *file, const char *text, const char *from, const char *to)
{
    for (const char *hit; (hit = strstr(text, from)); text = hit + strlen(from)) {
        fwrite(text, 1, (size_t)(hit - text), file);
        fputs(to, file);
    }
    fputs(text, file);
}

static void rename_in(const char *path, const char *from, const char *to)
{
    char *text = read_text(path);
    FILE *file = text && strstr(text, from) ? fopen(path, "w") : NULL;
    if (file) {
        write_replaced(file, text, from, to);
        if (fclose(file) != 0)
            fprintf(stderr, "naascc: error: cannot write '%s'\n", path);
    }
    free(text);
}

/* The quoted names of the files that the list names, a line each, behind those in `quoted`, which it takes.
 */
static char *with_inputs(char *quoted, const char *list)
{
    char *text = read_text(list), *rest = text;
    for (char *path; (path = strsep(&rest, "\n"));) {
        if (!*path)
            continue;
        char *name = make_quoted(path), *longer = words_format("%s %s", quoted, name);
        free(name);
        free(quoted);
        quoted = longer;
    }
    free(text);
    return quoted;
}

/* The names gcc and clang choose: from -MF or $DEPENDENCIES_OUTPUT; else from -o with .d for its suffix; else
 * from the input; a program's name, or `a`, stands before the input's when gcc compiles and links at once. */
void depfile_rename(const struct cmd *cmd, const char *source, const char *replacement, const char *inputs)
{
    const char *slash = strrchr(source, '/');
    const char *name = slash ? slash + 1 : source;
    int base = (int)strcspn(name, ".");
    const char *dot = strrchr(name, '.');
    if (dot)
        base = (int)(dot - name);

    const char *out = cmd->output ? cmd->output : "a";
    const char *out_slash = strrchr(out, '/');
    const char *out_dot = strrchr(out_slash ? out_slash : out, '.');
    int stem = out_dot ? (int)(out_dot - out) : (int)strlen(out);

    const char *environment = getenv("DEPENDENCIES_OUTPUT");
    char *candidates[] = {
        words_format("%s", cmd->dep_file ? cmd->dep_file : ""),
        words_format(
            "%.*s", environment ? (int)strcspn(environment, " ") : 0, environment ? environment : ""),
        words_format("%.*s.d", stem, out),
        words_format("%.*s.d", base, name),
        words_format("%.*s-%.*s.d", stem, out, base, name),
        words_format("%s-%.*s.d", out, base, name),
    };
    char *from = make_quoted(replacement), *to = with_inputs(make_quoted(source), inputs);
    for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++) {
        rename_in(candidates[i], from, to);
        free(candidates[i]);
    }
    free(from);
    free(to);
    if (cmd->database)
        rename_in(cmd->database, replacement, source);
}

const char *depfile_take(struct cmd *cmd, const char *folder)
{
    const char *wanted = cmd->dep_file;
    struct stat info;
    bool printed =
        wanted && (strcmp(wanted, "-") == 0 || (stat(wanted, &info) == 0 && !S_ISREG(info.st_mode)));
    for (int i = 0; i < cmd->n && printed; i++) {
        char *path = words_format("%s/dependencies", folder);
        const char *word = cmd->word[i];
        if (i > 0 && strcmp(cmd->word[i - 1], "-MF") == 0 && strcmp(word, wanted) == 0)
            cmd->word[i] = path;
        else if (strncmp(word, "-MF", 3) == 0 && strcmp(word + 3, wanted) == 0)
            cmd->word[i] = words_format("-MF%s", path);
        else
            continue;
        cmd->dep_file = path;
        return wanted;
    }
    return NULL;
}

void depfile_give(const struct cmd *cmd, const char *wanted)
{
    char *text = wanted ? read_text(cmd->dep_file) : NULL;
    FILE *out = !text ? NULL : strcmp(wanted, "-") == 0 ? stdout : fopen(wanted, "w");
    if (out && (fputs(text, out) < 0 || fflush(out) != 0))
        fprintf(stderr, "naascc: error: cannot write '%s'\n", wanted);
    if (out && out != stdout)
        fclose(out);
    free(text);
}
