/* Spaces of networks: how many there are, sizes of named networks in them, codes, mistakes. */
#include "nas/space.h"
#include "tests/accelsearch/data_files.h"
#include <math.h>

static void read_space(struct naas_ctx *ctx, const char *name, struct nas_space *space)
{
    enum naas_status status =
        nas_space_from_json(ctx, shipped(ctx, naas_format(ctx, "spaces/%s.json", name)), space);
    expect_no_diags(ctx);
    assert_int_equal(status, NAAS_OK);
    assert_string_equal(space->name, name);
}

static struct nas_size size_of(
    struct naas_ctx *ctx, const struct nas_space *space, const struct nas_subnet *subnet)
{
    struct as_network network;
    assert_int_equal(nas_network(ctx, space, subnet, &network, NULL), NAAS_OK);
    return nas_size(&network);
}

/* Sets the gene, or those of all blocks for "*.ratio" and the like, to the choice with this value. */
static void set(const struct nas_space *space, struct nas_subnet *subnet, const char *name, double value)
{
    int n = 0;
    for (int g = 0; g < space->n_genes; g++) {
        const char *own = space->gene[g].name, *dot = strrchr(own, '.');
        if (strcmp(own, name) != 0 && !(name[0] == '*' && dot && strcmp(dot, name + 1) == 0))
            continue;
        for (int i = 0; i < space->gene[g].n; i++)
            if (fabs(space->gene[g].choice[i] - value) < 1e-9) {
                subnet->pick[g] = (unsigned char)i;
                n++;
            }
    }
    assert_true(n > 0);
    nas_canonical(space, subnet);
}

/* Resolutions x stem x widths of six parts x, for each stage, ratios of 2 to 4 (4 to 6) blocks. NAAS says
 * about 10^13. */
static void resnet50_counts(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct nas_space space;
    read_space(ctx, "ofa-resnet50", &space);
    double stage = 9 + 27 + 81, third = 81 + 243 + 729;
    assert_true(nas_count(&space) == 9 * 2 * 729 * stage * stage * stage * third);
    assert_int_equal((int)floor(log10(nas_count(&space))), 13);
    read_space(ctx, "ofa-mobilenetv3", &space);
    assert_true(fabs(nas_count(&space) / (25 * pow(81 + 729 + 6561, 5)) - 1) < 1e-12);
    naas_ctx_free(ctx);
}

/* A small space, counted by making every subnet there is. */
static void counts_are_those_of_enumeration(void **state)
{
    static const char text[] =
        "{\"format\": 1, \"kind\": \"space\", \"name\": \"small\", \"resolution\": [8, 16], \"width\": [1, "
        "2],\n"
        " \"parts\": [{\"name\": \"a\", \"type\": \"conv\", \"out\": 8, \"kernel\": [1, 3]},\n"
        "  {\"name\": \"b\", \"type\": \"conv\", \"optional\": true},\n"
        "  {\"name\": \"s\", \"type\": \"inverted\", \"out\": 16, \"depth\": [1, 3], \"ratio\": [2, 3], "
        "\"kernel\": [3, 5]}]}";
    struct naas_ctx *ctx = naas_ctx_new();
    struct scratch *scratch = *state;
    struct nas_space space;
    assert_int_equal(nas_space_from_json(ctx, write_text(ctx, scratch, text), &space), NAAS_OK);
    int n = 0, total = 1;
    for (int g = 0; g < space.n_genes; g++)
        total *= space.gene[g].n;
    for (int number = 0; number < total; number++) {
        struct nas_subnet subnet = {{0}}, canonical;
        for (int g = 0, rest = number; g < space.n_genes; rest /= space.gene[g++].n)
            subnet.pick[g] = (unsigned char)(rest % space.gene[g].n);
        canonical = subnet;
        nas_canonical(&space, &canonical);
        n += memcmp(&canonical, &subnet, sizeof subnet) == 0;
    }
    assert_true(nas_count(&space) == n);
    naas_ctx_free(ctx);
}

/*
 * ResNet-50-D is ResNet-50 (torchvision: 25,557,032 parameters, 4.0892 G MACs at 224 x 224) with a stem of
 * three 3x3 (3-32, 32-32, 32-64) for its 7x7, all with normalisations. The other figures, rounded, are those
 * of an independent counter: largest subnet 48.0 M parameters without normalisations and 7.49 G MACs at 224,
 * smallest 0.962 G.
 */
