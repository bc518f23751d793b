/*
 * From C to problems: what the dims, tensors, padding and finish of a nest are, and why others are refused.
 */
#include "described.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void convolution_with_padding_bias_and_relu(void **state)
{
    (void)state;
    accepts("float x[3][6], w[8][3][3], b[8], y[8][6];\n"
            "void f(void) {\n"
            "#pragma naas\n"
            "for (int k = 0; k < 8; k++)\n"
            "  for (int p = 0; p < 6; p++) {\n"
            "    float acc = b[k];\n"
            "    for (int c = 0; c < 3; c++)\n"
            "      for (int r = 0; r < 3; r++) {\n"
            "        int i = p + r - 1;\n"
            "        if (i >= 0 && i < 6) acc += x[c][i] * w[k][c][r];\n"
            "      }\n"
            "    y[k][p] = acc > 0 ? acc : 0;\n"
            "  }\n"
            "}\n",
        "k8 p6 c3* r3*; in x[c:3][p+r-1:6]; w w[k:8][c:3][r:3]; out y[k:8][p:6]; sum product operand 48; S0 "
        "S1 S2; fill 0");
}

static void strided_and_dilated_windows(void **state)
{
    (void)state;
    accepts("short x[20], w[3]; int y[4];\n"
            "void f(void) {\n"
            "#pragma naas\n"
            "for (int p = 0; p < 4; p++)\n"
            "  for (int r = 0; r < 3; r++)\n"
            "    y[p] += w[r] * x[2 * p + 3 * r + 1];\n"
            "}\n",
        "p4 r3*; in x[2p+3r+1:20]; w w[r:3]; out y[p:4]; sum product memory 4; S0");
}

static void loops_that_step_start_elsewhere_or_run_down(void **state)
{
    (void)state;
    accepts("float x[20], w[5], y[20];\n"
            "void f(void) {\n"
            "#pragma naas\n"
            "for (int p = 2; p <= 14; p += 3) {\n"
            "  y[p] = 0;\n"
            "  for (int r = 4; r >= 0; r--)\n"
            "    y[p] += x[p + r] * w[r];\n"
            "}\n"
            "}\n",
        "p5 r5*; in x[3p+r+2:20]; w w[r:5]; out y[3p+2:20]; sum product neutral 0; S0 S1");
    accepts("float x[20], w[5], y[16];\n"
            "void f(void) {\n"
            "#pragma naas\n"
            "for (int p = 0; p < 16; p++)\n"
            "  for (int r = 0; r < 5; r++)\n"
            "    y[15 - p] += x[19 - p - r] * w[4 - r];\n"
            "}\n",
        "p16 r5*; in x[p+r:20]; w w[r:5]; out y[p:16]; sum product memory 16; S0");
}

static void max_pooling_keeps_or_drops_its_guard(void **state)
{
    (void)state;
    accepts("float x[2][8], y[2][4];\n"
            "void f(void) {\n"
            "#pragma naas\n"
            "for (int c = 0; c < 2; c++)\n"
            "  for (int p = 0; p < 4; p++) {\n"
            "    float m = -1e30f;\n"
            "    for (int r = 0; r < 3; r++)\n"
            "      if (2 * p + r - 1 >= 0 && 2 * p + r - 1 < 8)\n"
            "        if (x[c][2 * p + r - 1] > m) m = x[c][2 * p + r - 1];\n"
            "    y[c][p] = m;\n"
            "  }\n"
            "}\n",
        "c2 p4 r3*; in x[c:2][2p+r-1:8]; out y[c:2][p:4]; max copy neutral 0; S0 S1 S2; fill -inf");
    /* Padding read as 0 by the conditional: no guard of the statement. */
    accepts("signed char x[8]; int y[4];\n"
            "void f(void) {\n"
            "#pragma naas\n"
            "for (int p = 0; p < 4; p++) {\n"
            "  int m = -128;\n"
            "  for (int r = 0; r < 3; r++) {\n"
            "    int i = 2 * p + r - 1;\n"
            "    signed char v = (i >= 0 && i < 8) ? x[i] : 0;\n"
            "    m = v > m ? v : m;\n"
            "  }\n"
            "  y[p] = m;\n"
            "}\n"
            "}\n",
        "p4 r3*; in x[2p+r-1:8]; out y[p:4]; max copy neutral 0; S0 S1 S2");
}

