/* The machine as an accelerator: from folders like the system's, and from the macros of compilers. */
#include "driver/cross.h"
#include "driver/machine.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void expect_vectors(const char *macros, int bytes, int registers)
{
    struct machine_vectors vectors = machine_vectors_of(macros);
    assert_int_equal(vectors.bytes, bytes);
    assert_int_equal(vectors.registers, registers);
}

static void test_macros(void **state)
{
    (void)state;
    expect_vectors("", 0, 0);
    expect_vectors("#define __x86_64__ 1\n#define __SSE2__ 1\n", 16, 16);
    expect_vectors("#define __SSE2__ 1\n#define __AVX__ 1\n#define __AVX2__ 1\n", 32, 16);
    expect_vectors("#define __AVX2__ 1\n#define __AVX512F__ 1\n#define __AVX__ 1\n", 64, 32);
    expect_vectors("#define __ARM_NEON 1\n#define __aarch64__ 1\n", 16, 32);
    expect_vectors("#define __ARM_NEON 1\n", 16, 16);
    expect_vectors("#define __AVX512FP16__ 1\n#define X __AVX512F__ \n#define __SSE2__ 1\n", 16, 16);
}

/* Programs of this compiler run here; of others they may not, or have no kernels. */
static void test_which_machine(void **state)
{
#define WIDE "#define __SIZEOF_POINTER__ 8\n#define __SIZEOF_LONG__ 8\n#define __SIZEOF_INT__ 4\n"
#define NARROW "#define __SIZEOF_POINTER__ 4\n#define __SIZEOF_LONG__ 4\n#define __SIZEOF_INT__ 4\n"
#define LINUX "#define __linux__ 1\n"
    struct naas_ctx *ctx = naas_ctx_new();
    (void)state;
#if defined(__x86_64__)
    assert_true(cross_is_here(LINUX WIDE "#define __x86_64__ 1\n"));
    assert_false(cross_is_here(LINUX WIDE "#define __aarch64__ 1\n"));
    assert_false(cross_is_here(WIDE "#define __x86_64__ 1\n"));
    assert_false(cross_is_here(LINUX "#define __SIZEOF_POINTER__ 4\n#define __x86_64__ 1\n"));
#endif
    assert_null(cross_fault(ctx, WIDE));
    assert_null(cross_fault(ctx, NARROW "#define __FLT_EVAL_METHOD__ 0\n"));
    assert_null(cross_fault(ctx, ""));
    assert_non_null(cross_fault(ctx, NARROW "#define __FLT_EVAL_METHOD__ 2\n"));
    assert_non_null(cross_fault(ctx, "#define __SIZEOF_LONG__ 4\n#define __SIZEOF_POINTER__ 8"));
    assert_non_null(cross_fault(ctx, "#define __SIZEOF_INT__ 2\n"));
    naas_ctx_free(ctx);
}

/* ---- a folder like /sys ---- */

static void put(const char *root, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/devices/system/cpu/%s", root, name);
    for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void put_cache(
    const char *root, int index, const char *level, const char *type, const char *size, const char *sharers)
{
    const char *names[] = {"level", "type", "size", "shared_cpu_list"};
    const char *values[] = {level, type, size, sharers};
    char name[64];
    for (int i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "cpu0/cache/index%d/%s", index, names[i]);
        put(root, name, values[i]);
    }
}

static void test_system(void **state)
{
    char root[] = "/tmp/naas-machine-XXXXXX";
    struct machine machine;
    (void)state;
    assert_non_null(mkdtemp(root));
    /* Two threads a core; an L2 of four cores, an L3 of all. */
    put(root, "cpu0/topology/thread_siblings_list", "0,8\n");
    put_cache(root, 0, "1\n", "Data\n", "48K\n", "0,8\n");
    put_cache(root, 1, "1\n", "Instruction\n", "64K\n", "0,8\n");
    put_cache(root, 2, "2\n", "Unified\n", "4M\n", "0-3,8-11\n");
    put_cache(root, 3, "3\n", "Unified\n", "12288K\n", "0-1023\n");
    machine_look(&machine, root, (struct machine_vectors){32, 16});
    assert_int_equal(machine.cache[0], 48 << 10);
    assert_int_equal(machine.cache[1], 1 << 20);
    assert_int_equal(machine.cache[2], 12 << 20);
    assert_true(machine.cores >= 1);
    assert_int_equal(machine.source, MACHINE_LOOKED_AT);
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", root);
    assert_int_equal(system(command), 0);
}

/* Nothing there: the CPU is asked, else sizes are usual ones. */
static void test_no_system(void **state)
{
    struct machine machine;
    (void)state;
    machine_look(&machine, "/nonexistent", (struct machine_vectors){0, 0});
    assert_true(machine.cache[0] >= 4096 && machine.cache[1] >= 4096);
    assert_int_equal(machine.vectors.bytes, 4);
}

static void expect_accel(struct machine *machine)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf text = naas_buf_new(ctx);
    struct as_accel accel;
    char path[] = "/tmp/naas-machine-XXXXXX.json";
    int file = mkstemps(path, 5), last = machine->cache[2] > 0 ? 4 : 3;
    machine_print(&text, machine);
    assert_int_equal(write(file, text.text, text.length), text.length);
    close(file);
    enum naas_status status = as_accel_from_json(ctx, path, &accel);
    naas_diags_print(ctx, stderr, false);
    unlink(path);
    assert_int_equal(status, NAAS_OK);
    assert_int_equal(accel.n_levels, last + 1);
    assert_int_equal(as_instances(&accel, last), machine->cores * machine->vectors.bytes / 4);
    assert_int_equal(accel.level[last].partition[0].bytes, 4 * machine->vectors.registers);
    assert_int_equal(accel.level[last - 1].partition[0].bytes, machine->cache[0]);
    assert_int_equal(accel.level[last - 2].partition[0].bytes, machine->cache[1]);
    naas_ctx_free(ctx);
}

static void test_accelerator(void **state)
{
    struct machine machine;
    (void)state;
    machine_look(&machine, "/sys", machine_vectors_here());
    machine_measure(&machine);
    assert_int_equal(machine.source, MACHINE_MEASURED);
    assert_true(machine.clock_mhz > 100 && machine.clock_mhz < 10000);
    for (int i = 0; i <= MACHINE_CACHES; i++)
        assert_true(machine.loads[i] > 0);
    assert_true(machine.stores > 0);
    expect_accel(&machine);
    machine.cache[2] = 0;
    expect_accel(&machine);
    machine_assume(&machine, "other", (struct machine_vectors){16, 32});
    assert_int_equal(machine.source, MACHINE_ASSUMED);
    expect_accel(&machine);
    machine_look(&machine, "/sys", (struct machine_vectors){128, 32}); /* wider than this CPU: not measured */
    machine_measure(&machine);
    assert_int_equal(machine.source, MACHINE_LOOKED_AT);
    expect_accel(&machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_macros),
        cmocka_unit_test(test_which_machine),
        cmocka_unit_test(test_system),
        cmocka_unit_test(test_no_system),
        cmocka_unit_test(test_accelerator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
