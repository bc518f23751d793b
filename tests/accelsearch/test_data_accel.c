/* Accelerators: the shipped ones, JSON, costs that follow from a technology, mistakes. */
#include "data_files.h"

#include <dirent.h>
#include <math.h>

static struct as_accel read_accel(struct naas_ctx *ctx, const char *path)
{
    struct as_accel accel;
    enum naas_status status = as_accel_from_json(ctx, path, &accel);
    expect_no_diags(ctx);
    assert_int_equal(status, NAAS_OK);
    return accel;
}

static void expect_near(double is, double expected, double most)
{
    if (!(fabs(is - expected) <= most))
        fail_msg("%.9g instead of %.9g", is, expected);
}

/* ---- the shipped ones ---- */

/* PEs and bytes on chip as the designs' sources give them, outside of registers in a PE for the systolic
 * ones. */
static const struct {
    const char *name;
    int64_t pes, on_chip;
    int word_bits;
} designs[] = {
    {"default", 256, 262144 + 256 * 1024, 32},
    {"eyeriss", 168, 108 * 1024 + 168 * (24 + 448 + 48), 16},
    {"nvdla-256", 256, 256 * 1024 + 1024 + 256 * 12, 8},
    {"nvdla-1024", 1024, 256 * 1024 + 4096 + 1024 * 12, 8},
    {"edge-tpu", 64 * 64, (8 << 20) + 65536 + 4096 * 12, 8},
    {"shidiannao", 64, 256 * 1024 + 64 * 88, 16},
    {"tpu-like", 256 * 256, (28 << 20) + 65536 * 12, 8},
    {"cpu", 32, (32 << 20) + 2 * (1 << 20) + 2 * 32768 + 32 * 128, 32},
};

static int64_t bytes_on_chip(const struct as_accel *accel)
{
    int64_t bytes = 0;
    for (int l = 1; l < accel->n_levels; l++)
        for (int p = 0; p < accel->level[l].n_partitions; p++)
            bytes += as_instances(accel, l) * accel->level[l].partition[p].bytes;
    return bytes;
}

static void shipped_designs_have_their_sizes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof designs / sizeof *designs; i++) {
        struct naas_ctx *ctx = naas_ctx_new();
        struct as_accel accel =
            read_accel(ctx, shipped(ctx, naas_format(ctx, "accelerators/%s.json", designs[i].name)));
        assert_string_equal(accel.name, designs[i].name);
        assert_int_equal(as_instances(&accel, accel.n_levels - 1), designs[i].pes);
        assert_int_equal(bytes_on_chip(&accel), designs[i].on_chip);
        assert_int_equal(accel.word_bits, designs[i].word_bits);
        naas_ctx_free(ctx);
    }
}

/* Every file of the folder is read, written with all its numbers, and read as the same struct. */
static void json_is_read_back(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    DIR *folder = opendir(shipped(ctx, "accelerators"));
    assert_non_null(folder);
    int n = 0;
    for (const struct dirent *entry; (entry = readdir(folder));) {
        if (!strstr(entry->d_name, ".json"))
            continue;
        struct as_accel accel =
            read_accel(ctx, shipped(ctx, naas_format(ctx, "accelerators/%s", entry->d_name)));
        struct naas_buf text = naas_buf_new(ctx);
        as_accel_json(&text, &accel);
        struct as_accel back = read_accel(ctx, write_text(ctx, *state, text.text));
        assert_memory_equal(&accel, &back, sizeof back);
        n++;
    }
    closedir(folder);
    assert_int_equal(n, sizeof designs / sizeof *designs);
    naas_ctx_free(ctx);
}

/* ---- reading ---- */

static const char good[] =
    "{\"format\": 1, \"kind\": \"accelerator\", \"name\": \"tiny\", \"technology\": \"45nm\",\n"
    " \"word_bits\": 16, \"acc_bits\": 32, \"clock_mhz\": 500, \"leakage_mw\": 2.5,\n"
    " \"mac\": {\"per_cycle\": 2}, \"notes\": [\"a\", \"b\"],\n"
    " \"levels\": [\n"
    "  {\"name\": \"DRAM\", \"dram\": \"ddr3\", \"words_per_cycle\": 2.5},\n"
    "  {\"name\": \"L2\", \"capacity\": \"1.5 KiB\", \"may_pass\": [\"weight\"], \"double_buffered\": true,\n"
    "   \"access_bits\": 64, \"banks\": 2,\n"
    "   \"ports\": [{\"name\": \"in\", \"down\": [\"input\", \"weight\"], \"words_per_cycle\": 8},\n"
    "     {\"name\": \"out\", \"up\": [\"output\"], \"words_per_cycle\": 1}],\n"
    "   \"array\": [{\"size\": 3, \"dims\": \"PK\"}, {\"size\": 4}]},\n"
    "  {\"name\": \"L1\", \"partitions\": [{\"roles\": [\"input\", \"weight\"], \"bytes\": 64},\n"
    "    {\"roles\": [\"output\"], \"bytes\": 512}]}]}\n";

