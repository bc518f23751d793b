/* Nests with several reductions: what becomes a part, what is the host's, and why others are refused. */
#include "described.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void several_reductions_become_parts(void **state)
{
    (void)state;
    accepts("float x[8][3], y[8], z;\nvoid f(void) {\n#pragma naas\n"
            "for (int i = 0; i < 8; i++)\n"
            "  for (int j = 0; j < 3; j++) {\n"
            "    y[i] += x[i][j];\n"
            "    z += x[i][j];\n"
            "  }\n}\n",
        "i8 j3*; in x[i:8][j:3]; out y[i:8]; sum copy memory 8; S0 | "
        "i8* j3*; in x[i:8][j:3]; out z; sum copy memory 1; S1");
    /* gesummv: the last statement waits for both sums. */
    accepts("double a[5][5], b[5][5], x[5], y[5], t[5];\nvoid f(double alpha, double beta) {\n#pragma scop\n"
            "for (int i = 0; i < 5; i++) {\n"
            "  t[i] = 0; y[i] = 0;\n"
            "  for (int j = 0; j < 5; j++) {\n"
            "    t[i] = a[i][j] * x[j] + t[i];\n"
            "    y[i] = b[i][j] * x[j] + y[i];\n"
            "  }\n"
            "  y[i] = alpha * t[i] + beta * y[i];\n"
            "}\n"
            "#pragma endscop\n}\n",
        "i5 j5*; in x[j:5]; w b[i:5][j:5]; out y[i:5]; sum product neutral 0; S1 S3 | "
        "i5 j5*; in x[j:5]; w a[i:5][j:5]; out t[i:5]; sum product neutral 5; S0 S2 S4");
    /* 2mm */
    accepts("float a[4][5], b[5][6], c[6][7], t[4][6], d[4][7];\nvoid f(float alpha, float beta) {\n"
            "#pragma scop\n"
            "for (int i = 0; i < 4; i++)\n"
            "  for (int j = 0; j < 6; j++) {\n"
            "    t[i][j] = 0;\n"
            "    for (int k = 0; k < 5; k++) t[i][j] += alpha * a[i][k] * b[k][j];\n"
            "  }\n"
            "for (int i = 0; i < 4; i++)\n"
            "  for (int j = 0; j < 7; j++) {\n"
            "    d[i][j] *= beta;\n"
            "    for (int k = 0; k < 6; k++) d[i][j] += t[i][k] * c[k][j];\n"
            "  }\n"
            "#pragma endscop\n}\n",
        "i4 j6 k5*; in a[i:4][k:5]; w b[k:5][j:6]; out t[i:4][j:6]; sum product neutral 0; S0 S1 | "
        "i4 j7 k6*; in t[i:4][k:6]; w c[k:6][j:7]; out d[i:4][j:7]; sum product memory 28; S2 S3");
    /* The largest, a sum that uses it, and what the host does with both. */
    accepts("float x[6][9], y[6][9];\nvoid f(void) {\n#pragma naas\n"
            "for (int i = 2; i < 6; i++) {\n"
            "  float m = x[i][0], s = 0;\n"
            "  for (int j = 0; j < 9; j++) m = x[i][j] > m ? x[i][j] : m;\n"
            "  for (int j = 0; j < 9; j++) s += x[i][j] - m;\n"
            "  for (int j = 0; j < 9; j++) y[i][j] = (x[i][j] - m) / s;\n"
            "}\n}\n",
        "i4 j9*; in x[i+2:6][j:9]; out m[i:4]; max copy operand 4; S0 S2 | "
        "i4 j9*; in x[i+2:6][j:9]; w m[i:4]; out s[i:4]; sum product neutral 0; S1 S3 | "
        "i(j(S4)); via m[4]; via s[4]");
}

static void what_does_not_finish_a_result_is_the_hosts(void **state)
{
    (void)state;
    /* A first value inside the reduction. */
    accepts("float x[5][6], w[5], b[6], y[6];\nvoid f(void) {\n#pragma naas\n"
            "for (int k = 0; k < 6; k++)\n"
            "  for (int c = 0; c < 5; c++) {\n"
            "    if (c == 0) y[k] = b[k];\n"
            "    y[k] += x[c][k] * w[c];\n"
            "  }\n}\n",
        "k(c(S0)) | k6 c5*; in w[c:5]; w x[c:5][k:6]; out y[k:6]; sum product memory 6; S1");
    /* Transposed convolution: sums of one element come from several windows. */
    accepts("float x[3][4], w[3][2][3], y[2][9];\nvoid f(void) {\n#pragma scop\n"
            "for (int k = 0; k < 2; k++)\n"
            "  for (int o = 0; o < 9; o++) y[k][o] = 1;\n"
            "for (int c = 0; c < 3; c++)\n"
            "  for (int p = 0; p < 4; p++)\n"
            "    for (int k = 0; k < 2; k++)\n"
            "      for (int r = 0; r < 3; r++) y[k][2 * p + r] += x[c][p] * w[c][k][r];\n"
            "#pragma endscop\n}\n",
        "k(o(S0)) | c3* p4 k2 r3; in w[c:3][k:2][r:3]; w x[c:3][p:4]; out y[p:4][k:2][r:3]; sum product "
        "memory 24; S1");
}

static void parts_that_wait_for_each_other_are_refused(void **state)
{
    (void)state;
    /* The row of one iteration is used up before the next one fills it. */
    refuses("float x[4][5], w[5][6], v[6], row[6], y[4];\nvoid f(void) {\n#pragma naas\n"
            "for (int i = 0; i < 4; i++) {\n"
            "  for (int j = 0; j < 6; j++) {\n"
            "    row[j] = 0;\n"
            "    for (int k = 0; k < 5; k++) row[j] += x[i][k] * w[k][j];\n"
            "  }\n"
            "  for (int j = 0; j < 6; j++) y[i] += row[j] * v[j];\n"
            "}\n}\n",
        "9:31: nest not mapped: the reduction of 'y' cannot run apart from the statements around it\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_reductions_become_parts),
        cmocka_unit_test(what_does_not_finish_a_result_is_the_hosts),
        cmocka_unit_test(parts_that_wait_for_each_other_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
