/*
 * accuracy.h: what says how accurate a subnet is, and how far it may be off. Nothing here is measured: it is
 * a regression on published points, a trained predictor, or what the user brings, and always says which.
 *
 * A source is given as
 *     FILE.json   "kind": "accuracy": points with "method": "regression", or layers with "method":
 * "perceptron" FILE.csv    a table with the header code,top1 or code,top1,error: subnets by their codes
 * (space.h) |COMMAND    for the shell: reads lines "code macs parameters", writes for each a line "top1" or
 *                 "top1 error", or "-" when it does not know
 */
#ifndef NAS_ACCURACY_H
#define NAS_ACCURACY_H

#include "nas/space.h"

struct nas_accuracy {
    bool known;
    double top1, error; /* percent; error NAN: not stated */
};

struct nas_oracle;

/* Everything lives in the arena; space is kept. */
enum naas_status nas_oracle_open(
    struct naas_ctx *ctx, const char *source, const struct nas_space *space, struct nas_oracle **oracle);

/* Accuracies of n subnets. A regression knows nothing of sizes outside those of its points. */
enum naas_status nas_oracle_ask(struct naas_ctx *ctx, const struct nas_oracle *oracle, int n,
    const struct nas_subnet *subnet, const struct nas_size *size, struct nas_accuracy *accuracy);

/* A table knows only its own subnets: one of them; else any of the space. */
struct nas_subnet nas_oracle_draw(const struct nas_oracle *oracle, struct as_random *random);
bool nas_oracle_lists(const struct nas_oracle *oracle);

/* What it is, where it comes from, how far off it is. */
const char *nas_oracle_words(const struct nas_oracle *oracle);
#endif
