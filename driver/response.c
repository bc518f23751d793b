#include "driver/response.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 32 }; /* files that name themselves end here */

/* The whole file, a fifo too, up to its first NUL; NULL when it cannot be read. The words in it stay. */
static char *read_text(const char *path)
{
    FILE *file = fopen(path, "re");
    char *text = NULL;
    size_t size = 0;
    if (!file)
        return NULL;
    errno = 0;
    if (getdelim(&text, &size, '\0', file) < 0) {
        free(text);
        text = ferror(file) ? NULL : strdup("");
    }
    fclose(file);
    return text;
}

/* The next word of *text, unquoted into the same place; NULL at the end. */
static char *next_word(char **text)
{
    char *from = *text, quote = '\0';
    while (isspace((unsigned char)*from))
        from++;
    char *word = from, *to = from;
    if (!*from)
        return NULL;
    for (; *from && (quote || !isspace((unsigned char)*from)); from++) {
        if (*from == '\\' && from[1])
            *to++ = *++from;
        else if (quote ? *from == quote : *from == '"' || *from == '\'')
            quote = quote ? '\0' : *from;
        else
            *to++ = *from;
    }
    *text = *from ? from + 1 : from;
    *to = '\0';
    return word;
}

static bool expand(struct words *out, int n, char *const *word, int depth)
{
    bool any = false;
    for (int i = 0; i < n; i++) {
        char *text = word[i][0] == '@' && depth < MAX_DEPTH ? read_text(word[i] + 1) : NULL;
        if (!text) {
            words_add(out, word[i]);
            continue;
        }
        for (char *inner; (inner = next_word(&text));)
            expand(out, 1, &inner, depth + 1);
        any = true;
    }
    return any;
}

bool response_expand(struct words *out, int n, char *const *word)
{
    return expand(out, n, word, 0);
}

bool response_write(const char *path, int n, char *const *word)
{
    FILE *file = fopen(path, "we");
    if (!file)
        return false;
    for (int i = 0; i < n; i++) {
        fputc('"', file);
        for (const char *c = word[i]; *c; c++) {
            if (*c == '"' || *c == '\\')
                fputc('\\', file);
            fputc(*c, file);
        }
        fputs("\"\n", file);
    }
    return fclose(file) == 0;
}
