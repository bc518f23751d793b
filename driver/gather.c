#include "driver/gather.h"
#include "driver/record.h"
#include "driver/response.h"
#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char archive_magic[] = "!<arch>\n", thin_magic[] = "!<thin>\n";

struct search {
    const char *bytes;
    bool bitcode; /* of clang's -flto holds them, too */
    struct words files;
};

static void look_into(const char *path, struct search *search);

/* Members of a thin archive are files beside it, named in its member `//`: "one.o/\ntwo.o/\n". A header has
 * 60 bytes; the size stands at 48 (System V ar format, with GNU's extension). */
static void look_into_members(const char *path, const char *text, size_t length, struct search *search)
{
    const size_t header = 60, size_at = 48;
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path + 1) : 0;
    for (size_t at = 8; at + header <= length;) {
        char digits[11] = "";
        memcpy(digits, text + at + size_at, 10);
        size_t size = (size_t)strtoul(digits, NULL, 10);
        bool is_symbols = text[at] == '/' && text[at + 1] == ' ', is_names = memcmp(text + at, "// ", 3) == 0;
        at += header;
        if (!is_symbols && !is_names)
            continue; /* its contents lie elsewhere */
        for (const char *name = text + at; is_names && size <= length - at && name < text + at + size;) {
            const char *end = memchr(name, '\n', (size_t)(text + at + size - name));
            int n = end ? (int)(end - name) - 1 : 0;
            if (n > 0)
                look_into(*name == '/' ? words_format("%.*s", n, name)
                                       : words_format("%.*s%.*s", folder, path, n, name),
                    search);
            name = end ? end + 1 : text + at + size;
        }
        at += size + size % 2;
    }
}

