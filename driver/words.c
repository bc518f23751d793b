#include "driver/words.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn static void no_memory(void)
{
    fputs("naascc: error: out of memory\n", stderr);
    exit(1);
}

void words_add(struct words *words, const char *word)
{
    if (words->n + 1 >= words->capacity) {
        words->capacity = words->capacity ? 2 * words->capacity : 64;
        words->word = realloc(words->word, (size_t)words->capacity * sizeof *words->word);
        if (!words->word)
            no_memory();
    }
    words->word[words->n++] = (char *)word;
    words->word[words->n] = NULL;
}

void words_add_all(struct words *words, int n, char *const *word)
{
    for (int i = 0; i < n; i++)
        words_add(words, word[i]);
}

char *words_format(const char *format, ...)
{
    char *text;
    va_list values;
    va_start(values, format);
    int n = vasprintf(&text, format, values);
    va_end(values);
    if (n < 0)
        no_memory();
    return text;
}
