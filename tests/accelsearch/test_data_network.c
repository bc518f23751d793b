/* Networks: published totals, layers as problems, mistakes. */
#include "data_files.h"

/*
 * Parameters are exact: those that torchvision documents for its models; U-Net's without the 960 biases of
 * its up-convolutions, which the table leaves out (31,030,658 in all); BERT-base's encoder: 12 layers of
 * 7,087,872 less 2 x 2 x 768 each for normalisations. MACs in 10^9 are torchvision's, with the digits it
 * gives; U-Net's and BERT's are worked out from their papers' figures.
 */
static const struct {
    const char *name;
    int64_t parameters;
    double gmacs, digits;
} published[] = {
    {"alexnet", 61100840, 0.71, 0.005},
    {"vgg16", 138357544, 15.47, 0.005},
    {"resnet50", 25557032, 4.09, 0.005},
    {"mobilenetv2", 3504872, 0.30, 0.005},
    {"mnasnet", 4383312, 0.31, 0.005},
    {"squeezenet", 1248424, 0.82, 0.005},
    {"efficientnet-b0", 5288548, 0.39, 0.005},
    {"unet", 31030658 - 960, 0, 0},
    {"bert-base", 12 * (7087872 - 4 * 768),
        12 * (128.0 * (4 * 768 * 768 + 2 * 768 * 3072) + 2.0 * 128 * 128 * 768) / 1e9, 1e-12},
};

static struct as_network read_network(struct naas_ctx *ctx, const char *name)
{
    struct as_network network;
    enum naas_status status =
        as_network_from_json(ctx, shipped(ctx, naas_format(ctx, "networks/%s.json", name)), &network);
    expect_no_diags(ctx);
    assert_int_equal(status, NAAS_OK);
    assert_string_equal(network.name, name);
    return network;
}

static void totals_are_the_published_ones(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        struct naas_ctx *ctx = naas_ctx_new();
        struct as_network network = read_network(ctx, published[i].name);
        int64_t parameters = 0, macs = 0;
        for (int l = 0; l < network.n_layers; l++) {
            const struct as_layer *layer = &network.layers[l];
            parameters += layer->count * layer->parameters;
            if (layer->problem.combine == AS_PRODUCT)
                macs += layer->count * as_problem_macs(&layer->problem);
        }
        if (parameters != published[i].parameters)
            fail_msg("%s: %lld parameters", published[i].name, (long long)parameters);
        double off = (double)macs / 1e9 - published[i].gmacs;
        if (published[i].gmacs > 0 && (off > published[i].digits || off < -published[i].digits))
            fail_msg("%s: %.4f G MACs", published[i].name, (double)macs / 1e9);
        naas_ctx_free(ctx);
    }
}

/* 7x7 of stride 2 on 224 columns with 3 of padding: 112 columns, 2 taps into the padding on the right. */
static void layers_are_convolutions(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_network network = read_network(ctx, "resnet50");
    struct naas_buf text = naas_buf_new(ctx);
    as_problem_print(&text, &network.layers[0].problem);
    assert_string_equal(text.text,
        "problem conv1\n"
        "  O[0][0][K][P][Q] += I[0][0][C][2*P + R - 3][2*Q + S - 3] * W[0][K][C][R][S]\n"
        "  K              64  parallel   band 0  K\n"
        "  C               3  reduction  band 0  C\n"
        "  P             112  parallel   band 0  P\n"
        "  Q             112  parallel   band 0  Q\n"
        "  R               7  reduction  band 0  R\n"
        "  S               7  reduction  band 0  S\n"
        "  I        input   1 x 1 x 3 x 224 x 224  word\n"
        "  W        weight  1 x 64 x 3 x 7 x 7  word\n"
        "  O        output  1 x 1 x 64 x 112 x 112  word\n"
        "  partial sums word, starting from neutral, 118013952 MACs\n");
    naas_ctx_free(ctx);
}

