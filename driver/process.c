#include "driver/process.h"
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_DEPTH = 8 };

/* ---- the host compiler ---- */

char *process_own_folder(void)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0)
        return NULL;
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    if (!slash)
        return NULL;
    *slash = '\0';
    return strdup(path);
}

static bool is_program(const char *path, struct stat *info)
{
    return stat(path, info) == 0 && S_ISREG(info->st_mode) && access(path, X_OK) == 0;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Walks PATH once: *last becomes candidate number `skip`, or the last one when there are fewer. Candidates
 * are the programs of that name that are not `self`, counted again from 0 behind each place where self
 * stands. */
static char *search_path(const char *name, const struct stat *self, int skip)
{
    const char *path = getenv("PATH");
    char *found = NULL;
    int seen = 0;
    for (const char *at = path ? path : "/usr/bin:/bin"; at;
         at = strchr(at, ':') ? strchr(at, ':') + 1 : NULL) {
        char file[PATH_MAX];
        int n = (int)strcspn(at, ":");
        struct stat info;
        snprintf(file, sizeof file, "%.*s%s%s", n, at, n ? "/" : "./", name);
        if (!is_program(file, &info))
            continue;
        bool own = same_file(&info, self);
        if (!own && seen > skip)
            continue;
        if (own) {
            seen = 0;
            continue;
        }
        free(found);
        found = strdup(file);
        seen++;
    }
    return found;
}

static void set_depth(int depth)
{
    char text[16];
    snprintf(text, sizeof text, "%d", depth);
    setenv("NAASCC_DEPTH", text, 1);
}

static int count_depth(void)
{
    const char *text = getenv("NAASCC_DEPTH");
    int depth = text ? atoi(text) : 0;
    set_depth(depth + 1);
    return depth;
}

/* Splits at blanks; the words and the list are the caller's. */
static char **split_words(const char *text, int *n)
{
    char **words = calloc(strlen(text) / 2 + 2, sizeof *words);
    *n = 0;
    for (text += strspn(text, " \t"); words && *text; text += strspn(text, " \t")) {
        size_t length = strcspn(text, " \t");
        words[(*n)++] = strndup(text, length);
        text += length;
    }
    return words;
}

/* <machine>-[<vendor>-]<system>-<program>, as in aarch64-linux-gnu-gcc, names the machine it compiles for;
 * only this one's C library and instruction set are those of the runtime library. */
static bool is_cross(const char *path)
{
    static const char *const systems[] = {"-linux-", "-none-", "-elf-", "-w64-"};
    struct utsname here;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t machine = strcspn(name, "-");
    bool triple = false;
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++)
        triple = triple || strstr(name, systems[i]);
    if (!triple || uname(&here) != 0)
        return false;
    return strlen(here.machine) != machine || memcmp(here.machine, name, machine) != 0 ||
           !strstr(name, "-linux-gnu-");
}

void process_free_host(struct host *host)
{
    for (int i = 0; i < host->n; i++)
        free(host->word[i]);
    free(host->word);
    set_depth(host->depth);
}

bool process_find_host(struct host *host, char *message, int size)
{
    struct stat self = {0}, info;
    const char *wanted = getenv("NAAS_CC");
    host->depth = count_depth();
    stat("/proc/self/exe", &self);
    host->word = split_words(wanted && *wanted ? wanted : "cc", &host->n);
    if (!host->word || host->n == 0) {
        snprintf(message, (size_t)size, "NAAS_CC names no program");
        return false;
    }
    if (host->depth > MAX_DEPTH) {
        snprintf(message, (size_t)size,
            "the host compiler '%s' leads back to naascc; set NAAS_CC to its path", host->word[0]);
        return false;
    }
    const char *name = host->word[0];
    char *path = strchr(name, '/') ? strdup(name) : search_path(name, &self, host->depth);
    if (!path || !is_program(path, &info))
        snprintf(message, (size_t)size, "the host compiler '%s' was not found; set NAAS_CC", name);
    else if (same_file(&info, &self))
        snprintf(message, (size_t)size, "NAAS_CC names naascc itself");
    else {
        host->cross = false;
        for (int i = 0; i < host->n; i++) /* ccache aarch64-linux-gnu-gcc */
            host->cross = host->cross || (host->word[i][0] != '-' && is_cross(host->word[i]));
        free(host->word[0]);
        host->word[0] = path;
        return true;
    }
    free(path);
    return false;
}