static void a_guard_stays_where_a_zero_tap_would_count(void **state)
{
    (void)state;
    accepts("unsigned char x[8], w[3]; int y[8];\n"
            "void f(int zero) {\n"
            "#pragma naas\n"
            "for (int p = 0; p < 8; p++) {\n"
            "  int acc = 0;\n"
            "  for (int r = 0; r < 3; r++) {\n"
            "    if (p + r - 1 < 0 || p + r - 1 >= 8) continue;\n"
            "    acc += (x[p + r - 1] + zero) * w[r];\n"
            "  }\n"
            "  y[p] = acc;\n"
            "}\n"
            "}\n",
        "p8 r3*; in x[p+r-1:8]; w w[r:3]; out y[p:8]; sum product neutral 0; S0 S1 S2; guarded");
    /* The guard cuts more than the padding. */
    accepts("float x[8], w[3], y[8];\n"
            "void f(void) {\n"
            "#pragma naas\n"
            "for (int p = 0; p < 8; p++)\n"
            "  for (int r = 0; r < 3; r++)\n"
            "    if (p + r - 1 >= 0 && p + r - 1 < 7) y[p] += x[p + r - 1] * w[r];\n"
            "}\n",
        "p8 r3*; in x[p+r-1:8]; w w[r:3]; out y[p:8]; sum product memory 8; S0; guarded");
}

static void roles_of_products(void **state)
{
    (void)state;
    accepts("float a[4][5], b[5][6], c[4][6];\n"
            "void f(void) {\n"
            "#pragma naas\n"
            "for (int m = 0; m < 4; m++)\n"
            "  for (int n = 0; n < 6; n++)\n"
            "    for (int k = 0; k < 5; k++)\n"
            "      c[m][n] += b[k][n] * a[m][k];\n"
            "}\n",
        "m4 n6 k5*; in a[m:4][k:5]; w b[k:5][n:6]; out c[m:4][n:6]; sum product memory 24; S0");
    accepts("float w[4][5], x[5], y[4];\n"
            "void f(void) {\n"
            "#pragma naas\n"
            "for (int k = 0; k < 4; k++)\n"
            "  for (int c = 0; c < 5; c++)\n"
            "    y[k] += w[k][c] * x[c];\n"
            "}\n",
        "k4 c5*; in x[c:5]; w w[k:4][c:5]; out y[k:4]; sum product memory 4; S0");
    accepts("float w[4][3], x[3][7][6], y[4][7][6];\n"
            "void f(void) {\n"
            "#pragma naas\n"
            "for (int k = 0; k < 4; k++)\n"
            "  for (int p = 0; p < 7; p++)\n"
            "    for (int q = 0; q < 6; q++)\n"
            "      for (int c = 0; c < 3; c++)\n"
            "        y[k][p][q] += w[k][c] * x[c][p][q];\n"
            "}\n",
        "k4 p7 q6 c3*; in x[c:3][p:7][q:6]; w w[k:4][c:3]; out y[k:4][p:7][q:6]; sum product memory 168; S0");
}

static void equal_operands_share_a_tensor(void **state)
{
    (void)state;
    accepts("float x[4][5], y[4];\n"
            "void f(void) {\n"
            "#pragma naas\n"
            "for (int k = 0; k < 4; k++) {\n"
            "  float s = 0;\n"
            "  for (int c = 0; c < 5; c++) s += x[k][c] * x[k][c];\n"
            "  y[k] = s / 5;\n"
            "}\n"
            "}\n",
        "k4 c5*; in x[k:4][c:5]; out y[k:4]; sum copy neutral 0; S0 S1 S2");
}