static void values_are_read(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_accel accel = read_accel(ctx, write_text(ctx, *state, good));
    assert_int_equal(accel.word_bits, 16);
    assert_int_equal(accel.acc_bits, 32);
    assert_int_equal(accel.technology_nm, 45);
    assert_int_equal(accel.macs_per_cycle, 2);
    assert_int_equal(accel.accounting, AS_NAAS);
    assert_false(accel.padding_stored);
    const struct as_level *l2 = &accel.level[1];
    assert_int_equal(l2->partition[0].bytes, 1536);
    assert_int_equal(l2->keeps, AS_ALL_ROLES);
    assert_int_equal(l2->may_pass, AS_WEIGHT);
    assert_int_equal(l2->buffers, 2);
    assert_int_equal(l2->n_ports, 2);
    assert_int_equal(l2->port[0].down, AS_INPUT | AS_WEIGHT);
    assert_int_equal(l2->port[0].up, 0);
    assert_int_equal(l2->port[1].up, AS_OUTPUT);
    assert_int_equal(l2->n_axes, 2);
    assert_string_equal(l2->axis[0].name, "X");
    assert_string_equal(l2->axis[0].dims, "PK");
    assert_string_equal(l2->axis[1].name, "Y");
    assert_int_equal(as_instances(&accel, 2), 12);
    assert_int_equal(accel.level[0].port[0].up, AS_ALL_ROLES);
    assert_true(accel.level[0].port[0].words_per_cycle == 2.5);
    naas_ctx_free(ctx);
}

/* By hand from the numbers of 45nm.json: L2 is banks of 768 B, between points of 256 B and 1 KiB for 32 bits,
 * below those for 64; L1 is flip-flops of 64 bytes, between 32 and 520, and SRAM of 512 bytes and 16 bits. */
static void costs_follow_from_the_technology(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_accel accel = read_accel(ctx, write_text(ctx, *state, good));
    double slope64 = log(351.3 / 1.67) / log(16384), l2_read = 1.67 * pow(0.75, slope64);
    expect_near(accel.level[1].read_pj, l2_read * 16 / 64, 1e-9);
    expect_near(accel.level[1].area_um2, 2 * 3599 * pow(0.75, log(47410000.0 / 3599) / log(16384)), 1e-6);
    double small = 16 * 0.01267 * pow(2, log(0.0504 / 0.01267) / log(520.0 / 32));
    double narrow = sqrt(0.6716 * 1.324), wide = 10.2 * pow(0.125, log(1071 / 10.2) / log(4096));
    double large = narrow * pow(0.5, log(wide / narrow) / log(8));
    expect_near(accel.level[2].read_pj, (small + large) / 2, 1e-9);
    narrow = sqrt(1055 * 3432.0);
    wide = 19260 * pow(0.125, log(51110000.0 / 19260) / log(4096));
    expect_near(
        accel.level[2].area_um2, 64 * 8 * 5.98 + narrow * pow(0.5, log(wide / narrow) / log(8)), 1e-6);
    expect_near(accel.level[0].read_pj, 16 * 70, 1e-9);
    expect_near(accel.level[1].hop_pj, 16 * 0.202, 1e-9);
    expect_near(accel.mac_pj, 0.84, 1e-9);
    naas_ctx_free(ctx);
}

