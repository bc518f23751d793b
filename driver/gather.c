#include "driver/gather.h"
#include "driver/record.h"
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

/* As the linker looks for -lNAME: in each -L folder a shared library first, unless it is told -static; for
 * -l:FILE just that file. */
static void look_into_library(const struct cmd *cmd, const char *name, bool is_static, struct search *search)
{
    for (int i = 0; i < cmd->n; i++) {
        const char *word = cmd->word[i];
        if (strncmp(word, "-L", 2) != 0)
            continue;
        const char *folder = word[2] ? word + 2 : i + 1 < cmd->n ? cmd->word[i + 1] : "";
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

static void look_into_inputs(const struct cmd *cmd, struct search *search)
{
    bool is_static = false;
    for (int i = 0; i < cmd->n; i++)
        is_static = is_static || strcmp(cmd->word[i], "-static") == 0;
    for (int i = 0; i < cmd->n; i++) {
        const char *word = cmd->word[i];
        if (cmd->role[i] == CMD_INPUT && !cmd->c_source[i])
            look_into(word, search);
        else if (strncmp(word, "-l", 2) == 0 && (word[2] || i + 1 < cmd->n))
            look_into_library(cmd, word[2] ? word + 2 : cmd->word[i + 1], is_static, search);
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