static const char good[] =
    "{\"format\": 1, \"kind\": \"network\", \"name\": \"tiny\", \"per_channel\": 1, \"layers\": [\n"
    " {\"name\": \"a\", \"C\": 4, \"K\": 6, \"H\": 9, \"R\": 3, \"stride\": [2, 1], \"pad\": 1, \"groups\": "
    "2},\n"
    " {\"name\": \"b\", \"type\": \"depthwise\", \"C\": 4, \"H\": 9, \"R\": 3, \"S\": 5, \"count\": 3},\n"
    " {\"name\": \"c\", \"type\": \"pool\", \"C\": 4, \"H\": 8, \"R\": 2, \"stride\": 2},\n"
    " {\"name\": \"d\", \"type\": \"gemm\", \"batch\": 2, \"M\": 3, \"N\": 4, \"K\": 5, \"weights\": "
    "false}]}\n";

static void layer_types(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_network network;
    enum naas_status status = as_network_from_json(ctx, write_text(ctx, *state, good), &network);
    expect_no_diags(ctx);
    assert_int_equal(status, NAAS_OK);
    assert_int_equal(network.n_layers, 4);
    const struct as_layer *layer = network.layers;
    /* 5 x 9 outputs, two groups of 3 kernels of 2 channels of 3 x 3 */
    assert_int_equal(as_problem_macs(&layer[0].problem), 5 * 9 * 2 * 3 * 2 * 9);
    assert_int_equal(layer[0].parameters, 6 * 2 * 9 + 6);
    assert_int_equal(as_problem_macs(&layer[1].problem), 4 * 7 * 5 * 3 * 5);
    assert_int_equal(layer[1].parameters, 4 * 15 + 4);
    assert_int_equal(layer[1].count, 3);
    assert_int_equal(layer[2].problem.combine, AS_COPY);
    assert_int_equal(layer[2].parameters, 0);
    assert_int_equal(as_problem_macs(&layer[2].problem), 4 * 4 * 4 * 2 * 2);
    assert_int_equal(as_problem_macs(&layer[3].problem), 2 * 3 * 4 * 5);
    assert_int_equal(layer[3].parameters, 0);
    naas_ctx_free(ctx);
}

static void mistakes_are_located(void **state)
{
    static const struct mistake mistakes[] = {
        {"\"C\": 4, \"K\": 6", "\"K\": 6", "2: \"layers[0]\": missing key \"C\""},
        {"\"C\": 4, \"K\": 6", "\"C\": -4, \"K\": 6", "2: \"layers[0].C\": -4 is not between 1 and 16777216"},
        {"\"C\": 4, \"K\": 6", "\"C\": 4, \"K\": 5", "2: layer a: the groups do not divide the channels"},
        {"\"H\": 9", "\"H\": 9, \"D\": 1", "2: unknown key \"D\""},
        {"\"R\": 3", "\"R\": 30", "2: layer a: the filter is larger than the padded input"},
        {"[2, 1]", "[2, 1, 1]", "2: \"layers[0].stride\": a list here is [of rows, of columns]"},
        {"\"pool\"", "\"mean\"",
            "4: \"layers[2].type\": \"mean\" is not \"conv\", \"depthwise\", \"pool\" or \"gemm\""},
        {"\"count\": 3", "\"count\": 0", "3: \"layers[1].count\": 0 is not between 1 and 1048576"},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct naas_ctx *ctx = naas_ctx_new();
        struct as_network network;
        const char *path = write_text(ctx, *state, with_mistake(ctx, good, &mistakes[i]));
        wrong += said_otherwise(ctx, as_network_from_json(ctx, path, &network), mistakes[i].said);
        naas_ctx_free(ctx);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_are_the_published_ones),
        cmocka_unit_test(layers_are_convolutions),
        cmocka_unit_test_setup_teardown(layer_types, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(mistakes_are_located, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
