#include "driver/reading.h"
#include "driver/response.h"
#include <stdlib.h>
#include <string.h>

/* The words between the commas of -Wp,A,B. */
static void add_between_commas(struct words *words, const char *list)
{
    for (size_t n = strcspn(list, ","); *list; n = strcspn(list, ",")) {
        words_add(words, words_format("%.*s", (int)n, list));
        list += n + (list[n] == ',');
    }
}

/* What the command hands through, with response files read: the preprocessor reads them by itself. */
static struct words handed_through(const struct cmd *cmd)
{
    struct words found = {0}, all = {0};
    for (int i = 0; i < cmd->n; i++) {
        bool named = strcmp(cmd->word[i], "-Xpreprocessor") == 0 || strcmp(cmd->word[i], "-Xclang") == 0;
        if (strncmp(cmd->word[i], "-Wp,", 4) == 0)
            add_between_commas(&found, cmd->word[i] + 4);
        else if (named && i + 1 < cmd->n)
            words_add(&found, cmd->word[++i]);
    }
    response_expand(&all, found.n, found.word);
    return all;
}

static bool decides_text(enum cmd_role role)
{
    return role == CMD_LANGUAGE || role == CMD_DIALECT;
}

void reading_words(const struct cmd *cmd, struct words *out)
{
    struct words inner = handed_through(cmd);
    struct cmd passed;
    for (int i = 0; i < cmd->n; i++)
        if (decides_text(cmd->role[i]) || cmd->role[i] == CMD_MACHINE || cmd->role[i] == CMD_TARGET)
            words_add(out, cmd->word[i]);
    if (!cmd_parse(&passed, inner.n, inner.word))
        return;
    for (int i = 0; i < passed.n; i++)
        if (decides_text(passed.role[i]))
            words_add(out, passed.word[i]);
    cmd_free(&passed);
}
