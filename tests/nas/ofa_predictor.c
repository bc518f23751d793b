/* Prints the published predictor, calibrated to validation accuracy, as a file for naas nas --accuracy.
 * Usage: ofa_predictor ofa_resnet50_predictor.json >predictor.json */
#include "tests/nas/ofa_predictor.h"

int main(int argc, char **argv)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf out = naas_buf_new(ctx);
    /* top-1 % = 1.2456 x 100 x value - 23.902: fitted on five published subnets. Stated: the rms against the
     * best line through the ten corners of another supernet (0.77), not the optimistic one of the fit. */
    enum naas_status status =
        argc == 2 ? ofa_predictor(ctx, argv[1], 124.56, -23.902, 0.77, &out) : NAAS_BAD_INPUT;
    if (status == NAAS_OK)
        fputs(out.text, stdout);
    else
        fputs("usage: ofa_predictor ofa_resnet50_predictor.json >predictor.json\n", stderr);
    naas_ctx_free(ctx);
    return status == NAAS_OK ? 0 : 1;
}