static void look_into(const char *path, struct search *search)
{
    struct stat info;
    int file = stat(path, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 8
                   ? open(path, O_RDONLY | O_CLOEXEC)
                   : -1;
    if (file < 0)
        return;
    size_t length = (size_t)info.st_size;
    char *text = mmap(NULL, length, PROT_READ, MAP_PRIVATE, file, 0);
    close(file);
    if (text == MAP_FAILED)
        return;
    bool relocatable = memcmp(text, "\177ELF", 4) == 0 && length > 17 && (text[16] == 1 || text[17] == 1);
    bool bitcode = search->bitcode && memcmp(text, "BC\300\336", 4) == 0;
    if (memcmp(text, thin_magic, 8) == 0)
        look_into_members(path, text, length, search);
    else if ((relocatable || bitcode || memcmp(text, archive_magic, 8) == 0) &&
             memmem(text, length, search->bytes, strlen(search->bytes)))
        words_add(&search->files, path);
    munmap(text, length);
}

/* ---- what the linker is told ---- */

/* The argument of an option at words[*i], which moves on to a word that holds it: -Ldir, -L dir,
 * --library-path=dir, --library-path dir. NULL: it is not this option. */
static const char *argument(int n, char *const *words, int *i, const char *brief, const char *full)
{
    const char *word = words[*i];
    size_t length = strlen(full);
    if (strcmp(word, brief) == 0 || strcmp(word, full) == 0)
        return *i + 1 < n ? words[++*i] : NULL;
    if (strncmp(word, full, length) == 0 && word[length] == '=')
        return word + length + 1;
    return strncmp(word, brief, 2) == 0 && word[1] == brief[1] && !brief[2] ? word + 2 : NULL;
}

static void add_list(struct words *words, const char *before, const char *list, const char *separator)
{
    for (const char *at = list; *at; at += *at != '\0') {
        size_t n = strcspn(at, separator);
        if (n > 0)
            words_add(words, words_format("%s%.*s", before, (int)n, at));
        at += n;
    }
}

/* The compiler puts its own options in front of what it only passes on (GCC manual, "Options for Linking";
 * LIBRARY_PATH: "Environment Variables"). */
static void add_options(const struct cmd *cmd, struct words *words)
{
    const char *path = getenv("LIBRARY_PATH");
    for (int i = 0; i < cmd->n; i++) {
        const char *folder = argument(cmd->n, cmd->word, &i, "-L", "--library-directory");
        if (folder)
            words_add(words, words_format("-L%s", folder));
        else if (strcmp(cmd->word[i], "-static") == 0 || strcmp(cmd->word[i], "-static-pie") == 0)
            words_add(words, "-static");
    }
    if (path && !cmd->foreign)
        add_list(words, "-L", path, ":");
}

/* Inputs, libraries and words for the linker alone, in their order. */
static void add_inputs(const struct cmd *cmd, struct words *words)
{
    struct words passed = {0};
    for (int i = 0; i < cmd->n; i++) {
        const char *word = cmd->word[i], *more;
        if (cmd->role[i] == CMD_INPUT && !cmd->c_source[i])
            words_add(&passed, word);
        else if (strncmp(word, "-Wl,", 4) == 0)
            add_list(&passed, "", word + 4, ",");
        else if ((more = argument(cmd->n, cmd->word, &i, "-Xlinker", "--for-linker")))
            words_add(&passed, more);
        else if ((more = argument(cmd->n, cmd->word, &i, "-l", "--library")))
            words_add(&passed, words_format("-l%s", more));
    }
    response_expand(words, passed.n, passed.word); /* -Wl,@FILE is the linker's */
}

/* As the linker looks for -lNAME: in each folder a shared library first, unless it is told not to; for
 * -l:FILE just that file. */
static void look_into_library(
    const struct words *folders, const char *name, bool is_static, struct search *search)
{
    for (int i = 0; i < folders->n; i++) {
        const char *folder = folders->word[i];
        char *shared = words_format("%s/lib%s.so", folder, name),
             *archive = words_format("%s/lib%s.a", folder, name);
        if (name[0] == ':')
            shared = "", archive = words_format("%s/%s", folder, name + 1);
        bool found_shared = !is_static && access(shared, R_OK) == 0;
        bool found = found_shared || access(archive, R_OK) == 0;
        if (found && !found_shared)
            look_into(archive, search);
        if (found)
            return;
    }
}

static bool is_one_of(const char *word, const char *const *names)
{
    while (*names && strcmp(word, *names) != 0)
        names++;
    return *names != NULL;
}

/* Arguments of other options count as inputs: no object or archive among them does harm. */
static void look_into_inputs(const struct cmd *cmd, struct search *search)
{
    static const char *const no_shared[] = {"-Bstatic", "-static", "-dn", "-non_shared", NULL},
                             *const shared[] = {"-Bdynamic", "-dy", "-call_shared", NULL};
    struct words words = {0}, folders = {0};
    const char *word;
    bool is_static = false;
    add_options(cmd, &words);
    add_inputs(cmd, &words);
    for (int i = 0; i < words.n; i++) /* all count for all libraries, wherever they stand */
        if ((word = argument(words.n, words.word, &i, "-L", "--library-path")))
            words_add(&folders, word);
    for (int i = 0; i < words.n; i++) {
        if (argument(words.n, words.word, &i, "-L", "--library-path"))
            continue;
        if ((word = argument(words.n, words.word, &i, "-l", "--library")))
            look_into_library(&folders, word, is_static, search);
        else if (words.word[i][0] != '-')
            look_into(words.word[i], search);
        else
            is_static =
                (is_static || is_one_of(words.word[i], no_shared)) && !is_one_of(words.word[i], shared);
    }
}

void gather_records(const struct cmd *cmd, struct words *files)
{
    struct search search = {.bytes = RECORD_MAGIC, .files = *files};
    look_into_inputs(cmd, &search);
    *files = search.files;
}

bool gather_calls(const struct cmd *cmd)
{
    struct search search = {.bytes = "naas_rt_", .bitcode = true};
    look_into_inputs(cmd, &search);
    return search.files.n > 0;
}