static void resnet50_has_published_sizes(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct nas_space space;
    struct nas_subnet subnet = {{0}};
    read_space(ctx, "ofa-resnet50", &space);
    set(&space, &subnet, "resolution", 224);
    assert_true(fabs(size_of(ctx, &space, &subnet).macs / 0.962e9 - 1) < 1e-3);

    set(&space, &subnet, "*.width", 1);
    set(&space, &subnet, "stem_mid.present", 1);
    set(&space, &subnet, "*.ratio", 0.25);
    assert_true(fabs(size_of(ctx, &space, &subnet).macs / 3.02e9 - 1) < 2e-3);
    set(&space, &subnet, "stage1.depth", 3);
    set(&space, &subnet, "stage2.depth", 4);
    set(&space, &subnet, "stage3.depth", 6);
    set(&space, &subnet, "stage4.depth", 3);
    set(&space, &subnet, "*.ratio", 0.25);
    struct nas_size size = size_of(ctx, &space, &subnet);
    assert_true(
        size.parameters == 25557032 - (3 * 64 * 49 + 128) + 9 * (3 * 32 + 32 * 32 + 32 * 64) + 2 * 128);
    assert_true(fabs(size.macs / (4.0892e9 + 112.0 * 112 * (9 * (3 * 32 + 32 * 32 + 32 * 64) - 3 * 64 * 49)) -
                     1) < 1e-4);

    set(&space, &subnet, "*.depth", 4);
    set(&space, &subnet, "stage3.depth", 6);
    set(&space, &subnet, "*.ratio", 0.35);
    size = size_of(ctx, &space, &subnet);
    assert_true(fabs(size.macs / 7.49e9 - 1) < 1e-3);
    assert_true(fabs(size.parameters / 48.0e6 - 1) < 3e-3);
    naas_ctx_free(ctx);
}

/* A digit a slot, 0 where there is no block. */
static struct nas_subnet mobilenet(const struct nas_space *space, double resolution, const char *depths,
    const char *kernels, const char *ratios)
{
    struct nas_subnet subnet = {{0}};
    char name[64];
    set(space, &subnet, "resolution", resolution);
    for (int s = 0; s < 5; s++) {
        snprintf(name, sizeof name, "stage%d.depth", s + 1);
        set(space, &subnet, name, depths[s] - '0');
        for (int b = 0; b < depths[s] - '0'; b++) {
            snprintf(name, sizeof name, "stage%d.%d.kernel", s + 1, b + 1);
            set(space, &subnet, name, kernels[4 * s + b] - '0');
            snprintf(name, sizeof name, "stage%d.%d.ratio", s + 1, b + 1);
            set(space, &subnet, name, ratios[4 * s + b] - '0');
        }
    }
    return subnet;
}

/*
 * Published specialised networks (once-for-all): their configurations, and the MACs and parameters, in
 * millions, that their list gives.
 */
static void mobilenets_have_published_sizes(void **state)
{
    (void)state;
    static const struct {
        const char *space;
        double resolution;
        const char *depths, *kernels, *ratios;
        double mmacs, mparameters;
    } nets[] = {
        {"ofa-mobilenetv3", 176, "23334", "33007530555037505733", "33004330643044306664", 151, 5.8},
        {"ofa-mobilenetv3", 144, "22322", "33005500533037003700", "33004300333064006400", 74, 4.1},
        {"ofa-mobilenetv3", 204, "23334", "73003530733053305553", "33004430664066406443", 220, 5.3},
        {"ofa-mobilenetv3", 192, "22433", "33005300753333303550", "33004400434344306440", 145, 4.6},
        {"ofa-mobilenetv3", 192, "23344", "53005330755055353733", "34006640463066446664", 219, 6.4},
        {"ofa-mobilenetv3-w1.2", 224, "23344", "33005530553055333373", "33003630443064446663", 389, 8.4},
        {"ofa-mobilenetv3-w1.2", 224, "34444", "53305353553357357333", "33304443463366646663", 482, 9.1},
    };
    struct naas_ctx *ctx = naas_ctx_new();
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        struct nas_space space;
        read_space(ctx, nets[i].space, &space);
        struct nas_subnet subnet =
            mobilenet(&space, nets[i].resolution, nets[i].depths, nets[i].kernels, nets[i].ratios);
        struct nas_size size = size_of(ctx, &space, &subnet);
        if (fabs(size.macs / 1e6 - nets[i].mmacs) > 2 ||
            fabs(size.parameters / 1e6 - nets[i].mparameters) > 0.06)
            fail_msg("net %zu: %.2f M MACs, %.3f M parameters", i, size.macs / 1e6, size.parameters / 1e6);
    }
    naas_ctx_free(ctx);
}

/* Measured subnets of a file that does not come with naas: MACs and parameters of each, exactly. */
static void mobilenets_have_measured_macs(void **state)
{
    (void)state;
    const char *path = NAAS_SOURCE_DIR "/../shared/data/nas/ofa_mbv3_w10_measured.csv";
    FILE *file = fopen(path, "r");
    char line[256], kernels[32], ratios[32], depths[8];
    int n = 0;
    if (!file) {
        print_message("not there: %s\n", path);
        skip();
    }
    struct naas_ctx *ctx = naas_ctx_new();
    struct nas_space space;
    read_space(ctx, "ofa-mobilenetv3", &space);
    while (fgets(line, sizeof line, file)) {
        double macs, parameters;
        if (sscanf(line, "%20[0-9],%20[0-9],%5[0-9],%lf,%lf", kernels, ratios, depths, &macs, &parameters) !=
                5 ||
            n++ % 20)
            continue;
        struct nas_subnet subnet = mobilenet(&space, 224, depths, kernels, ratios);
        struct naas_ctx *own = naas_ctx_new();
        struct nas_size size = size_of(own, &space, &subnet);
        if (size.macs != macs || size.parameters != parameters)
            fail_msg("%s: %.0f MACs, %.0f parameters", line, size.macs, size.parameters);
        naas_ctx_free(own);
    }
    fclose(file);
    assert_true(n > 2000);
    naas_ctx_free(ctx);
}