static void flat_arrays_get_their_axes_back(void **state)
{
    (void)state;
    /* A window of one element: its loops have the stride of the channels. */
    accepts("float y[4][6];\nvoid f(const float *x, const float *w) {\n#pragma naas\n"
            "for (int k = 0; k < 4; k++)\n"
            "  for (int p = 0; p < 6; p++)\n"
            "    for (int c = 0; c < 3; c++)\n"
            "      for (int r = 0; r < 1; r++)\n"
            "        for (int s = 0; s < 1; s++)\n"
            "          y[k][p] += x[c * 6 + p + r] * w[((k * 3 + c) * 1 + r) * 1 + s];\n}\n",
        "k4 p6 c3* r1* s1*; in x[c:3][p+r:6]; w w[k:4][c:3]; out y[k:4][p:6]; sum product memory 24; S0");
    /* Height, width, channel; stride 2, padding. */
    accepts("void f(const float *restrict x, const float *restrict w, float *restrict y) {\n"
            "#pragma naas\n"
            "for (int p = 0; p < 4; p++)\n"
            "  for (int q = 0; q < 3; q++)\n"
            "    for (int k = 0; k < 5; k++) {\n"
            "      float s = 0;\n"
            "      for (int r = 0; r < 3; r++)\n"
            "        for (int t = 0; t < 3; t++)\n"
            "          for (int c = 0; c < 2; c++) {\n"
            "            int i = 2 * p + r - 1, j = 2 * q + t - 1;\n"
            "            if (i >= 0 && i < 8 && j >= 0 && j < 6)\n"
            "              s += x[(i * 6 + j) * 2 + c] * w[((k * 3 + r) * 3 + t) * 2 + c];\n"
            "          }\n"
            "      y[(p * 3 + q) * 5 + k] = s;\n"
            "    }\n"
            "}\n",
        "p4 q3 k5 r3* t3* c2*; in x[2p+r-1:8][2q+t-1:6][c:2]; w w[k:5][r:3][t:3][c:2]; out y[p:4][q:3][k:5]; "
        "sum product neutral 0; S0 S1 S2; fill 0");
    /* Rows longer than what is used of them. */
    accepts("double a[4 * 9], b[5 * 7], c[4 * 8];\n"
            "void f(void) {\n"
            "#pragma naas\n"
            "for (int i = 0; i < 4; i++)\n"
            "  for (int k = 0; k < 5; k++)\n"
            "    for (int j = 0; j < 6; j++)\n"
            "      c[i * 8 + j] += a[i * 9 + k] * b[k * 7 + j];\n"
            "}\n",
        "i4 k5* j6; in a[i:4][k:9]; w b[k:5][j:7]; out c[i:4][j:8]; sum product memory 24; S0");
    /* Overlapping windows stay one axis. */
    accepts("int x[40], w[3], y[8];\n"
            "void f(void) {\n"
            "#pragma naas\n"
            "for (int p = 0; p < 8; p++)\n"
            "  for (int r = 0; r < 3; r++)\n"
            "    y[p] += x[2 * p + r] * w[r];\n"
            "}\n",
        "p8 r3*; in x[2p+r:40]; w w[r:3]; out y[p:8]; sum product memory 8; S0");
}

static void statements_in_loops_of_their_own(void **state)
{
    (void)state;
    accepts("double a[4][5], b[5][6], c[4][6];\n"
            "void f(double alpha, double beta) {\n"
            "#pragma scop\n"
            "for (int i = 0; i < 4; i++) {\n"
            "  for (int j = 0; j < 6; j++) c[i][j] *= beta;\n"
            "  for (int k = 0; k < 5; k++)\n"
            "    for (int j = 0; j < 6; j++) c[i][j] += alpha * a[i][k] * b[k][j];\n"
            "}\n"
            "#pragma endscop\n"
            "}\n",
        "i4 k5* j6; in a[i:4][k:5]; w b[k:5][j:6]; out c[i:4][j:6]; sum product memory 24; S0 S1");
}

