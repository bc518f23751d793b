#include "driver/machine.h"
#include "support/json.h"
#include <ctype.h>
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the vector unit ---- */

const char *machine_macro(const char *macros, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = macros; (at = strstr(at, name)); at += n)
        if (at - macros >= 8 && memcmp(at - 8, "#define ", 8) == 0 && at[n] == ' ')
            return at + n + 1;
    return NULL;
}

struct machine_vectors machine_vectors_of(const char *macros)
{
    static const struct {
        const char *macro;
        struct machine_vectors vectors;
    } known[] = {
        {"__AVX512F__", {64, 32}},
        {"__AVX__", {32, 16}},
        {"__SSE2__", {16, 16}},
        {"__aarch64__", {16, 32}},
        {"__ARM_NEON", {16, 16}},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (machine_macro(macros, known[i].macro))
            return known[i].vectors;
    return (struct machine_vectors){0, 0};
}

struct machine_vectors machine_vectors_here(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        return (struct machine_vectors){64, 32};
    if (__builtin_cpu_supports("avx2"))
        return (struct machine_vectors){32, 16};
    return (struct machine_vectors){16, 16};
#elif defined(__aarch64__)
    return (struct machine_vectors){16, 32};
#else
    return (struct machine_vectors){0, 0};
#endif
}

/* ---- what the system tells ---- */

/* The first line of <system>/devices/system/cpu/<name>. */
static bool read_line(const char *system, const char *name, char *line, int size)
{
    char path[512];
    snprintf(path, sizeof path, "%s/devices/system/cpu/%s", system, name);
    FILE *file = fopen(path, "r");
    bool there = file && fgets(line, size, file);
    if (file)
        fclose(file);
    return there;
}

/* How many numbers a list such as "0-3,8" names. */
static int count_list(const char *text)
{
    int n = 0;
    char *end;
    while (isdigit((unsigned char)*text)) {
        long first = strtol(text, &end, 10), last = *end == '-' ? strtol(end + 1, &end, 10) : first;
        n += (int)(last - first + 1);
        text = *end == ',' ? end + 1 : end;
    }
    return n;
}

static int processors(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

static int threads_of_a_core(const char *system)
{
    char line[256];
    int n = read_line(system, "cpu0/topology/thread_siblings_list", line, sizeof line) ? count_list(line) : 1;
    return n > 0 ? n : 1;
}

/* A cache that holds data: its level, 1 to 3, and bytes, and how many processors share it. */
static bool read_cache(const char *system, int index, int *level, int64_t *bytes, int *sharers)
{
    char name[64], line[256], *end;
    snprintf(name, sizeof name, "cpu0/cache/index%d/type", index);
    if (!read_line(system, name, line, sizeof line))
        return false;
    *level = 0;
    if (strncmp(line, "Instruction", 11) == 0)
        return true;
    snprintf(name, sizeof name, "cpu0/cache/index%d/size", index);
    if (!read_line(system, name, line, sizeof line))
        return true;
    *bytes = strtoll(line, &end, 10);
    *bytes *= *end == 'K' ? 1 << 10 : *end == 'M' ? 1 << 20 : 1;
    snprintf(name, sizeof name, "cpu0/cache/index%d/shared_cpu_list", index);
    *sharers = read_line(system, name, line, sizeof line) ? count_list(line) : 1;
    snprintf(name, sizeof name, "cpu0/cache/index%d/level", index);
    if (read_line(system, name, line, sizeof line))
        *level = atoi(line);
    return true;
}

/* L1 and L2 as a core's share, L3 as that of all cores. */
static void look_at_caches(struct machine *machine, const char *system, int threads)
{
    int level, sharers;
    int64_t bytes;
    for (int i = 0; read_cache(system, i, &level, &bytes, &sharers); i++) {
        int cores = sharers / threads > 0 ? sharers / threads : 1;
        if (level < 1 || level > MACHINE_CACHES || bytes <= 0)
            continue;
        int instances = (machine->cores + cores - 1) / cores;
        machine->cache[level - 1] = level == MACHINE_CACHES ? bytes * instances : bytes / cores;
    }
#ifdef _SC_LEVEL1_DCACHE_SIZE
    static const int names[MACHINE_CACHES] = {
        _SC_LEVEL1_DCACHE_SIZE, _SC_LEVEL2_CACHE_SIZE, _SC_LEVEL3_CACHE_SIZE};
    for (int i = 0; i < MACHINE_CACHES && machine->cache[0] == 0; i++) /* glibc asks the CPU */
        if (sysconf(names[MACHINE_CACHES - 1 - i]) > 0)
            machine->cache[MACHINE_CACHES - 1 - i] = sysconf(names[MACHINE_CACHES - 1 - i]);
#endif
    if (machine->cache[0] == 0)
        machine->cache[0] = 32 << 10;
    if (machine->cache[1] == 0)
        machine->cache[1] = 512 << 10;
}

/* "AMD EPYC", "ARMv8", ...: as far as it fits. */
static void look_at_name(struct machine *machine)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(machine->name, sizeof machine->name, "cpu");
    while (file && fgets(line, sizeof line, file)) {
        char *value = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !value)
            continue;
        value += 1 + strspn(value + 1, " \t");
        value[strcspn(value, "\n@")] = '\0';
        snprintf(machine->name, sizeof machine->name, "%.*s", AS_NAME - 1, value);
        break;
    }
    if (file)
        fclose(file);
    for (size_t n = strlen(machine->name); n > 0 && machine->name[n - 1] == ' '; n--)
        machine->name[n - 1] = '\0';
}

