/* The published accuracy predictor of OFA-ResNet50, in a form of its own that does not come with naas, as a
 * file for --accuracy. */
#ifndef OFA_PREDICTOR_H
#define OFA_PREDICTOR_H

#include "support/json.h"

static inline void ofa_inputs(struct naas_buf *out)
{
    static const int sizes[] = {128, 144, 160, 176, 192, 224, 240, 256};
    static const char *const parts[] = {"stem_in", "stem_out", "stage1", "stage2", "stage3", "stage4"};
    static const char *const widths[] = {"0.65", "0.8", "1"}, *const ratios[] = {"0.2", "0.25", "0.35"};
    static const int slots[] = {4, 4, 6, 4};
    for (int i = 0; i < 8; i++)
        naas_buf_printf(out, "%s[\"resolution\", %d]", i ? ", " : "", sizes[i]);
    for (int i = 0; i < 2; i++)
        naas_buf_printf(out, ", [\"stem_mid.present\", %d]", i);
    for (int i = 0; i < 18; i++)
        naas_buf_printf(out, ", [\"%s.width\", %s]", parts[i / 3], widths[i % 3]);
    for (int s = 0; s < 4; s++)
        for (int b = 0; b < slots[s]; b++)
            for (int i = 0; i < 3; i++)
                naas_buf_printf(out, ", [\"stage%d.%d.ratio\", %s]", s + 1, b + 1, ratios[i]);
}

static inline void ofa_numbers(struct naas_buf *out, const cJSON *row)
{
    naas_buf_puts(out, "[");
    for (const cJSON *item = row->child; item; item = item->next)
        naas_buf_printf(out, "%s%.17g", item == row->child ? "" : ", ", item->valuedouble);
    naas_buf_puts(out, "]");
}

/* scale and offset bring its values to percent; calibrated: to validation accuracy, by its file's figures. */
static inline enum naas_status ofa_predictor(
    struct naas_ctx *ctx, const char *path, double scale, double offset, double error, struct naas_buf *out)
{
    char *text;
    enum naas_status status = naas_read_file(ctx, path, &text, NULL);
    cJSON *root = status == NAAS_OK ? cJSON_Parse(text) : NULL;
    const cJSON *base = cJSON_GetObjectItem(root, "base");
    if (!base)
        return NAAS_BAD_INPUT;
    naas_buf_puts(out,
        "{\"format\": 1, \"kind\": \"accuracy\", \"space\": \"ofa-resnet50\",\n"
        " \"source\": \"the accuracy predictor published with Once-for-All\", \"method\": \"perceptron\",\n");
    naas_buf_printf(out, " \"scale\": %.17g, \"offset\": %.17g, \"error\": %g,\n \"inputs\": [", scale,
        offset + scale * base->valuedouble, error);
    ofa_inputs(out);
    naas_buf_puts(out, "],\n \"layers\": [");
    for (int l = 1; l <= 4; l++) {
        char weights[16], bias[16];
        snprintf(weights, sizeof weights, l < 4 ? "W%d" : "w%d", l);
        snprintf(bias, sizeof bias, "b%d", l);
        const cJSON *rows = cJSON_GetObjectItemCaseSensitive(root, weights),
                    *biases = cJSON_GetObjectItemCaseSensitive(root, bias);
        bool single = rows && cJSON_IsNumber(rows->child);
        naas_buf_puts(out, l > 1 ? ",\n  {\"weights\": [" : "\n  {\"weights\": [");
        for (const cJSON *row = single ? rows
                                : rows ? rows->child
                                       : NULL;
             row; row = single ? NULL : row->next) {
            if (!single && row != rows->child)
                naas_buf_puts(out, ",\n    ");
            ofa_numbers(out, row);
        }
        naas_buf_puts(out, "]");
        if (biases) {
            naas_buf_puts(out, ", \"bias\": ");
            ofa_numbers(out, biases);
        }
        naas_buf_puts(out, "}");
    }
    naas_buf_puts(out, "]}\n");
    cJSON_Delete(root);
    return NAAS_OK;
}

#endif
