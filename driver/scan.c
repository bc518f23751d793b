#include "driver/scan.h"
#include <ctype.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Skips what may stand between `pragma` and its name: blanks, spliced lines, comments, and the ( and quotes
 * of _Pragma. */
static const char *skip_filler(const char *at, const char *end)
{
    while (at < end) {
        if (strchr(" \t\v\f\r\n\\(\"", *at) && *at) {
            at++;
        } else if (end - at > 3 && at[0] == '/' && at[1] == '*') {
            const char *close = memmem(at + 2, (size_t)(end - at - 2), "*/", 2);
            if (!close)
                return end;
            at = close + 2;
        } else {
            return at;
        }
    }
    return end;
}

static bool starts_with_word(const char *at, const char *end, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(end - at) < n || memcmp(at, word, n) != 0)
        return false;
    return (size_t)(end - at) == n || !(isalnum((unsigned char)at[n]) || at[n] == '_');
}

bool scan_text(const char *text, size_t length)
{
    const char *end = text + length;
    const char *at = text;
    while ((at = memmem(at, (size_t)(end - at), "ragma", 5))) {
        at += 5;
        const char *name = skip_filler(at, end);
        if (starts_with_word(name, end, "naas") || starts_with_word(name, end, "scop"))
            return true;
    }
    return false;
}

bool scan_descriptor(int file)
{
    struct stat info;
    if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size == 0)
        return false;
    size_t length = (size_t)info.st_size;
    char *text = mmap(NULL, length, PROT_READ, MAP_PRIVATE, file, 0);
    if (text == MAP_FAILED)
        return false;
    bool found = scan_text(text, length);
    munmap(text, length);
    return found;
}

bool scan_file(const char *path)
{
    struct stat info; /* opening a fifo would wait */
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return false;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    bool found = scan_descriptor(file);
    close(file);
    return found;
}