/* The rates that most machines reach. */
static void assume_rates(struct machine *machine)
{
    double lanes = machine->vectors.bytes / 4.0, cores = machine->cores;
    machine->macs_per_cycle = 1;
    machine->clock_mhz = 2500;
    machine->stores = lanes;
    machine->loads[0] = 2 * lanes;
    machine->loads[1] = 8;
    machine->loads[2] = 4 * cores;
    machine->loads[MACHINE_CACHES] = 4 + cores / 2;
}

static struct machine_vectors or_scalars(struct machine_vectors vectors)
{
    return vectors.bytes > 0 ? vectors : (struct machine_vectors){4, 16};
}

void machine_look(struct machine *machine, const char *system, struct machine_vectors vectors)
{
    int threads = threads_of_a_core(system);
    *machine = (struct machine){.vectors = or_scalars(vectors), .source = MACHINE_LOOKED_AT};
    machine->cores = (processors() + threads - 1) / threads;
    look_at_name(machine);
    look_at_caches(machine, system, threads);
    assume_rates(machine);
}

void machine_assume(struct machine *machine, const char *name, struct machine_vectors vectors)
{
    *machine = (struct machine){.vectors = or_scalars(vectors), .cores = 4, .cache = {32 << 10, 256 << 10}};
    snprintf(machine->name, sizeof machine->name, "%s", name);
    assume_rates(machine);
}

/* ---- as an accelerator ---- */

static const char *const sources[] = {
    [MACHINE_ASSUMED] = "written by naascc for another machine than it ran on: vectors (%d registers of %d "
                        "bytes) as the compiler's options allow; cores, caches, clock and rates are assumed",
    [MACHINE_LOOKED_AT] =
        "written by naas detect: cores, caches and vectors (%d registers of %d bytes) as the system tells; "
        "clock and rates not measured, but what most machines reach: this one lacks these vectors",
    [MACHINE_MEASURED] = "written by naas detect: cores, caches and vectors (%d registers of %d bytes) as "
                         "the system tells; clock and rates measured on this machine",
};

static void number_print(struct naas_buf *out, double number)
{
    naas_buf_printf(out, "%.6g", number);
}

static void level_print(struct naas_buf *out, const struct machine *machine, int cache, bool holds_cores)
{
    naas_buf_printf(
        out, "    {\"name\": \"L%d\", \"capacity\": %" PRId64 ", ", cache + 1, machine->cache[cache]);
    naas_buf_printf(out, "\"access_bits\": %d, \"banks\": %d,", cache == 0 ? machine->vectors.bytes * 8 : 512,
        cache == 2 ? 16 : 4);
    if (cache > 0) {
        naas_buf_puts(out, " \"words_per_cycle\": ");
        number_print(out, machine->loads[cache]);
    } else {
        naas_buf_puts(
            out, "\n     \"ports\": [{\"name\": \"loads\", \"down\": \"all\", \"words_per_cycle\": ");
        number_print(out, machine->loads[0]);
        naas_buf_puts(out, "}, {\"name\": \"stores\", \"up\": [\"output\"], \"words_per_cycle\": ");
        number_print(out, machine->stores);
        naas_buf_puts(out, "}]");
    }
    if (holds_cores)
        naas_buf_printf(out, ",\n     \"array\": [{\"name\": \"cores\", \"size\": %d}]", machine->cores);
    if (cache == 0)
        naas_buf_printf(
            out, ",\n     \"array\": [{\"name\": \"lanes\", \"size\": %d}]", machine->vectors.bytes / 4);
    naas_buf_puts(out, "},\n");
}

