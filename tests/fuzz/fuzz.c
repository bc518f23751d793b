/*
 * Differential fuzzing of the whole compiler: random annotated programs, built with the plain compiler and
 * with naascc, must print the same and end with the same status.
 *
 *     fuzz [--count N] [--seed S] [--keep DIR] [--naascc FILE] [--reasons]    N cases, 25 a program
 *     fuzz --print S                                                         the program of a seed
 *
 * A case that comes out different is cut down: its tape of choices is shortened and lowered for as long as
 * the difference stays; what is left goes to the folder of --keep, with the options it needs. Cases with
 * undefined behaviour of their own (as GCC's sanitizers see it) do not count, nor do those that the plain
 * compiler gets wrong just as naascc did, which leaves it what it does not map.
 */
#include "generate.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROGRESS = 20 }; /* units */
enum { CASES = 25, SHRINKS = 120, MAX_REASONS = 200 };

/* No case builds wrong, prints wrong, or leaves an annotation without an answer. */
enum verdict { RIGHT, UNDEFINED, MISCOMPILED, WRONG, SILENT, NO_BUILD, BAD_PROGRAM };
static const char *const verdict_name[] = {"right", "undefined", "wrong with the plain compiler, too",
    "wrong result", "no word about a nest", "naascc does not build it",
    "the plain compiler does not build it"};

struct reason {
    char text[120];
    int count;
};

struct fuzz {
    const char *naascc, *keep;
    char dir[64];
    int accepted, refused, simulated, undefined, miscompiled, wrong;
    int n_reasons;
    struct reason reason[MAX_REASONS];
};

/* The choices of a unit: one tape a case, and one for the accelerators and options. */
struct unit {
    int n, ids[CASES];
    struct tape setting, tape[CASES];
    int accepted, refused, simulated;
    bool status_differs;
};

enum { N_TARGETS = 2 };
static const char *const target[N_TARGETS] = {"sim", "native"};

/* ---- files ---- */

static char *slurp(const char *dir, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t size = 0, n;
    char chunk[4096];
    FILE *out = open_memstream(&text, &size);
    while (file && out && (n = fread(chunk, 1, sizeof chunk, file)) > 0)
        fwrite(chunk, 1, n, out);
    if (file)
        fclose(file);
    if (out)
        fclose(out);
    return text;
}

static FILE *create(const char *dir, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "w");
    if (!file) {
        perror(path);
        exit(2);
    }
    return file;
}