static void refused(void **state)
{
    (void)state;
    refuses("float x[4][4], y[4];\nvoid f(void) {\n#pragma naas\n"
            "for (int i = 0; i < 4; i++)\n"
            "  for (int j = i; j < 4; j += 2)\n"
            "    y[i] += x[i][j];\n}\n",
        "5:3: nest not mapped: the bounds of loop 'j' depend on another loop's variable\n");
    refuses("float x[4], y[4];\nvoid f(void) {\n#pragma naas\n"
            "for (int i = 0; i < 4; i++)\n"
            "  y[i] = 2 * x[i];\n}\n",
        "4:1: nest not mapped: it has no reduction\n");
    refuses("int x[4][4], y[4];\nvoid f(void) {\n#pragma naas\n"
            "for (int i = 0; i < 4; i++)\n"
            "  for (int j = 0; j < 4; j++)\n"
            "    y[i] = (y[i] + x[i][j]) >> 1;\n}\n",
        "6:5: nest not mapped: this update of 'y' is no sum, maximum or minimum that may be reordered\n");
    refuses("float x[4][4];\nvoid f(void) {\n#pragma naas\n"
            "for (int i = 0; i < 4; i++)\n"
            "  for (int j = 0; j < 5; j++)\n"
            "    x[i][0] += x[i][j];\n}\n",
        "6:5: nest not mapped: the terms of this update of 'x' read elements of 'x'\n");
    refuses("float x[4][4], y[4];\nvoid f(void) {\n#pragma naas\n"
            "for (int i = 0; i < 4; i++)\n"
            "  for (int j = 0; j < 5; j++)\n"
            "    y[i] += x[i][j];\n}\n",
        "6:13: nest not mapped: subscript 2 of 'x' runs from 0 to 4, out of its bounds\n");
    refuses("float x[4][4], y[4];\nvoid f(void) {\n#pragma naas\n"
            "for (int i = 0; i < 4; i++)\n"
            "  for (int j = 0; j < 4; j++)\n"
            "    y[i] += x[j][j];\n}\n",
        "6:13: nest not mapped: two subscripts of 'x' depend on 'j'\n");
    refuses("float x[8], w[3], y[10];\nvoid f(void) {\n#pragma naas\n"
            "for (int i = 0; i < 8; i++)\n"
            "  for (int j = 0; j < 3; j++)\n"
            "    y[i + j] += x[i] * w[j];\n}\n",
        "6:5: nest not mapped: a subscript of the result 'y' depends on more than one loop\n");
}

static void elements_are_finished_in_order(void **state)
{
    (void)state;
    /* The result of one element starts the next. */
    accepts("float x[8][3], y[9];\nvoid f(void) {\n#pragma naas\n"
            "for (int i = 0; i < 8; i++) {\n"
            "  y[i + 1] = y[i];\n"
            "  for (int j = 0; j < 3; j++)\n"
            "    y[i + 1] += x[i][j];\n"
            "}\n}\n",
        "i8 j3*; in x[i:8][j:3]; out y[i+1:9]; sum copy memory 8; S0 S1; last");
    /* A row that every iteration uses anew; the sums read what is overwritten later. */
    accepts("double a[2][3][4], c[4][4], row[4];\nvoid f(void) {\n#pragma naas\n"
            "for (int r = 0; r < 2; r++)\n"
            "  for (int q = 0; q < 3; q++) {\n"
            "    for (int p = 0; p < 4; p++) {\n"
            "      row[p] = 0;\n"
            "      for (int s = 0; s < 4; s++) row[p] += a[r][q][s] * c[s][p];\n"
            "    }\n"
            "    for (int p = 0; p < 4; p++) a[r][q][p] = row[p];\n"
            "  }\n}\n",
        "r2 q3 p4 s4*; in a[r:2][q:3][s:4]; w c[s:4][p:4]; out row[r:2][q:3][p:4]; sum product neutral 0; S0 "
        "S1 S2; last");
    /* The same in an array of the nest's own. */
    accepts("float x[5][6], w[5][4], y[4][6];\nvoid f(void) {\n#pragma naas\n"
            "for (int k = 0; k < 4; k++) {\n"
            "  float row[6];\n"
            "  for (int q = 0; q < 6; q++) row[q] = 0;\n"
            "  for (int c = 0; c < 5; c++)\n"
            "    for (int q = 0; q < 6; q++) row[q] += x[c][q] * w[c][k];\n"
            "  for (int q = 0; q < 6; q++) y[k][q] = row[q];\n"
            "}\n}\n",
        "k4 c5* q6; in w[c:5][k:4]; w x[c:5][q:6]; out y[k:4][q:6]; sum product neutral 0; S0 S1 S2");
}

