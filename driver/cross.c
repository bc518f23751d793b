#include "driver/cross.h"
#include "driver/host.h"
#include "driver/machine.h"
#include <glob.h>
#include <stdlib.h>
#include <string.h>

/* ---- which machine ---- */

/* Names as in triples; an instruction set for two widths of pointers stands once for each. */
static const char *const machines[][2] = {{"__aarch64__", "aarch64"}, {"__arm__", "arm"},
    {"__x86_64__", "x86_64"}, {"__i386__", "i386"}, {"__powerpc64__", "powerpc64"},
    {"__powerpc__", "powerpc"}, {"__riscv", "riscv"}, {"__loongarch__", "loongarch"}, {"__s390x__", "s390x"},
    {"__mips__", "mips"}, {"__sparc__", "sparc"}};

static const char *name_of(const char *macros)
{
    for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++)
        if (machine_macro(macros, machines[i][0]))
            return machines[i][1];
    return "CPU";
}

/* The macro is not defined, or has this value. */
static bool agrees(const char *macros, const char *name, const char *value)
{
    const char *found = machine_macro(macros, name);
    size_t n = strlen(value);
    return !found || (strncmp(found, value, n) == 0 && (found[n] == '\n' || !found[n]));
}

/* int as naas_rt.h and emitted C have it, and long for whatever counts bytes. */
static bool has_types(const char *macros)
{
    bool wide = agrees(macros, "__SIZEOF_POINTER__", "8") && agrees(macros, "__SIZEOF_LONG__", "8"),
         narrow = agrees(macros, "__SIZEOF_POINTER__", "4") && agrees(macros, "__SIZEOF_LONG__", "4");
    return (wide || narrow) && agrees(macros, "__SIZEOF_INT__", "4");
}

/* Float is computed as float: not by the x87, nor as double. 16: only half precision is computed as float. */
static bool has_float(const char *macros)
{
    return agrees(macros, "__FLT_EVAL_METHOD__", "0") || agrees(macros, "__FLT_EVAL_METHOD__", "16");
}

const char *cross_fault(struct naas_ctx *ctx, const char *macros)
{
    if (!has_types(macros))
        return naas_format(ctx,
            "kernels need an int of 32 bits, and long and pointers both of 32 or both of 64, which this %s "
            "has "
            "not",
            name_of(macros));
    if (!has_float(macros))
        return naas_format(ctx,
            "kernels need arithmetic of float that is as precise as float, which this %s has not",
            name_of(macros));
    return NULL;
}

bool cross_is_here(const char *macros)
{
#if defined(__x86_64__)
    const char *here = "__x86_64__";
#elif defined(__aarch64__)
    const char *here = "__aarch64__";
#elif defined(__riscv)
    const char *here = "__riscv";
#else
    const char *here = "__linux__";
#endif
    const char *pointer = sizeof(void *) == 8 ? "8" : "4";
    return machine_macro(macros, here) && machine_macro(macros, "__linux__") &&
           agrees(macros, "__SIZEOF_POINTER__", pointer);
}

enum naas_status cross_describe(struct naas_ctx *ctx, const char *macros, const char *path)
{
    struct machine machine;
    struct naas_buf text = naas_buf_new(ctx);
    machine_assume(&machine, name_of(macros), machine_vectors_of(macros));
    machine_print(&text, &machine);
    return naas_write_file(ctx, path, text.text, text.length);
}

/* ---- the runtime library ---- */

/* All sources as one file that includes them. */
static enum naas_status write_whole(struct naas_ctx *ctx, const char *sources, const char *path)
{
    glob_t found = {0};
    struct naas_buf text = naas_buf_new(ctx);
    bool any = glob(naas_format(ctx, "%s/*.c", sources), 0, NULL, &found) == 0;
    for (size_t i = 0; i < found.gl_pathc; i++)
        naas_buf_printf(&text, "#include \"%s\"\n", found.gl_pathv[i]);
    globfree(&found);
    if (any)
        return naas_write_file(ctx, path, text.text, text.length);
    naas_diag(
        ctx, NAAS_WARNING, (struct naas_loc){.file = sources}, "the runtime library's sources are missing");
    return NAAS_SYSTEM;
}

/* An archive, because the program may bring a runtime library of its own. */
static bool archive(
    struct naas_ctx *ctx, const char *folder, int n, char **words, const char *object, const char *path)
{
    char *program, *out;
    if (!host_print(ctx, folder, n, words, "-print-prog-name=ar", &program))
        return false;
    program[strcspn(program, "\n")] = '\0';
    const char *const call[] = {program, "rcs", path, object};
    return host_run_program(ctx, folder, sizeof call / sizeof call[0], call, &out);
}

enum naas_status cross_runtime(struct naas_ctx *ctx, const char *folder, int n, char **words,
    const char *sources, const char *include, const char *path)
{
    const char *whole = naas_format(ctx, "%s/naas_rt.c", folder),
               *object = naas_format(ctx, "%s/naas_rt.o", folder);
    const char *const last[] = {"-std=c99", "-O2", "-fPIC", "-w", "-I", include, "-c", whole, "-o", object};
    char *messages = "";
    enum naas_status status = write_whole(ctx, sources, whole);
    if (status != NAAS_OK)
        return status;
    if (host_run(ctx, folder, n, words, sizeof last / sizeof last[0], last, &messages) &&
        archive(ctx, folder, n, words, object, path))
        return NAAS_OK;
    naas_diag(ctx, NAAS_WARNING, (struct naas_loc){0},
        "the runtime library cannot be made for this machine: %.*s", (int)strcspn(messages, "\n"), messages);
    return NAAS_SYSTEM;
}
