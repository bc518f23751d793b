#include "driver/once.h"
#include "driver/process.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int once_descriptor(const char *input)
{
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    if (strcmp(input, "-") == 0 || strcmp(input, "/dev/stdin") == 0)
        return STDIN_FILENO;
    for (int i = 0; i < 2; i++) {
        size_t n = strlen(folders[i]);
        char *end;
        if (strncmp(input, folders[i], n) != 0 || input[n] < '0' || input[n] > '9')
            continue;
        long descriptor = strtol(input + n, &end, 10);
        return *end == '\0' && descriptor < 1 << 20 ? (int)descriptor : -1;
    }
    return -1;
}

bool once_is_fifo(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISFIFO(info.st_mode);
}

static bool copy(int from, int to)
{
    char block[16384];
    for (;;) {
        ssize_t n = read(from, block, sizeof block);
        if (n == 0)
            return true;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 || write(to, block, (size_t)n) != n)
            return false;
    }
}

static int keep(int from)
{
    int kept = memfd_create("input", 0);
    if (kept >= 0 && (!copy(from, kept) || lseek(kept, 0, SEEK_SET) != 0)) {
        close(kept);
        return -1;
    }
    return kept;
}

bool once_keep_descriptor(int descriptor)
{
    int kept = keep(descriptor);
    bool placed = kept >= 0 && dup2(kept, descriptor) == descriptor;
    if (kept >= 0)
        close(kept);
    return placed;
}

int once_keep_fifo(const char *path)
{
    int fifo = open(path, O_RDONLY | O_CLOEXEC);
    if (fifo < 0)
        return -1;
    int kept = keep(fifo);
    close(fifo);
    return kept;
}

_Noreturn static void feed(pid_t parent, const char *path, int kept)
{
    process_end_with(parent, SIGKILL);
    signal(SIGPIPE, SIG_DFL);
    int fifo = open(path, O_WRONLY | O_CLOEXEC);
    _exit(fifo < 0 || lseek(kept, 0, SEEK_SET) != 0 || !copy(kept, fifo));
}

pid_t once_feed(const char *path, int kept)
{
    pid_t parent = getpid(), child = fork();
    if (child == 0)
        feed(parent, path, kept);
    return child;
}

void once_stop(pid_t feeder)
{
    if (feeder > 0 && kill(feeder, SIGKILL) == 0)
        waitpid(feeder, NULL, 0);
}