static void codes_are_read_back(void **state)
{
    (void)state;
    const char *wanted = getenv("NAAS_TEST_SEED");
    uint64_t seed = wanted ? strtoull(wanted, NULL, 0) : 7;
    print_message("seed %llu\n", (unsigned long long)seed);
    struct as_random random = as_random_stream(seed, 1);
    struct naas_ctx *ctx = naas_ctx_new();
    struct nas_space space;
    char code[NAS_CODE];
    read_space(ctx, "ofa-mobilenetv3", &space);
    for (int i = 0; i < 200; i++) {
        struct nas_subnet subnet = nas_draw(&space, &random), again;
        nas_code(&space, &subnet, code);
        assert_true(nas_decode(&space, code, &again));
        assert_memory_equal(&again, &subnet, sizeof subnet);
        code[as_random_below(&random, (int)strlen(code))] = '!';
        assert_false(nas_decode(&space, code, &again));
    }
    assert_false(nas_decode(&space, "", &(struct nas_subnet){{0}}));
    naas_ctx_free(ctx);
}

/* The table that is written for a subnet is the network. */
static void tables_are_the_network(void **state)
{
    static const char *const names[] = {"ofa-resnet50", "ofa-mobilenetv3"};
    struct as_random random = as_random_stream(5, 1);
    struct scratch *scratch = *state;
    for (int i = 0; i < 20; i++) {
        struct naas_ctx *ctx = naas_ctx_new();
        struct nas_space space;
        struct as_network made, read;
        read_space(ctx, names[i % 2], &space);
        struct nas_subnet subnet = nas_draw(&space, &random);
        struct naas_buf json = naas_buf_new(ctx);
        assert_int_equal(nas_network(ctx, &space, &subnet, &made, &json), NAAS_OK);
        enum naas_status status = as_network_from_json(ctx, write_text(ctx, scratch, json.text), &read);
        expect_no_diags(ctx);
        assert_int_equal(status, NAAS_OK);
        assert_int_equal(read.n_layers, made.n_layers);
        for (int l = 0; l < made.n_layers; l++) {
            assert_memory_equal(
                &read.layers[l].problem, &made.layers[l].problem, sizeof made.layers[l].problem);
            assert_int_equal(read.layers[l].parameters, made.layers[l].parameters);
        }
        naas_ctx_free(ctx);
    }
}

static void mistakes_are_located(void **state)
{
    static const char good[] =
        "{\"format\": 1, \"kind\": \"space\", \"name\": \"small\",\n"
        " \"resolution\": [8, 16],\n"
        " \"parts\": [\n"
        "  {\"name\": \"a\", \"type\": \"conv\", \"out\": 8, \"kernel\": [1, 3]},\n"
        "  {\"name\": \"s\", \"type\": \"inverted\", \"out\": 16, \"depth\": 2, \"ratio\": [2, 3]}]}";
    static const struct mistake mistakes[] = {
        {"[8, 16]", "[16, 8]", "2: \"resolution\": choices have to rise"},
        {"inverted", "upside",
            "5: \"parts[1].type\": \"upside\" is not \"conv\", \"pool\", \"bottleneck\", \"inverted\", "
            "\"global_pool\" or \"linear\""},
        {", \"ratio\": [2, 3]", "", "5: \"parts[1]\": missing key \"ratio\""},
        {"\"depth\": 2", "\"depth\": 9", "5: \"parts[1].depth\": 9 is not between 1 and 8"},
    };
    struct scratch *scratch = *state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct naas_ctx *ctx = naas_ctx_new();
        struct nas_space space;
        const char *path = write_text(ctx, scratch, with_mistake(ctx, good, &mistakes[i]));
        wrong += said_otherwise(ctx, nas_space_from_json(ctx, path, &space), mistakes[i].said);
        naas_ctx_free(ctx);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resnet50_counts),
        cmocka_unit_test_setup_teardown(counts_are_those_of_enumeration, scratch_setup, scratch_teardown),
        cmocka_unit_test(resnet50_has_published_sizes),
        cmocka_unit_test(mobilenets_have_published_sizes),
        cmocka_unit_test(mobilenets_have_measured_macs),
        cmocka_unit_test(codes_are_read_back),
        cmocka_unit_test_setup_teardown(tables_are_the_network, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(mistakes_are_located, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
