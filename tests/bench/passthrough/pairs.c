/*
 * pairs N A... -- B...: runs command A and command B in turn N times each and prints the median of either's
 * time and of their difference, in milliseconds. Taking turns keeps drifts of the machine out of the
 * difference.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

/* From fork to the end of the program; the process ends with a message when the command fails. */
static double run(char **command)
{
    double start = now_ms();
    int status;
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 1);
        dup2(null, 2);
        execvp(command[0], command);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0) {
        fprintf(stderr, "pairs: '%s' failed\n", command[0]);
        exit(1);
    }
    return now_ms() - start;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, compare);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 0;
    char **second = NULL;
    for (int i = 2; i < argc && !second; i++)
        if (strcmp(argv[i], "--") == 0) {
            argv[i] = NULL;
            second = argv + i + 1;
        }
    if (n < 1 || !second || !argv[2] || !*second) {
        fputs("usage: pairs N A... -- B...\n", stderr);
        return 2;
    }
    double *a = calloc((size_t)n, sizeof *a), *b = calloc((size_t)n, sizeof *b),
           *d = calloc((size_t)n, sizeof *d);
    if (!a || !b || !d)
        return 1;
    run(argv + 2), run(second);
    for (int i = 0; i < n; i++) {
        a[i] = run(argv + 2);
        b[i] = run(second);
        d[i] = b[i] - a[i];
    }
    printf("%.2f %.2f %.2f\n", median(a, n), median(b, n), median(d, n));
    free(a), free(b), free(d);
    return 0;
}
