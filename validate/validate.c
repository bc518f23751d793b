#include "validate/suite.h"

const struct val_suite val_suites[] = {
    {"eyeriss", "the Eyeriss chip on AlexNet and VGG16, layer by layer", NULL, val_eyeriss},
    {"gemmini", "RTL of Gemmini on layers and mappings of the DOSA data set", "accelerators_gemmini_rtl.csv",
        val_gemmini},
    {"timeloop", "Timeloop's model on 71 layers and random Gemmini-like designs and mappings",
        "accelerators_timeloop_gemmini.csv", val_timeloop},
    {"nvdla", "NVIDIA's own model of ResNet-50 on 2048 multipliers", "accelerators_nvdla_resnet50.csv",
        val_nvdla},
    {"primer", "NVIDIA's estimates of area and power of NVDLA's configurations", NULL, val_primer},
    {NULL, NULL, NULL, NULL},
};

enum naas_status val_run(
    struct naas_ctx *ctx, const struct val_suite *suite, const char *data, struct val_table *table)
{
    *table = (struct val_table){.suite = suite->name, .title = suite->title};
    enum naas_status status = suite->run(ctx, data, table);
    if (status == NAAS_OK && table->n_rows == 0) {
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = data}, "there are no rows in it");
        return NAAS_BAD_INPUT;
    }
    return status;
}