/* Exit status of a command run in the folder, 128 + n for signal n. */
__attribute__((format(printf, 2, 3))) static int run(const struct fuzz *fuzz, const char *format, ...)
{
    char command[2048];
    int n = snprintf(command, sizeof command, "cd %s && ", fuzz->dir);
    va_list args;
    va_start(args, format);
    vsnprintf(command + n, sizeof command - (size_t)n, format, args);
    va_end(args);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Writes u.c and the accelerators; returns the number of annotations. */
static int unit_write(const char *dir, struct unit *unit, char *options, size_t size)
{
    struct tape *tapes[CASES];
    for (int i = 0; i < unit->n; i++) {
        tapes[i] = &unit->tape[i];
        tape_rewind(tapes[i]);
    }
    FILE *file = create(dir, "u.c");
    int n_pragmas = gen_unit(file, tapes, unit->ids, unit->n);
    fclose(file);
    tape_rewind(&unit->setting);
    for (int a = 0; a < GEN_ACCELS; a++) {
        char name[32];
        snprintf(name, sizeof name, "a%d.json", a);
        file = create(dir, name);
        gen_accel(file, &unit->setting);
        fclose(file);
    }
    file = fmemopen(options, size, "w");
    gen_options(file, &unit->setting);
    fclose(file);
    return n_pragmas;
}

/* ---- what a run said ---- */

/* The part of the text that belongs to the case: from its line to the next one's. */
static void section(const char *text, int id, const char **begin, size_t *length)
{
    char head[24];
    snprintf(head, sizeof head, "case %d\n", id);
    *begin = NULL;
    *length = 0;
    for (const char *p = text; (p = strstr(p, head)); p++) {
        if (p != text && p[-1] != '\n')
            continue;
        const char *end = strstr(p + 1, "\ncase ");
        *begin = p;
        *length = end ? (size_t)(end - p) + 1 : strlen(p);
        return;
    }
}

static bool section_has(const char *text, int id, const char *word)
{
    const char *begin;
    size_t length;
    section(text, id, &begin, &length);
    return begin && memmem(begin, length, word, strlen(word));
}

/* The line at *text, which moves on behind it. */
static size_t line_next(const char **text, size_t *left, const char **line)
{
    const char *end = memchr(*text, '\n', *left);
    size_t n = end ? (size_t)(end - *text) + 1 : *left;
    *line = *text;
    *text += n;
    *left -= n;
    return n;
}

/* Lines "+- bound value value ..." of numbers that differ by no more than the bound. */
static bool rough_same(const char *a, const char *b, size_t n, size_t m)
{
    if (n < 3 || m < 3 || memcmp(a, "+- ", 3) != 0 || memcmp(b, "+- ", 3) != 0)
        return false;
    char *a_at, *b_at;
    double bound = strtod(a + 3, &a_at);
    if (bound != strtod(b + 3, &b_at))
        return false;
    while (*a_at == ' ' && *b_at == ' ') {
        double difference = strtod(a_at, &a_at) - strtod(b_at, &b_at);
        if (!(difference <= bound && difference >= -bound))
            return false;
    }
    return *a_at == '\n' && *b_at == '\n';
}

static bool section_same(const char *a, const char *b, int id)
{
    const char *one, *other, *line_a, *line_b;
    size_t n, m;
    section(a, id, &one, &n);
    section(b, id, &other, &m);
    while (n > 0 && m > 0) {
        size_t length_a = line_next(&one, &n, &line_a), length_b = line_next(&other, &m, &line_b);
        bool equal = length_a == length_b && memcmp(line_a, line_b, length_a) == 0;
        if (!equal && !rough_same(line_a, line_b, length_a, length_b))
            return false;
    }
    return n == m;
}

static int count(const char *text, const char *word)
{
    int n = 0;
    for (const char *p = text; (p = strstr(p, word)); p += strlen(word))
        n++;
    return n;
}

/* Notes why nests were refused, without names and numbers. */
static void note_reasons(struct fuzz *fuzz, const char *log)
{
    for (const char *p = log; (p = strstr(p, "not mapped: "));) {
        char text[120];
        size_t n = 0;
        p += strlen("not mapped: ");
        for (bool quoted = false; *p && *p != '\n'; p++) {
            if (*p == '\'')
                quoted = !quoted;
            else if (!quoted && (*p < '0' || *p > '9') && n + 1 < sizeof text)
                text[n++] = *p;
        }
        text[n] = '\0';
        int i = 0;
        while (i < fuzz->n_reasons && strcmp(fuzz->reason[i].text, text) != 0)
            i++;
        if (i == fuzz->n_reasons && i < MAX_REASONS)
            memcpy(fuzz->reason[fuzz->n_reasons++].text, text, sizeof text);
        if (i < MAX_REASONS)
            fuzz->reason[i].count++;
    }
}

/* ---- a unit ---- */

static bool is_troubled(const char *log)
{
    return strstr(log, "crashed") || strstr(log, "internal error") || strstr(log, "it took more than") ||
           strstr(log, "no nest is mapped");
}

/* Adds what one target's program printed to the verdicts. */
static void compare(struct fuzz *fuzz, struct unit *unit, const char *plain_out, int plain, const char *name,
    enum verdict *each)
{
    char file[32];
    int status = run(fuzz, "NAAS_RT_STATS=1 timeout 60 ./%s >%s.out 2>%s.err", name, name, name);
    snprintf(file, sizeof file, "%s.err", name);
    char *err = slurp(fuzz->dir, file);
    snprintf(file, sizeof file, "%s.out", name);
    char *out = slurp(fuzz->dir, file);
    bool any = false;
    unit->simulated += count(err, "(sim):");
    for (int i = 0; i < unit->n; i++) {
        if (each[i] == RIGHT && !section_same(plain_out, out, unit->ids[i]))
            each[i] = WRONG;
        any |= each[i] != RIGHT;
    }
    unit->status_differs |= !any && status != plain;
    free(err);
    free(out);
}

/* Cases that are as wrong when the plain compiler gets naascc's options. */
static void excuse(const struct fuzz *fuzz, const struct unit *unit, const char *options,
    const char *plain_out, enum verdict *each)
{
    run(fuzz, "%s -w -fno-naas %s u.c -o host -lm >host.log 2>&1 && timeout 60 ./host >host.out 2>host.err",
        fuzz->naascc, options);
    char *host = slurp(fuzz->dir, "host.out"),
         *out[N_TARGETS] = {slurp(fuzz->dir, "sim.out"), slurp(fuzz->dir, "native.out")};
    for (int i = 0; i < unit->n; i++) {
        bool excused = each[i] == WRONG;
        for (int t = 0; t < N_TARGETS; t++)
            excused = excused && (section_same(plain_out, out[t], unit->ids[i]) ||
                                     section_same(host, out[t], unit->ids[i]));
        if (excused)
            each[i] = MISCOMPILED;
    }
    free(host);
    for (int t = 0; t < N_TARGETS; t++)
        free(out[t]);
}

static int status_of(const struct fuzz *fuzz, const char *name)
{
    char file[32];
    snprintf(file, sizeof file, "%s.status", name);
    char *text = slurp(fuzz->dir, file);
    int status = atoi(text);
    free(text);
    return status;
}

/* What naascc said about the unit for one target: its status, and whether every annotation got an answer. */
static enum verdict check_log(struct fuzz *fuzz, struct unit *unit, const char *name, int n_pragmas)
{
    char file[32];
    snprintf(file, sizeof file, "%s.log", name);
    char *log = slurp(fuzz->dir, file);
    int accepted = count(log, "remark: nest '"), refused = count(log, "not mapped: ");
    unit->accepted += accepted;
    unit->refused += refused;
    bool silent = is_troubled(log) || accepted + refused < n_pragmas;
    free(log);
    return status_of(fuzz, name) ? NO_BUILD : silent ? SILENT : RIGHT;
}

/* each: the verdict on every case, where the unit as a whole can be built and run. */
static enum verdict check(struct fuzz *fuzz, struct unit *unit, enum verdict *each)
{
    char options[256];
    enum verdict worst = RIGHT;
    int n_pragmas = unit_write(fuzz->dir, unit, options, sizeof options);
    for (int i = 0; i < unit->n; i++)
        each[i] = RIGHT;
    unit->accepted = unit->refused = unit->simulated = unit->status_differs = 0;
    run(fuzz,
        "rm -f *.status host.out; (cc -w -O0 -fsanitize=address,undefined,float-cast-overflow "
        "-fsanitize-recover=address "
        "u.c -o plain -lm >plain.log 2>&1; echo $? >plain.status) &"
        " (timeout 700 %s -w -Rnaas -fnaas-timeout=600 -fnaas-target=native %s u.c -o native -lm >native.log "
        "2>&1; echo $? "
        ">native.status) &"
        " timeout 700 %s -w -Rnaas -fnaas-timeout=600 %s u.c -o sim -lm >sim.log 2>&1; echo $? >sim.status; "
        "wait",
        fuzz->naascc, options, fuzz->naascc, options);
    if (status_of(fuzz, "plain"))
        return BAD_PROGRAM;
    for (int t = 0; t < N_TARGETS; t++) {
        enum verdict verdict = check_log(fuzz, unit, target[t], n_pragmas);
        worst = verdict > worst ? verdict : worst;
    }
    if (worst == NO_BUILD)
        return worst;
    int plain =
        run(fuzz, "ASAN_OPTIONS=halt_on_error=0:detect_leaks=0 timeout 60 ./plain >plain.out 2>plain.err");
    char *plain_out = slurp(fuzz->dir, "plain.out"), *plain_err = slurp(fuzz->dir, "plain.err");
    for (int i = 0; i < unit->n; i++)
        if (section_has(plain_err, unit->ids[i], "runtime error") ||
            section_has(plain_err, unit->ids[i], "ERROR: AddressSanitizer"))
            each[i] = UNDEFINED;
    for (int t = 0; t < N_TARGETS; t++)
        compare(fuzz, unit, plain_out, plain, target[t], each);
    enum verdict result = unit->status_differs ? WRONG : RIGHT;
    bool any = false;
    for (int i = 0; i < unit->n; i++)
        any = any || each[i] == WRONG;
    if (any)
        excuse(fuzz, unit, options, plain_out, each);
    for (int i = 0; i < unit->n; i++)
        result = each[i] > result ? each[i] : result;
    free(plain_out);
    free(plain_err);
    return result < WRONG && worst == SILENT ? SILENT : result;
}

/* ---- cutting down ---- */

static bool still_fails(struct fuzz *fuzz, struct unit *unit, enum verdict wanted)
{
    enum verdict each[CASES];
    struct unit trial = *unit;
    return check(fuzz, &trial, each) == wanted;
}

/* Tries the tape without [from, from + n), or with zeros there. */
static bool try_cut(
    struct fuzz *fuzz, struct unit *unit, struct tape *tape, int from, int n, bool zero, enum verdict wanted)
{
    struct tape old = *tape;
    if (zero) {
        bool change = false;
        for (int i = from; i < from + n; i++) {
            change |= tape->value[i] != 0;
            tape->value[i] = 0;
        }
        if (!change)
            return false;
    } else {
        memmove(tape->value + from, tape->value + from + n, sizeof(int) * (size_t)(tape->n_given - from - n));
        tape->n_given -= n;
    }
    if (still_fails(fuzz, unit, wanted))
        return true;
    *tape = old;
    return false;
}

static bool try_lower(struct fuzz *fuzz, struct unit *unit, struct tape *tape, int i, enum verdict wanted)
{
    int old = tape->value[i];
    if (old == 0)
        return false;
    tape->value[i] = old / 2;
    if (still_fails(fuzz, unit, wanted))
        return true;
    tape->value[i] = old;
    return false;
}

static void shrink_tape(
    struct fuzz *fuzz, struct unit *unit, struct tape *tape, enum verdict wanted, int *left)
{
    for (int n = tape->n_given / 2; n >= 1; n /= 2)
        for (int from = 0; from + n <= tape->n_given && *left > 0; from += n) {
            *left -= 2;
            if (!try_cut(fuzz, unit, tape, from, n, true, wanted) && n <= 4)
                try_cut(fuzz, unit, tape, from, n, false, wanted);
        }
    for (int i = 0; i<tape->n_given && * left> 0; i++)
        while (tape->value[i] && (*left)-- > 0 && try_lower(fuzz, unit, tape, i, wanted))
            ;
}

static void keep_copy(const struct fuzz *fuzz, const char *from, const char *to)
{
    char *text = slurp(fuzz->dir, from);
    FILE *file = create(fuzz->keep, to);
    fputs(text, file);
    fclose(file);
    free(text);
}

/* The smallest program with the difference, its options in the first line. */
static void keep(struct fuzz *fuzz, struct unit *unit, uint64_t seed, enum verdict verdict)
{
    char options[256], name[64];
    unit_write(fuzz->dir, unit, options, sizeof options);
    char *text = slurp(fuzz->dir, "u.c");
    snprintf(name, sizeof name, "seed_%llu_%d", (unsigned long long)seed, unit->ids[0]);
    mkdir(fuzz->keep, 0777);
    char folder[256];
    snprintf(folder, sizeof folder, "%s/%s", fuzz->keep, name);
    mkdir(folder, 0777);
    struct fuzz there = *fuzz;
    there.keep = folder;
    FILE *file = create(folder, "u.c");
    fprintf(file, "/* options: %s */\n/* seed %llu, case %d: %s */\n%s", options, (unsigned long long)seed,
        unit->ids[0], verdict_name[verdict], text);
    fclose(file);
    keep_copy(&there, "a0.json", "a0.json");
    keep_copy(&there, "a1.json", "a1.json");
    keep_copy(&there, "a2.json", "a2.json");
    free(text);
    printf("    kept as %s\n", folder);
}

static void report(struct fuzz *fuzz, const struct unit *unit, int i, uint64_t seed, enum verdict verdict)
{
    struct unit single = {.n = 1, .ids = {unit->ids[i]}, .setting = unit->setting};
    enum verdict each[CASES];
    int left = SHRINKS;
    single.tape[0] = unit->tape[i];
    enum verdict alone = check(fuzz, &single, each);
    printf("seed %llu, case %d: %s", (unsigned long long)seed, unit->ids[i], verdict_name[verdict]);
    printf(alone == verdict ? "\n" : " (alone: %s)\n", verdict_name[alone]);
    if (alone == NO_BUILD || alone == SILENT)
        run(fuzz, "grep -hv 'remark:' sim.log native.log | grep -m 3 -A 3 -E 'error|warning' >&2");
    fflush(stdout);
    if (!fuzz->keep)
        return;
    if (alone == verdict) {
        shrink_tape(fuzz, &single, &single.setting, verdict, &left);
        shrink_tape(fuzz, &single, &single.tape[0], verdict, &left);
    }
    keep(fuzz, &single, seed, verdict);
    fflush(stdout);
}

/* A unit that does not build, or leaves out a nest: which of its cases is it? */
static void find_alone(struct fuzz *fuzz, const struct unit *unit, uint64_t seed, enum verdict verdict)
{
    enum verdict each[CASES];
    int found = 0;
    for (int i = 0; i < unit->n && !found; i++) {
        struct unit single = {.n = 1, .ids = {unit->ids[i]}, .setting = unit->setting};
        single.tape[0] = unit->tape[i];
        if (check(fuzz, &single, each) != verdict)
            continue;
        found = 1;
        report(fuzz, unit, i, seed, verdict);
    }
    if (!found)
        printf("seed %llu: %s, but no case alone\n", (unsigned long long)seed, verdict_name[verdict]);
    fuzz->wrong++;
}

/* ---- all ---- */

static void unit_draw(struct unit *unit, uint64_t seed, int n)
{
    FILE *nowhere = fopen("/dev/null", "w");
    unit->n = n;
    tape_seed(&unit->setting, seed * 1000003 + 999);
    for (int a = 0; a < GEN_ACCELS; a++)
        gen_accel(nowhere, &unit->setting);
    gen_options(nowhere, &unit->setting);
    for (int i = 0; i < n; i++) {
        struct tape *tape = &unit->tape[i];
        unit->ids[i] = i;
        tape_seed(tape, seed * 1000003 + (uint64_t)i);
        gen_unit(nowhere, (struct tape *[]){tape}, &i, 1);
    }
    fclose(nowhere);
}

static void fuzz_unit(struct fuzz *fuzz, uint64_t seed, int n)
{
    static struct unit unit;
    enum verdict each[CASES];
    unit_draw(&unit, seed, n);
    enum verdict verdict = check(fuzz, &unit, each);
    char *log = slurp(fuzz->dir, "sim.log");
    note_reasons(fuzz, log);
    free(log);
    fuzz->accepted += unit.accepted;
    fuzz->refused += unit.refused;
    fuzz->simulated += unit.simulated;
    struct unit whole = unit;
    int before = fuzz->wrong;
    for (int i = 0; i < n; i++) {
        fuzz->undefined += each[i] == UNDEFINED;
        fuzz->miscompiled += each[i] == MISCOMPILED;
        if (each[i] == MISCOMPILED)
            printf("seed %llu, case %d: %s\n", (unsigned long long)seed, i, verdict_name[MISCOMPILED]);
        fuzz->wrong += each[i] == WRONG;
        if (each[i] == WRONG)
            report(fuzz, &whole, i, seed, WRONG);
    }
    if (verdict > WRONG || (verdict == WRONG && fuzz->wrong == before))
        find_alone(fuzz, &whole, seed, verdict);
}

static int by_count(const void *a, const void *b)
{
    return ((const struct reason *)b)->count - ((const struct reason *)a)->count;
}

static void print_reasons(struct fuzz *fuzz)
{
    qsort(fuzz->reason, (size_t)fuzz->n_reasons, sizeof *fuzz->reason, by_count);
    for (int i = 0; i < fuzz->n_reasons; i++)
        printf("%6d %s\n", fuzz->reason[i].count, fuzz->reason[i].text);
}

static int print_program(uint64_t seed)
{
    static struct unit unit;
    struct tape *tapes[CASES];
    unit_draw(&unit, seed, CASES);
    for (int i = 0; i < unit.n; i++) {
        tapes[i] = &unit.tape[i];
        tape_rewind(tapes[i]);
    }
    gen_unit(stdout, tapes, unit.ids, unit.n);
    return 0;
}

static const char *value_of(
    int argc, char **argv, const char *option, const char *variable, const char *fallback)
{
    for (int i = argc - 2; i > 0; i--) /* the last one counts */
        if (strcmp(argv[i], option) == 0)
            return argv[i + 1];
    const char *value = variable ? getenv(variable) : NULL;
    return value ? value : fallback;
}

int main(int argc, char **argv)
{
    static struct fuzz fuzz;
    uint64_t seed = strtoull(value_of(argc, argv, "--seed", "NAAS_SEED", "1"), NULL, 0);
    int cases = atoi(value_of(argc, argv, "--count", "NAAS_TEST_COUNT", "500"));
    const char *print = value_of(argc, argv, "--print", NULL, NULL);
    if (print)
        return print_program(strtoull(print, NULL, 0));
    fuzz.naascc = value_of(argc, argv, "--naascc", NULL, FUZZ_NAASCC);
    fuzz.keep = value_of(argc, argv, "--keep", NULL, NULL);
    snprintf(fuzz.dir, sizeof fuzz.dir, "/tmp/naas-fuzz-XXXXXX");
    if (!mkdtemp(fuzz.dir)) {
        perror(fuzz.dir);
        return 2;
    }
    printf("seed %llu\n", (unsigned long long)seed);
    for (int done = 0; done < cases; done += CASES) {
        fuzz_unit(&fuzz, seed + (uint64_t)(done / CASES), cases - done < CASES ? cases - done : CASES);
        if (done / CASES % PROGRESS == PROGRESS - 1)
            printf("%d cases, %d wrong\n", done + CASES, fuzz.wrong);
        fflush(stdout);
    }
    run(&fuzz, "rm -rf %s", fuzz.dir);
    if (strcmp(argv[argc - 1], "--reasons") == 0)
        print_reasons(&fuzz);
    printf("%d cases: %d nests accepted, %d refused, %d runs on the simulator, %d cases undefined, %d "
           "miscompiled "
           "by the plain compiler, %d wrong\n",
        cases, fuzz.accepted, fuzz.refused, fuzz.simulated, fuzz.undefined, fuzz.miscompiled, fuzz.wrong);
    bool enough = 2 * fuzz.accepted >= fuzz.refused && 5 * fuzz.undefined <= cases;
    if (!enough)
        printf("too few nests are accepted, or too many programs undefined\n");
    return fuzz.wrong || !enough;
}
