#include "driver/shipped.h"
#include <string.h>
#include <unistd.h>

bool shipped_is_file(const char *name)
{
    size_t n = strlen(name), suffix = strlen(".json");
    return strchr(name, '/') || (n > suffix && strcmp(name + n - suffix, ".json") == 0);
}

const char *shipped_path(struct naas_ctx *ctx, const char *data, const char *folder, const char *name)
{
    const char *path = naas_format(ctx, "%s/%s/%s.json", data, folder, name);
    if (shipped_is_file(name))
        return name;
    if (access(path, F_OK) == 0)
        return path;
    if (access(name, F_OK) != 0)
        naas_diag(ctx, NAAS_REMARK, (struct naas_loc){.file = name},
            "it is not among the shipped %s ('naas --list-%s' prints their names)", folder, folder);
    return name;
}
