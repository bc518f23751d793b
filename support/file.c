/* Whole files in and out. */
#include "support/support.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum naas_status refuse(struct naas_ctx *ctx, const char *path, const char *what, int error)
{
    naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = path}, "cannot %s: %s", what, strerror(error));
    return NAAS_SYSTEM;
}

/* Reads to the end; 0 or an errno. */
static int read_all(int fd, struct naas_buf *buf)
{
    char block[1 << 14];
    for (;;) {
        ssize_t got = read(fd, block, sizeof block);
        if (got == 0)
            return 0;
        if (got > 0)
            naas_buf_write(buf, block, (size_t)got);
        else if (errno != EINTR)
            return errno;
    }
}

enum naas_status naas_read_file(struct naas_ctx *ctx, const char *path, char **text, size_t *length)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return refuse(ctx, path, "open", errno);
    struct naas_buf buf = naas_buf_new(ctx);
    int error = read_all(fd, &buf);
    close(fd);
    if (error)
        return refuse(ctx, path, "read", error);
    *text = buf.text;
    if (length)
        *length = buf.length;
    return NAAS_OK;
}

/* Writes all and closes; 0 or an errno. */
static int write_all(int fd, const char *text, size_t length)
{
    int error = 0;
    while (length && !error) {
        ssize_t put = write(fd, text, length);
        if (put >= 0) {
            text += put;
            length -= (size_t)put;
        } else if (errno != EINTR) {
            error = errno;
        }
    }
    if (close(fd) && !error)
        error = errno;
    return error;
}

static int write_in_place(const char *path, const char *text, size_t length)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return fd < 0 ? errno : write_all(fd, text, length);
}

/* Opens a new file beside path, whose name it gives. */
static int open_beside(struct naas_ctx *ctx, const char *path, char **name)
{
    for (int attempt = 0; attempt < 1000; attempt++) {
        *name = naas_format(ctx, "%s.%ld.%d.tmp", path, (long)getpid(), attempt);
        int fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

/* old describes the regular file that is replaced, NULL when there is none. */
static int write_and_rename(
    struct naas_ctx *ctx, const char *path, const struct stat *old, const char *text, size_t length)
{
    if (old && access(path, W_OK))
        return errno;
    char *temporary;
    int fd = open_beside(ctx, path, &temporary);
    if (fd < 0 && old)
        return write_in_place(path, text, length); /* a folder that takes no new files */
    if (fd < 0)
        return errno;
    int error = old && fchmod(fd, old->st_mode & 07777) ? errno : 0;
    int write_error = write_all(fd, text, length);
    if (!error)
        error = write_error;
    if (!error && rename(temporary, path))
        error = errno;
    if (error)
        unlink(temporary);
    return error;
}

enum naas_status naas_write_file(struct naas_ctx *ctx, const char *path, const char *text, size_t length)
{
    struct stat link, old;
    bool there = !lstat(path, &link), reachable = !stat(path, &old);
    int error;
    if (!there) {
        error = write_and_rename(ctx, path, NULL, text, length);
    } else if (reachable && S_ISREG(old.st_mode)) {
        char *target = realpath(path, NULL);
        error = target ? write_and_rename(ctx, target, &old, text, length) : errno;
        free(target);
    } else {
        error = write_in_place(path, text, length); /* a device, a pipe, a link to nowhere yet */
    }
    return error ? refuse(ctx, path, "write", error) : NAAS_OK;
}
