/*
 * Running other programs: finding the host compiler, waiting for children while signals arrive, a folder for
 * temporary files that is gone in the end. Needs libc only.
 */
#ifndef DRIVER_PROCESS_H
#define DRIVER_PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/* The folder that holds this program, without a slash behind it; NULL when /proc is not there. The caller
 * frees it. */
char *process_own_folder(void);

/* In a child, right behind the fork: it gets this signal when its parent ends, by whatever, SIGKILL too. Ends
 * the child where that has happened already. Its own children are on their own. */
void process_end_with(pid_t parent, int number);

/* The host compiler: $NAAS_CC, which may be several words, else cc. */
struct host {
    int n;
    char **word; /* word[0] is the path of the program */
    int depth;   /* how many naascc stand above us in the chain of processes */
    bool cross;  /* a name in it begins with another machine's triple: aarch64-linux-gnu-gcc */
};

/* Looks it up on PATH, behind the place where this very program stands on it, and skips as many candidates as
 * naascc already stands in the chain of processes above (NAASCC_DEPTH, which it counts up for the children):
 * so naascc called `cc`, two of them, or one and ccache calling each other do not loop. False with a message
 * in message. */
bool process_find_host(struct host *host, char *message, int size);
/* Also counts down again, for a process that looks it up several times. */
void process_free_host(struct host *host);

/* One command under way: its temporary folder, and the signals that must not kill us before the folder is
 * gone. */
struct session {
    char *folder;       /* NULL before session_folder */
    int signal;         /* that arrived, 0: none */
    sigset_t waited;    /* signals that we wait for */
    sigset_t original;  /* the mask we were started with */
    bool ignores_child; /* SIGCHLD was ignored when we were started */
};

/* From here on until session_end, interrupting signals are passed on to the child and kept for the end. Those
 * that are ignored stay so. */
void session_begin(struct session *session);
/* Makes the folder under $TMPDIR or /tmp. */
bool session_folder(struct session *session);
/* Runs a program and waits; it does not outlive us. seconds > 0: it is killed by SIGALRM after that time.
 * Status as of waitpid; -1: it could not be started. */
int session_run(struct session *session, char *const *words, int seconds);
/* Removes the folder, and ends this process as the child ended: with its status, or by its signal. */
_Noreturn void session_end(struct session *session, int status);
/* Removes the folder and gives the signals back, to go on by exec; ends the process when a signal has
 * arrived. */
void session_leave(struct session *session);

#endif
