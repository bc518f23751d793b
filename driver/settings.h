/*
 * settings: options of a command of naas, declared once in a table from which reading and --help are made.
 * Each option is a word of its own and may have a value in the next word.
 */
#ifndef DRIVER_SETTINGS_H
#define DRIVER_SETTINGS_H

#include "accelsearch/accelsearch.h"

enum setting_kind {
    SETTING_TEXT,   /* const char * */
    SETTING_LIST,   /* struct settings_list: may be given several times */
    SETTING_COUNT,  /* int */
    SETTING_LONG,   /* int64_t or uint64_t */
    SETTING_NUMBER, /* double */
    SETTING_BYTES,  /* int64_t: a number, or one with a unit such as 64KiB */
    SETTING_CHOICE, /* enum (int): position among the choices */
    SETTING_SWITCH, /* bool */
    SETTING_FORM,   /* bool: a form of what is printed, of which there can be one */
};

struct setting {
    const char *name;
    enum setting_kind kind;
    size_t offset;        /* of the member of the command's struct */
    const char *argument; /* SETTING_CHOICE: the choices, separated by | */
    double low, high;
    const char *help;
};

enum { SETTINGS_MAX_LIST = 16 };
struct settings_list {
    const char *word[SETTINGS_MAX_LIST];
    int n;
};

/* Reads argv[0..argc) into the struct at `values`; words that are no option go to operands, or are refused
 * when that is NULL. Strings are kept. NULL, or what is wrong. */
const char *settings_read(struct naas_ctx *ctx, const struct setting *settings, int n, void *values,
    struct settings_list *operands, int argc, const char *const *argv);
void settings_help(FILE *out, const struct setting *settings, int n);

#endif
