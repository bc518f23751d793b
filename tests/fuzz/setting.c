/* What a unit is compiled with: accelerators of random shape, and options. */
#include "generate.h"

static const char *some_dims(struct tape *tape)
{
    static const char *const dims[] = {"KC", "PQ", "KPQC", "CRS", "NG"};
    return dims[tape_pick(tape, 5)];
}

static void array_print(FILE *out, struct tape *tape, int largest)
{
    int axes = 1 + tape_pick(tape, 3);
    fprintf(out, ", \"array\": [");
    for (int i = 0; i < axes; i++) {
        fprintf(
            out, "%s{\"name\": \"%c\", \"size\": %d", i ? ", " : "", "XYZ"[i], tape_range(tape, 1, largest));
        if (tape_one_in(tape, 6))
            fprintf(out, ", \"dims\": \"%s\"", some_dims(tape));
        fprintf(out, "}");
    }
    fprintf(out, "]");
}

static void memory_print(FILE *out, struct tape *tape, bool last)
{
    static const int sizes[] = {1 << 16, 256, 1024, 4096, 100, 64};
    int size = sizes[tape_pick(tape, 6)];
    bool parts = tape_one_in(tape, 4);
    if (parts)
        fprintf(out,
            ", \"partitions\": [{\"roles\": [\"input\"], \"bytes\": %d}, {\"roles\": [\"weight\"], "
            "\"bytes\": %d},"
            " {\"roles\": [\"output\"], \"bytes\": %d}]",
            size, size, size + 16);
    else
        fprintf(out, ", \"capacity\": %d", size);
    if (tape_one_in(tape, 2))
        fprintf(out, ", \"double_buffered\": true");
    if (last || parts)
        return;
    if (tape_one_in(tape, 4))
        fprintf(out, ", \"keeps\": %s",
            (const char *[]){
                "[\"input\", \"output\"]", "[\"output\"]", "[\"weight\"]", "\"all\""}[tape_pick(tape, 4)]);
    else if (tape_one_in(tape, 3))
        fprintf(out, ", \"may_pass\": %s",
            (const char *[]){"[\"input\"]", "\"all\"", "[\"output\"]"}[tape_pick(tape, 3)]);
}

void gen_accel(FILE *out, struct tape *tape)
{
    int levels = 3 + (int[]){0, 1, -1}[tape_pick(tape, 3)];
    bool has_array = false;
    fprintf(out,
        "{\"format\": 1, \"kind\": \"accelerator\", \"name\": \"random\", \"technology\": \"28nm\","
        " \"word_bits\": %d, \"acc_bits\": 32, \"clock_mhz\": 500,%s\n \"levels\": [\n",
        8 << tape_pick(tape, 3), tape_one_in(tape, 4) ? " \"padding\": \"stored\"," : "");
    for (int l = 0; l < levels; l++) {
        fprintf(out, "  {\"name\": \"%s\"", l ? (const char *[]){"L3", "L2", "L1"}[3 - levels + l] : "DRAM");
        if (l)
            memory_print(out, tape, l == levels - 1);
        if (l < levels - 1 && !tape_one_in(tape, 4))
            fprintf(out, ", \"words_per_cycle\": %d", tape_range(tape, 1, 16));
        bool has = l < levels - 1 && (l == levels - 2 ? !tape_one_in(tape, 6) : tape_one_in(tape, 4));
        if (has)
            array_print(out, tape, has_array ? 3 : 6);
        has_array |= has;
        fprintf(out, "}%s\n", l < levels - 1 ? "," : "]}");
    }
}

void gen_options(FILE *out, struct tape *tape)
{
    static const char *const levels[] = {
        "-O0", "-O1", "-O2", "-O0", "-O0"}; /* quicker, and no weaker a test */
    static const char *const languages[] = {"", " -std=c11", " -std=gnu17", " -g"};
    static const char *const accels[] = {"default", "a0.json", "a1.json", "a2.json", "eyeriss", "tpu-like",
        "nvdla-256", "shidiannao", "edge-tpu", "cpu"};
    fprintf(out, "%s%s", levels[tape_pick(tape, 5)], languages[tape_pick(tape, 4)]);
    fprintf(out, " -fnaas-accel=%s", accels[tape_pick(tape, 2) ? tape_pick(tape, 10) : tape_pick(tape, 4)]);
    if (tape_one_in(tape, 8))
        fprintf(out, " -fno-naas-reassociate");
}
