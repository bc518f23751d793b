/* What naas search or naas nas left in its folder, read for a page. */
#ifndef DRIVER_NAAS_REPORT_H
#define DRIVER_NAAS_REPORT_H

#include "driver/naas.h"
#include "show/page.h"
#include "support/json.h"

/* prefix: of the ids on the page, "" where it is the only run. Everything lives in the context. */
enum naas_status naas_report_run(struct naas_ctx *ctx, const struct naas_request *paths, const char *folder,
    const char *prefix, struct show_run *run);
/* What team_json put into a record, or NULL. */
const struct show_ranks *naas_report_ranks(struct naas_ctx *ctx, struct json_node record);

#endif
