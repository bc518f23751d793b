#include "driver/host.h"
#include "driver/naas.h"
#include "driver/pipeline.h"
#include "driver/process.h"
#include "naas_config.h"
#include <stdlib.h>
#include <string.h>

static bool is_c_file(const char *path)
{
    size_t n = strlen(path);
    return n > 2 && strcmp(path + n - 2, ".c") == 0;
}

static const char *data_folder(struct naas_ctx *ctx, const struct naas_request *request)
{
    return naas_format(ctx, "%s/" NAAS_DATA_DIR, request->bin);
}

enum naas_status naas_read_accel(
    struct naas_ctx *ctx, const struct naas_request *request, const char *name, struct as_accel *accel)
{
    return as_accel_from_json(ctx, pipeline_accel_path(ctx, name, ".", data_folder(ctx, request)), accel);
}

/* The nest that was asked for among those of a file. */
static enum naas_status choose_nest(struct naas_ctx *ctx, const struct naas_request *request,
    const char *path, int n, const struct as_problem *problems, struct as_problem *problem)
{
    struct naas_loc file = {.file = path};
    int found = -1;
    for (int i = 0; i < n; i++)
        if (!request->nest || strcmp(problems[i].name, request->nest) == 0)
            found = found < 0 ? i : n;
    if (found >= 0 && found < n) {
        *problem = problems[found];
        return NAAS_OK;
    }
    if (n == 0)
        naas_diag(ctx, NAAS_ERROR, file, "no nest of it could be read");
    else if (request->nest && found < 0)
        naas_diag(ctx, NAAS_ERROR, file, "it has no nest '%s'", request->nest);
    else
        naas_diag(ctx, NAAS_ERROR, file, "it has %d nests; choose one with --nest", n);
    for (int i = 0; i < n; i++)
        naas_hint(ctx, "nest '%s'", problems[i].name);
    return NAAS_BAD_INPUT;
}

static enum naas_status read_c(
    struct naas_ctx *ctx, const struct naas_request *request, const char *path, struct as_problem *problem)
{
    struct options options;
    struct pipeline pipeline = {.options = &options, .source = path, .data = data_folder(ctx, request)};
    struct session session;
    struct host host;
    struct as_problem *problems;
    char message[512];
    int n;
    options_default(&options);
    if (!process_find_host(&host, message, sizeof message)) {
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){0}, "%s", message);
        return NAAS_SYSTEM;
    }
    session_begin(&session);
    if (!session_folder(&session)) {
        session_leave(&session);
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){0}, "no temporary folder");
        return NAAS_SYSTEM;
    }
    enum naas_status status = host_ask(ctx, session.folder, host.n, host.word, &pipeline.frontend);
    if (status == NAAS_OK)
        status = pipeline_problems(ctx, &pipeline, &n, &problems);
    session_leave(&session);
    return status == NAAS_OK ? choose_nest(ctx, request, path, n, problems, problem) : status;
}

enum naas_status naas_read_problem(
    struct naas_ctx *ctx, const struct naas_request *request, const char *path, struct as_problem *problem)
{
    return is_c_file(path) ? read_c(ctx, request, path, problem) : as_problem_from_json(ctx, path, problem);
}
