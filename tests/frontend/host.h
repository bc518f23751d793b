/* What the tests of the front end share: the host compiler's macros and directories, and files of a folder.
 */
#ifndef TEST_HOST_H
#define TEST_HOST_H

#include "frontend/frontend.h"

struct host {
    struct naas_ctx *ctx;
    char folder[64]; /* of its own, for files that tests write */
    struct fe_options options;
};

/* Asks the compiler that NAAS_CC names, else cc. */
struct host *host_new(void);
void host_free(struct host *host);

/* Writes text to a file of the folder and parses it. */
struct fe_unit *host_parse_text(struct host *host, const char *text, size_t length, enum naas_status *status);
struct fe_unit *host_parse_file(struct host *host, const char *path, enum naas_status *status);

/* Names of the files in a folder that end in suffix, sorted. */
int host_list(struct host *host, const char *folder, const char *suffix, char ***names);

#endif