static void dependences_between_elements_are_refused(void **state)
{
    (void)state;
    /* The finish writes what the next element's sum reads. */
    refuses("float x[9][3], y[8];\nvoid f(void) {\n#pragma naas\n"
            "for (int i = 0; i < 8; i++) {\n"
            "  y[i] = 0;\n"
            "  for (int j = 0; j < 3; j++)\n"
            "    y[i] += x[i][j];\n"
            "  x[i + 1][0] = y[i];\n"
            "}\n}\n",
        "7:13: nest not mapped: the reduction reads 'x', which the nest writes\n");
}

static void memory_that_the_source_does_not_touch_is_left_alone(void **state)
{
    (void)state;
    /* The guard cuts a corner off the last row, where the caller's memory may end. */
    refuses("void f(const float *x, float *y) {\n#pragma naas\n"
            "for (int i = 0; i < 4; i++)\n"
            "  for (int j = 0; j < 5; j++)\n"
            "    if (i + j < 6) y[i] += x[i * 5 + j];\n}\n",
        "5:28: nest not mapped: tiles of 'x' would reach beyond what the guards let the nest read\n");
    refuses("float x[4][5];\nvoid f(float *y) {\n#pragma naas\n"
            "for (int i = 0; i < 4; i++)\n"
            "  for (int j = 0; j < 5; j++)\n"
            "    if (i + j < 3) y[i] += x[i][j];\n}\n",
        "6:20: nest not mapped: the guards leave elements of 'y' untouched\n");
    /* Whole results are left out. */
    accepts("void f(float (*x)[5], float *y) {\n#pragma naas\n"
            "for (int i = 0; i < 4; i++)\n"
            "  for (int j = 0; j < 5; j++)\n"
            "    if (i < 3) y[i] += x[i][j];\n}\n",
        "i4 j5*; in x[i:3][j:5]; out y[i:3]; sum copy memory 4; S0; fill 0");
    /* Rounded up to whole rows, x would end behind its last element; y is only written where it is. */
    accepts("float x[11], y[11];\nvoid f(void) {\n#pragma naas\n"
            "for (int i = 0; i < 3; i++)\n"
            "  for (int k = 0; k < 4; k++)\n"
            "    for (int j = 0; j < 5; j++)\n"
            "      if (i * 4 + k < 11) y[i * 4 + k] += x[i * 4 + k] * j;\n}\n",
        "i3 k4 j5*; in x[4i+k:11]; out y[i:3][k:4]; sum copy memory 12; S0; guarded");
}

static void float_sums_keep_their_order_when_told_to(void **state)
{
    static const char *const source = "float x[4][4], y[4];\nvoid f(void) {\n#pragma naas\n"
                                      "for (int i = 0; i < 4; i++)\n"
                                      "  for (int j = 0; j < 4; j++)\n"
                                      "    y[i] += x[i][j];\n}\n";

    (void)state;
    refuses_with(
        source, false, "6:5: nest not mapped: a float sum must keep its order under -fno-naas-reassociate\n");
    accepts(source, "i4 j4*; in x[i:4][j:4]; out y[i:4]; sum copy memory 4; S0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convolution_with_padding_bias_and_relu),
        cmocka_unit_test(strided_and_dilated_windows),
        cmocka_unit_test(loops_that_step_start_elsewhere_or_run_down),
        cmocka_unit_test(max_pooling_keeps_or_drops_its_guard),
        cmocka_unit_test(a_guard_stays_where_a_zero_tap_would_count),
        cmocka_unit_test(roles_of_products),
        cmocka_unit_test(equal_operands_share_a_tensor),
        cmocka_unit_test(flat_arrays_get_their_axes_back),
        cmocka_unit_test(statements_in_loops_of_their_own),
        cmocka_unit_test(refused),
        cmocka_unit_test(elements_are_finished_in_order),
        cmocka_unit_test(dependences_between_elements_are_refused),
        cmocka_unit_test(memory_that_the_source_does_not_touch_is_left_alone),
        cmocka_unit_test(float_sums_keep_their_order_when_told_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
