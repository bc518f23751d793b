/* Runs a coverage-guided fuzzer's function once on every file named, and on every file of a folder named. */
#include "support/support.h"
#include "tests/fuzz/guided.h"
#include <dirent.h>
#include <sys/stat.h>

static int replay(struct naas_ctx *ctx, const char *path)
{
    struct stat info;
    struct dirent *entry;
    char *text;
    size_t size;
    int n = 0;
    DIR *folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode) ? opendir(path) : NULL;
    if (!folder) {
        if (naas_read_file(ctx, path, &text, &size) != NAAS_OK)
            return 0;
        LLVMFuzzerTestOneInput((const uint8_t *)text, size);
        return 1;
    }
    while ((entry = readdir(folder)))
        if (entry->d_name[0] != '.')
            n += replay(ctx, naas_format(ctx, "%s/%s", path, entry->d_name));
    closedir(folder);
    return n;
}

int main(int argc, char **argv)
{
    struct naas_ctx *ctx = naas_ctx_new();
    bool all = argc > 1;
    for (int i = 1; i < argc; i++) {
        int n = replay(ctx, argv[i]);
        printf("%s: %d inputs\n", argv[i], n);
        all = all && n > 0;
    }
    naas_diags_print(ctx, stderr, false);
    naas_ctx_free(ctx);
    return !all;
}
