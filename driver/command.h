/*
 * The command line of a C compiler (gcc or clang), understood just far enough to put another file in the
 * place of an input: which words are inputs and in which language, what the command makes, and where its side
 * files go. What is not understood counts as an option without an argument of its own. Needs libc only.
 */
#ifndef DRIVER_COMMAND_H
#define DRIVER_COMMAND_H

#include <stdbool.h>

enum cmd_mode {
    CMD_LINK,     /* makes a program or library */
    CMD_COMPILE,  /* -c */
    CMD_ASSEMBLY, /* -S */
    CMD_OTHER,    /* makes no code: -E, -M, --version, ... */
};

/* What a word means to us. */
enum cmd_role {
    CMD_PLAIN, /* nothing */
    CMD_INPUT,
    CMD_LANGUAGE, /* decides how the text of the file reads: -D, -I, -include */
    CMD_DIALECT,  /* that, and which macros are predefined or where the compiler's own headers lie: -std */
    CMD_MACHINE,  /* may decide which macros are predefined: -O, -f */
    CMD_TARGET,   /* and which machine and system programs are for: -m, --target, --sysroot */
};

struct cmd {
    int n;
    char **word; /* word[0] is the first after the compiler's name; ends with NULL */
    enum cmd_role *role;
    bool *c_source;        /* this input is C text */
    bool *preprocessed;    /* and has been preprocessed */
    const char **language; /* that -x gives this input; NULL: its name decides */
    enum cmd_mode mode;
    int n_inputs;
    bool header;          /* an input is a header, to be precompiled */
    bool no_libraries;    /* -nostdlib, -r and the like */
    bool foreign;         /* asks for another machine or ABI than the one the runtime library is for */
    const char *output;   /* of -o, or NULL */
    char *dep_file;       /* of -MF, or NULL; owned */
    const char *database; /* of -MJ, or NULL */
};

/* Reads words[0..n); the words are kept. False when memory runs out. */
bool cmd_parse(struct cmd *cmd, int n, char **words);
void cmd_free(struct cmd *cmd);

/* The word is an input in C++. */
bool cmd_is_cplusplus(const struct cmd *cmd, int i);

#endif
