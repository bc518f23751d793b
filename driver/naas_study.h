/*
 * Studies (study/study.h), a kind of file that naas campaign takes: reading it, measuring, and what is
 * written of it.
 */
#ifndef DRIVER_NAAS_STUDY_H
#define DRIVER_NAAS_STUDY_H

#include "driver/naas_campaign.h"
#include "show/page.h"
#include "study/study.h"

/* Reads a file of kind study and the accelerators it names. Everything lives in the context. */
enum naas_status study_read(
    struct naas_ctx *ctx, const struct naas_request *paths, const char *path, struct study *study);

/* What came out, as it is printed and shown. */
struct show_study study_effects(const struct study *study);
/* Markdown, CSV, JSON; every sample as CSV. */
void study_print(struct naas_buf *out, const struct show_study *show);
void study_csv(struct naas_buf *out, const struct show_study *show);
void study_json(struct naas_buf *out, const struct show_study *show);
void study_samples_csv(struct naas_buf *out, const struct study *study);

/* The whole of naas campaign for a file of kind study. */
enum naas_status study_run(struct naas_ctx *ctx, const struct naas_request *paths, const char *path,
    struct campaign_request *request, struct naas_buf *out);

/* Does the folder hold what a study left? Then what it found. */
bool study_is_there(struct naas_ctx *ctx, const char *folder);
enum naas_status study_results(struct naas_ctx *ctx, const char *folder, struct show_study *show);

#endif
