/* Lists of words for exec, and strings for them, which are kept until the process ends; it does, with a
 * message, when memory runs out. libc only. */
#ifndef DRIVER_WORDS_H
#define DRIVER_WORDS_H

struct words {
    int n, capacity;
    char **word; /* NULL behind the last */
};

void words_add(struct words *words, const char *word); /* keeps it */
void words_add_all(struct words *words, int n, char *const *word);
char *words_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
