/* What one naascc has to do, and the commands that it comes to. Needs libc only. */
#ifndef DRIVER_WORK_H
#define DRIVER_WORK_H

#include "driver/command.h"
#include "driver/options.h"
#include "driver/process.h"
#include "driver/words.h"

struct work {
    struct options options;
    struct words own;     /* our options as they were typed */
    struct words foreign; /* all others, response files replaced by their words */
    struct words typed;   /* all others as they were typed */
    struct host host;
    struct cmd cmd;
    const char *bin;      /* folder of this program */
    bool annotated;       /* an input is: refused nests keep their pragmas, which -Werror is not to meet */
    char **replacement;   /* per word of cmd: the translation, or NULL, */
    bool *compiled;       /* or the object made of it */
    int *kept;            /* what came out of a fifo; 0: it is none */
    struct words records; /* files that hold nests left to the link */
    char *kernels;        /* the object made of them, or NULL */
    const char *refused;  /* an input that naascc1 says the compiler will not take; NULL: none */
    char *runtime;        /* the library for another machine, or NULL */
    struct session session;
};

/* Objects compiled earlier may call the runtime, and only the linker can see it, so every link gets the
 * library; unused, an archive adds nothing. Links that take no libraries stay as they are. */
bool work_takes_runtime(const struct work *work);

/* The host compiler with these words, and the runtime library where it is a link. */
struct words work_unchanged(const struct work *work, const struct words *given);

/* The compile of the translations, of all inputs or of the one at this word. naas_rt.h is found last of all.
 */
enum { WORK_EVERY_INPUT = -1 };
struct words work_translated(const struct work *work, int only);

/* naascc1.h; with the options that decide how a source reads. The runtime library heeds those for the machine
 * alone. */
struct words work_naascc1(const struct work *work, const char *source, const char *folder);

/* The compile of the whole program's kernels. */
struct words work_kernels(const struct work *work, const char *source, const char *object);

bool work_is_stdin(const char *input);
/* The folder part of a path with its slash: "src/" of "src/conv.c", "" of "conv.c". */
char *work_folder_of(const char *path);
/* #include "..." looks beside this file, too. */
void work_add_folder(struct words *words, const char *source);

#endif