static void mistakes_are_located(void **state)
{
    static const struct mistake mistakes[] = {
        {"\"word_bits\": 16", "\"word_bits\": 12", "2: \"word_bits\": 12 bits are not 8, 16, 32 or 64"},
        {"\"word_bits\": 16, ", "", "1: missing key \"word_bits\""},
        {"\"clock_mhz\": 500", "\"clock_mhz\": 0", "2: \"clock_mhz\": 0 is not between 0.001 and 1e+06"},
        {"2.5,", "-1,", "2: \"leakage_mw\": -1 is not between 0 and 1e+09"},
        {"45nm", "46nm",
            "1: \"technology\": no technology is named \"46nm\" (there are 16nm, 22nm, 28nm, 32nm, 45nm, "
            "65nm, and paths "
            "that end in .json)"},
        {" \"technology\": \"45nm\",", "", "3: \"mac\": \"pj\" is missing and no \"technology\" tells it"},
        {"\"per_cycle\": 2", "\"per_cycle\": 0", "3: \"mac.per_cycle\": 0 is not between 1 and 2147483647"},
        {"\"per_cycle\": 2", "\"type\": \"f8\"",
            "3: \"mac.type\": \"f8\" is not \"i8\", \"i16\", \"i32\", \"f16\" or \"f32\""},
        {"\"ddr3\"", "\"ddr1\"",
            "5: \"levels[0].dram\": \"ddr1\" is not \"lpddr4\", \"ddr3\", \"gddr5\" or \"hbm2\""},
        {"2.5}", "0}", "5: \"levels[0].words_per_cycle\": 0 is not between 1e-06 and 1e+09"},
        {"2.5}", "1, \"capacity\": 9}", "5: unknown key \"capacity\""},
        {"2.5}", "1, \"read_pj\": -4}", "5: \"levels[0].read_pj\": -4 is not between 0 and 1e+09"},
        {"2.5}", "1, \"ports\": []}", "5: \"levels[0].words_per_cycle\": \"ports\" says it already"},
        {"\"L2\"", "\"DRAM\"", "6: \"levels[1]\": two levels are named DRAM"},
        {"\"1.5 KiB\"", "\"1.5 KB\"",
            "6: \"levels[1].capacity\": \"1.5 KB\" is not a size such as 110592 or \"108 KiB\""},
        {"\"1.5 KiB\"", "0", "6: \"levels[1].capacity\": 0 is not between 1 and 1125899906842624"},
        {" \"capacity\": \"1.5 KiB\",", "",
            "6: \"levels[1]\": one of \"capacity\" and \"partitions\" has to say how much L2 holds"},
        {"[\"weight\"]", "[\"weights\"]",
            "6: \"levels[1].may_pass[0]\": \"weights\" is not \"input\", \"weight\" or \"output\""},
        {"[\"weight\"]", "[\"weight\", \"weight\"]", "6: \"levels[1].may_pass[1]\": weight is listed twice"},
        {"[\"weight\"]", "[\"weight\"], \"keeps\": [\"input\"]",
            "6: \"levels[1].may_pass\": L2 passes a role that it does not keep"},
        {"\"double_buffered\": true", "\"double_buffered\": 2",
            "6: \"levels[1].double_buffered\": expected true or false, not a number"},
        {"\"banks\": 2", "\"banks\": 0", "7: \"levels[1].banks\": 0 is not between 1 and 1048576"},
        {"\"up\": [\"output\"]", "\"down\": \"all\"",
            "9: \"levels[1].ports[1]\": a role takes two ports the same way"},
        {"\"size\": 3", "\"size\": 0", "10: \"levels[1].array[0].size\": 0 is not between 1 and 2147483647"},
        {"\"size\": 3", "\"size\": 2147483647",
            "4: \"levels\": the arrays have more than 2147483647 instances in all"},
        {"\"PK\"", "\"PX\"",
            "10: \"levels[1].array[0].dims\": 'X' is not one of N K C D P Q T R S G, each once"},
        {"\"PK\"", "\"PP\"",
            "10: \"levels[1].array[0].dims\": 'P' is not one of N K C D P Q T R S G, each once"},
        {"{\"size\": 4}", "{\"size\": 4, \"name\": \"X\"}",
            "10: \"levels[1].array[1]\": two axes are named X"},
        {"[\"output\"], \"bytes\"", "[\"weight\"], \"bytes\"",
            "12: \"levels[2].partitions[1]\": a role is in two partitions"},
        {",\n    {\"roles\": [\"output\"], \"bytes\": 512}", "",
            "11: \"levels[2].partitions\": the partitions have to hold what L1 keeps, no less and no more"},
        {"\"name\": \"L1\",", "\"name\": \"L1\", \"array\": [],", "11: unknown key \"array\""},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct naas_ctx *ctx = naas_ctx_new();
        struct as_accel accel;
        const char *path = write_text(ctx, *state, with_mistake(ctx, good, &mistakes[i]));
        wrong += said_otherwise(ctx, as_accel_from_json(ctx, path, &accel), mistakes[i].said);
        naas_ctx_free(ctx);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_designs_have_their_sizes),
        cmocka_unit_test_setup_teardown(json_is_read_back, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(values_are_read, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(costs_follow_from_the_technology, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(mistakes_are_located, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