void machine_print(struct naas_buf *out, const struct machine *machine)
{
    bool has_third = machine->cache[2] > 0;
    naas_buf_puts(out, "{\n  \"format\": 1,\n  \"kind\": \"accelerator\",\n  \"name\": ");
    json_write_string(out, machine->name);
    naas_buf_puts(out, ",\n  \"source\": \"");
    naas_buf_printf(out, sources[machine->source], machine->vectors.registers, machine->vectors.bytes);
    naas_buf_puts(out,
        "\",\n  \"notes\": [\n"
        "    \"A lane of the vector unit is a PE, its share of the registers the innermost level.\",\n"
        "    \"Caches are single-buffered and hold what a mapping says, as if they were scratch pads; "
        "energies "
        "are those of the technology, not of this machine.\"\n  ],\n"
        "  \"technology\": \"16nm\",\n  \"word_bits\": 32,\n  \"clock_mhz\": ");
    number_print(out, machine->clock_mhz);
    naas_buf_printf(out,
        ",\n  \"mac\": {\"type\": \"f32\", \"per_cycle\": %d},\n  \"levels\": [\n"
        "    {\"name\": \"DRAM\", \"dram\": \"ddr3\", \"words_per_cycle\": ",
        machine->macs_per_cycle);
    number_print(out, machine->loads[MACHINE_CACHES]);
    if (!has_third)
        naas_buf_printf(out, ",\n     \"array\": [{\"name\": \"cores\", \"size\": %d}]", machine->cores);
    naas_buf_puts(out, "},\n");
    if (has_third)
        level_print(out, machine, 2, true);
    level_print(out, machine, 1, false);
    level_print(out, machine, 0, false);
    naas_buf_printf(
        out, "    {\"name\": \"REG\", \"capacity\": %d}\n  ]\n}\n", 4 * machine->vectors.registers);
}

/* ---- where it is kept ---- */

static bool make_folder(const char *path)
{
    struct stat info;
    mkdir(path, 0777);
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* The user's cache folder, made when it is not there. */
static const char *cache_folder(struct naas_ctx *ctx)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (!cache || cache[0] != '/')
        cache = home && home[0] == '/' ? naas_format(ctx, "%s/.cache", home) : NULL;
    if (!cache || !make_folder(cache))
        return NULL;
    const char *folder = naas_format(ctx, "%s/naas", cache);
    return make_folder(folder) ? folder : NULL;
}

/* Homes travel between machines: a name says for which it is. */
static uint64_t identity(const struct machine *machine)
{
    uint64_t hash = naas_hash(NAAS_HASH_SEED, machine->name, strlen(machine->name));
    hash = naas_hash(hash, &machine->cores, sizeof machine->cores);
    hash = naas_hash(hash, &machine->vectors, sizeof machine->vectors);
    return naas_hash(hash, machine->cache, sizeof machine->cache);
}

/* A file of another version, or half of one, is made anew. */
static bool is_right(const char *path)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_accel accel;
    bool right = access(path, R_OK) == 0 && as_accel_from_json(ctx, path, &accel) == NAAS_OK;
    naas_ctx_free(ctx);
    return right;
}

const char *machine_file(struct naas_ctx *ctx, struct machine_vectors vectors, bool anew)
{
    struct machine machine;
    const char *folder = cache_folder(ctx);
    if (!folder)
        return NULL;
    machine_look(&machine, "/sys", vectors);
    const char *path = naas_format(ctx, "%s/cpu-%016" PRIx64 ".json", folder, identity(&machine));
    if (!anew && is_right(path))
        return path;
    if (access(folder, W_OK) != 0)
        return NULL;
    machine_measure(&machine);
    struct naas_buf text = naas_buf_new(ctx);
    machine_print(&text, &machine);
    return naas_write_file(ctx, path, text.text, text.length) == NAAS_OK ? path : NULL;
}
