#include "tests/frontend/host.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *host_path(struct host *host, const char *name)
{
    return naas_format(host->ctx, "%s/%s", host->folder, name);
}

static const char *compiler(void)
{
    const char *name = getenv("NAAS_CC");
    return name && *name ? name : "cc";
}

/* Lines that a shell command prints. */
static int lines_of(struct host *host, const char *command, char ***lines)
{
    char line[4096];
    int n = 0, capacity = 0;
    *lines = NULL;
    FILE *pipe = popen(command, "r");
    while (pipe && fgets(line, sizeof line, pipe)) {
        line[strcspn(line, "\n")] = 0;
        *lines = naas_grow(host->ctx, *lines, n, &capacity, sizeof **lines);
        (*lines)[n++] = naas_strdup(host->ctx, line + strspn(line, " "));
    }
    if (pipe)
        pclose(pipe);
    return n;
}

struct host *host_new(void)
{
    struct host *host = calloc(1, sizeof *host);
    host->ctx = naas_ctx_new();
    strcpy(host->folder, "/tmp/naas-frontend-XXXXXX");
    if (!mkdtemp(host->folder))
        abort();
    char *macros = host_path(host, "host.h"), **system_dirs;
    if (system(naas_format(host->ctx, "%s -dM -E - </dev/null >%s", compiler(), macros)) != 0)
        abort();
    host->options.host_macros = macros;
    host->options.n_system = lines_of(host,
        naas_format(host->ctx,
            "LC_ALL=C %s -E -v -xc /dev/null 2>&1 >/dev/null | sed -n '/^#include </,/^End/p' | grep '^ '",
            compiler()),
        &system_dirs);
    host->options.system = (const char *const *)system_dirs;
    return host;
}

void host_free(struct host *host)
{
    char **names;
    int n = host_list(host, host->folder, "", &names);
    for (int i = 0; i < n; i++)
        unlink(host_path(host, names[i]));
    rmdir(host->folder);
    naas_ctx_free(host->ctx);
    free(host);
}

struct fe_unit *host_parse_file(struct host *host, const char *path, enum naas_status *status)
{
    struct fe_unit *unit = NULL;
    *status = fe_parse(host->ctx, path, &host->options, &unit);
    return unit;
}

struct fe_unit *host_parse_text(struct host *host, const char *text, size_t length, enum naas_status *status)
{
    char *path = host_path(host, "snippet.c");
    if (naas_write_file(host->ctx, path, text, length) != NAAS_OK)
        abort();
    return host_parse_file(host, path, status);
}

static int by_name(const void *x, const void *y)
{
    return strcmp(*(char *const *)x, *(char *const *)y);
}

int host_list(struct host *host, const char *folder, const char *suffix, char ***names)
{
    int n = 0, capacity = 0;
    *names = NULL;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        size_t length = strlen(entry->d_name), end = strlen(suffix);
        if (entry->d_name[0] == '.' || length < end || strcmp(entry->d_name + length - end, suffix))
            continue;
        *names = naas_grow(host->ctx, *names, n, &capacity, sizeof **names);
        (*names)[n++] = naas_strdup(host->ctx, entry->d_name);
    }
    if (dir)
        closedir(dir);
    if (n)
        qsort(*names, (size_t)n, sizeof **names, by_name);
    return n;
}