/* ---- sessions ---- */

void process_end_with(pid_t parent, int number)
{
    if (prctl(PR_SET_PDEATHSIG, number) != 0)
        return;
    if (getppid() != parent)
        _exit(128 + number);
}

static bool is_ignored(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void session_begin(struct session *session)
{
    static const int interrupting[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    *session = (struct session){.ignores_child = is_ignored(SIGCHLD)};
    sigemptyset(&session->waited);
    sigaddset(&session->waited, SIGCHLD);
    for (size_t i = 0; i < sizeof interrupting / sizeof interrupting[0]; i++)
        if (!is_ignored(interrupting[i]))
            sigaddset(&session->waited, interrupting[i]);
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_BLOCK, &session->waited, &session->original);
}

bool session_folder(struct session *session)
{
    const char *const parents[] = {getenv("TMPDIR"), "/tmp"};
    for (size_t i = 0; i < sizeof parents / sizeof parents[0] && !session->folder; i++) {
        char path[PATH_MAX];
        if (!parents[i] || !*parents[i])
            continue;
        snprintf(path, sizeof path, "%s/naascc-XXXXXX", parents[i]);
        session->folder = mkdtemp(path) ? strdup(path) : NULL;
    }
    return session->folder != NULL;
}

static void restore_signals(const struct session *session)
{
    if (session->ignores_child)
        signal(SIGCHLD, SIG_IGN);
    sigprocmask(SIG_SETMASK, &session->original, NULL);
}

/* Compilers clean up after SIGTERM. */
_Noreturn static void become(const struct session *session, pid_t parent, char *const *words, int seconds)
{
    process_end_with(parent, seconds > 0 ? SIGKILL : SIGTERM);
    restore_signals(session);
    if (seconds > 0) {
        sigset_t alarm_only;
        sigemptyset(&alarm_only);
        sigaddset(&alarm_only, SIGALRM);
        signal(SIGALRM, SIG_DFL);
        sigprocmask(SIG_UNBLOCK, &alarm_only, NULL);
        alarm((unsigned)seconds); /* survives exec */
    }
    execv(words[0], words);
    fprintf(stderr, "naascc: cannot run '%s': %s\n", words[0], strerror(errno));
    _exit(127);
}

int session_run(struct session *session, char *const *words, int seconds)
{
    int status = -1;
    pid_t parent = getpid(), child = fork();
    if (child < 0)
        return -1;
    if (child == 0)
        become(session, parent, words, seconds);
    while (waitpid(child, &status, WNOHANG) == 0) {
        int number = sigwaitinfo(&session->waited, NULL);
        if (number > 0 && number != SIGCHLD) {
            session->signal = number;
            kill(child, number);
        }
    }
    return status;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info, (void)type, (void)where;
    remove(path);
    return 0;
}

static void remove_folder(struct session *session)
{
    if (session->folder)
        nftw(session->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(session->folder);
    session->folder = NULL;
}

_Noreturn static void die_of(int number)
{
    sigset_t only;
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    signal(number, SIG_DFL);
    sigemptyset(&only);
    sigaddset(&only, number);
    raise(number);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    _exit(128 + number);
}

_Noreturn void session_end(struct session *session, int status)
{
    remove_folder(session);
    if (session->signal)
        die_of(session->signal);
    if (status != -1 && WIFSIGNALED(status))
        die_of(WTERMSIG(status));
    fflush(stdout);
    _exit(status == -1 ? 1 : WEXITSTATUS(status));
}

void session_leave(struct session *session)
{
    remove_folder(session);
    if (session->signal)
        die_of(session->signal);
    restore_signals(session);
}
