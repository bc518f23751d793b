/*
 * What the host compiler knows and libclang does not: its predefined macros and its system headers. Asked for
 * by running it once on an empty file.
 */
#ifndef DRIVER_HOST_H
#define DRIVER_HOST_H

#include "driver/command.h"
#include "frontend/frontend.h"

/* Fills in options for the compiler words[0..n) : programs, then options, as naascc1.h describes. Files go to
 * folder. NAAS_SYSTEM with a diagnostic when the compiler cannot be run or fails. */
enum naas_status host_ask(
    struct naas_ctx *ctx, const char *folder, int n, char **words, struct fe_options *options);

/* The options among these words that decide what the compiler predefines, types and its own headers. */
int host_options(struct naas_ctx *ctx, int n, char **words, char ***options);

/* Runs the compiler with those options and these last words; false when it fails. messages: what it says, or
 * NULL. */
bool host_run(struct naas_ctx *ctx, const char *folder, int n, char **words, int n_last,
    const char *const *last, char **messages);
/* What it prints with those options and this one. */
bool host_print(
    struct naas_ctx *ctx, const char *folder, int n, char **words, const char *option, char **text);
/* Runs a program, which is looked for on PATH; what it prints. */
bool host_run_program(struct naas_ctx *ctx, const char *folder, int n, const char *const *words, char **text);

/* The compiler takes the source, with all these words. */
bool host_compiles(struct naas_ctx *ctx, const char *folder, int n, char **words, const char *source);

/* source as the compiler preprocesses it. */
enum naas_status host_preprocess(
    struct naas_ctx *ctx, const char *folder, int n, char **words, const char *source, char **text);

#endif
