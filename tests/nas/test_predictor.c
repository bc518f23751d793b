/* The published predictor of OFA-ResNet50, which does not come with naas: its own test vectors. */
#include "nas/accuracy.h"
#include "tests/accelsearch/data_files.h"
#include "tests/nas/ofa_predictor.h"
#include <math.h>

static void set(const struct nas_space *space, struct nas_subnet *subnet, const char *name, int pick)
{
    for (int g = 0; g < space->n_genes; g++)
        if (strcmp(space->gene[g].name, name) == 0)
            subnet->pick[g] = (unsigned char)pick;
}

/* depth: of stem and stages; ratio: of all blocks, -1 for 0 1 2 repeated over the 18 slots; width: -1 for 0 1
 * 2 1 0 2. */
static struct nas_subnet subnet_of(
    const struct nas_space *space, const int *depth, int ratio, int width, int resolution)
{
    static const char *const parts[] = {"stem_in", "stem_out", "stage1", "stage2", "stage3", "stage4"};
    static const int widths[] = {0, 1, 2, 1, 0, 2}, slots[] = {4, 4, 6, 4};
    struct nas_subnet subnet = {{0}};
    char name[64];
    int slot = 0;
    set(space, &subnet, "resolution", (resolution - 128) / 16);
    set(space, &subnet, "stem_mid.present", depth[0] > 0);
    for (int p = 0; p < 6; p++) {
        snprintf(name, sizeof name, "%s.width", parts[p]);
        set(space, &subnet, name, width < 0 ? widths[p] : width);
    }
    for (int s = 0; s < 4; s++) {
        snprintf(name, sizeof name, "stage%d.depth", s + 1);
        set(space, &subnet, name, depth[s + 1]);
        for (int b = 0; b < slots[s]; b++, slot++) {
            snprintf(name, sizeof name, "stage%d.%d.ratio", s + 1, b + 1);
            set(space, &subnet, name, ratio < 0 ? slot % 3 : ratio);
        }
    }
    nas_canonical(space, &subnet);
    return subnet;
}

static void its_vectors_come_out(void **state)
{
    static const struct {
        int depth[5], ratio, width, resolution;
        double value;
    } vectors[] = {
        {{2, 1, 0, 2, 1}, -1, -1, 192, 81.5605},
        {{2, 2, 2, 2, 2}, 2, 2, 128, 80.4110},
        {{0, 0, 0, 0, 0}, 0, 0, 128, 74.7945},
        {{2, 2, 2, 2, 2}, 2, 2, 256, 82.9870},
        {{2, 0, 0, 0, 0}, 1, 2, 224, 82.4109},
    };
    const char *file = NAAS_SOURCE_DIR "/../shared/data/nas/ofa_resnet50_predictor.json";
    FILE *there = fopen(file, "r");
    if (!there) {
        print_message("not there: %s\n", file);
        skip();
    }
    fclose(there);
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf json = naas_buf_new(ctx);
    struct nas_space space;
    struct nas_oracle *oracle;
    assert_int_equal(nas_space_from_json(ctx, shipped(ctx, "spaces/ofa-resnet50.json"), &space), NAAS_OK);
    assert_int_equal(ofa_predictor(ctx, file, 100, 0, 0.77, &json), NAAS_OK);
    enum naas_status status = nas_oracle_open(ctx, write_text(ctx, *state, json.text), &space, &oracle);
    expect_no_diags(ctx);
    assert_int_equal(status, NAAS_OK);
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct nas_subnet subnet =
            subnet_of(&space, vectors[i].depth, vectors[i].ratio, vectors[i].width, vectors[i].resolution);
        struct nas_size size = {1, 1};
        struct nas_accuracy accuracy;
        assert_int_equal(nas_oracle_ask(ctx, oracle, 1, &subnet, &size, &accuracy), NAAS_OK);
        if (!accuracy.known || fabs(accuracy.top1 - vectors[i].value) > 0.005)
            fail_msg("vector %zu: %.4f", i, accuracy.top1);
    }
    naas_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(its_vectors_come_out, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
