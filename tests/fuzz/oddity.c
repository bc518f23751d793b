/* Nests that no accelerator can run as they stand, or that look like others: kept as plain C, or still right.
 */
#include "generate.h"

/* @1 is the case, @2 and @3 are sizes, @2 > @3. Arrays: a[20][20], b[20][20], v[400], n[20] (0..9). */
static const char *const bodies[] = {
    /* prefix sum */
    "for (int i = 1; i < @2; i++)\n    v@1[i] += v@1[i - 1];\n",
    /* stencils in place, and not */
    "for (int i = 1; i < @2 - 1; i++)\n    for (int j = 1; j < @3; j++)\n"
    "        a@1[i][j] = a@1[i - 1][j] + a@1[i + 1][j] - a@1[i][j - 1];\n",
    "for (int i = 1; i < @2 - 1; i++)\n    for (int j = 1; j < @3; j++)\n"
    "        b@1[i][j] += a@1[i - 1][j] + a@1[i + 1][j] - a@1[i][j - 1];\n",
    /* scatter, as a transposed convolution does */
    "for (int i = 0; i < @2; i++)\n    for (int j = 0; j < @3; j++)\n        v@1[i + j] += a@1[0][i] * "
    "b@1[0][j];\n",
    "for (int i = 0; i < @2; i++)\n    for (int j = 0; j < @3; j++)\n        v@1[2 * i + j] += a@1[1][i] * "
    "b@1[2][j];\n",
    /* histogram */
    "for (int i = 0; i < 20; i++)\n    for (int j = 0; j < @3; j++)\n        v@1[n@1[i]] += a@1[i][j];\n",
    /* gather */
    "for (int i = 0; i < @2; i++)\n    for (int j = 0; j < @3; j++)\n        v@1[i] += a@1[n@1[i]][j];\n",
    /* argmax */
    "for (int i = 0; i < @2; i++) {\n    int32_t best = a@1[i][0];\n    int at = 0;\n"
    "    for (int j = 1; j < @3; j++)\n        if (a@1[i][j] > best) {\n            best = a@1[i][j];\n"
    "            at = j;\n        }\n    v@1[i] = at;\n}\n",
    /* groups by division */
    "for (int i = 0; i < @2; i++)\n    for (int j = 0; j < @3; j++)\n        v@1[i] += a@1[i / 2][j] * "
    "b@1[i][j];\n",
    /* a fused loop */
    "for (int f = 0; f < @2 * @3; f++)\n    for (int j = 0; j < @3; j++)\n"
    "        v@1[f] += a@1[f / @3][j] * b@1[f % @3][j];\n",
    /* clamped coordinates */
    "for (int i = 0; i < @2; i++)\n    for (int j = 0; j < @3; j++) {\n        int at = i + j - 2;\n"
    "        at = at < 0 ? 0 : at > 9 ? 9 : at;\n        v@1[i] += a@1[at][j];\n    }\n",
    /* clipped windows */
    "for (int i = 0; i < @2; i++)\n    for (int j = i > 1 ? i - 1 : 0; j < i + @3; j++)\n        v@1[i] += "
    "a@1[i][j % 20];\n",
    /* a bound in memory that the nest writes */
    "for (int i = 0; i < n@1[0]; i++)\n    n@1[0] = @3;\n",
    /* while inside */
    "for (int i = 0; i < @2; i++) {\n    int j = 0;\n    while (j < @3 && a@1[i][j] < 5)\n"
    "        v@1[i] += a@1[i][j++];\n}\n",
    /* product of a matrix with itself, in place */
    "for (int i = 0; i < @2; i++)\n    for (int j = 0; j < @2; j++)\n        for (int l = 0; l < @3; l++)\n"
    "            a@1[i][j] = (a@1[i][j] + a@1[i][l] * a@1[l][j]) % 100;\n",
    "for (int i = 0; i < @2; i++)\n    for (int j = 0; j < @2; j++)\n        for (int l = 0; l < @3; l++)\n"
    "            b@1[i][j] += a@1[i][l] * a@1[l][j];\n",
    /* the diagonal; a subscript twice */
    "for (int i = 0; i < @2; i++)\n    for (int j = 0; j < @3; j++)\n        v@1[i] += a@1[i][i] * "
    "b@1[j][j];\n",
    /* the row is added to itself */
    "for (int i = 0; i < @2; i++)\n    for (int j = 0; j < @3; j++)\n        a@1[i][0] += a@1[i][j];\n",
    "for (int i = 0; i < @2; i++)\n    for (int j = 1; j < @3; j++)\n        a@1[i][0] += a@1[i][j];\n",
    /* two results, one from the other */
    "for (int i = 0; i < @2; i++) {\n    v@1[i] = 0;\n    for (int j = 0; j < @3; j++)\n"
    "        v@1[i] += a@1[i][j];\n    for (int j = 0; j < @3; j++)\n        b@1[i][j] -= v@1[i];\n}\n",
    /* mean, then what is left */
    "for (int i = 0; i < @2; i++) {\n    int32_t sum = 0;\n    for (int j = 0; j < @3; j++)\n"
    "        sum += a@1[i][j];\n    v@1[i] = sum / @3;\n    v@1[i + 20] = sum % @3;\n}\n",
    /* the result is read by the next row */
    "for (int i = 1; i < @2; i++) {\n    int32_t sum = v@1[i - 1];\n    for (int j = 0; j < @3; j++)\n"
    "        sum += a@1[i][j];\n    v@1[i] = sum;\n}\n",
    /* a shared row buffer */
    "for (int i = 0; i < @2; i++) {\n    int32_t row[20];\n    for (int j = 0; j < @3; j++) {\n        "
    "row[j] = 0;\n"
    "        for (int l = 0; l < @2; l++)\n            row[j] += a@1[i][l] * b@1[l][j];\n    }\n"
    "    for (int j = 0; j < @3; j++)\n        a@1[i][j] = row[j];\n}\n",
    /* ends early */
    "for (int i = 0; i < @2; i++) {\n    if (i == @3)\n        return;\n    for (int j = 0; j < @3; j++)\n"
    "        v@1[i] += a@1[i][j];\n}\n",
    "for (int i = 0; i < @2; i++)\n    for (int j = 0; j < @3; j++) {\n        if (a@1[i][j] == 7)\n"
    "            goto out;\n        v@1[i] += a@1[i][j];\n    }\nout:;\n",
    /* loops that never run, or once */
    "for (int i = @2; i < @3; i++)\n    for (int j = 0; j < @3; j++)\n        v@1[i] += a@1[i][j];\n",
    "for (int i = 0; i < 1; i++)\n    for (int j = 0; j < 1; j++)\n        v@1[i] += a@1[i][j];\n",
    /* alternating signs and parity */
    "for (int i = 0; i < @2; i++)\n    for (int j = 0; j < @3; j++)\n        v@1[i] += (i + j) % 2 ? "
    "a@1[i][j] : -a@1[i][j];\n",
    "for (int i = 0; i < @2; i++)\n    for (int j = 0; j < @3; j++)\n        if ((i + j) % 2 == 0)\n         "
    "   v@1[i] += a@1[i][j];\n",
    /* guards with equality */
    "for (int i = 0; i < @2; i++)\n    for (int j = 0; j < @3; j++)\n        if (i != j)\n            v@1[i] "
    "+= a@1[i][j];\n",
    "for (int i = 0; i < @2; i++)\n    for (int j = 0; j < @3; j++)\n        if (i == j)\n            v@1[i] "
    "+= a@1[i][j];\n",
    /* the first term starts the sum */
    "for (int i = 0; i < @2; i++)\n    for (int j = 0; j < @3; j++)\n        if (j == 0)\n            v@1[i] "
    "= a@1[i][j];\n"
    "        else\n            v@1[i] += a@1[i][j];\n",
    /* unsigned char counter that wraps in the subscript */
    "for (int i = 0; i < @2; i++)\n    for (int j = 0; j < @3; j++)\n        v@1[(uint8_t)(250 + i)] += "
    "a@1[i][j];\n",
    /* sum of what is larger than the neighbour */
    "for (int i = 0; i < @2; i++)\n    for (int j = 1; j < @3; j++)\n"
    "        v@1[i] += a@1[i][j] > a@1[i][j - 1] ? a@1[i][j] : 0;\n",
};

void gen_oddity(struct gen_case *c)
{
    char id[16], large[16], small[16];
    int form = tape_pick(c->tape, (int)(sizeof bodies / sizeof *bodies)), m = tape_range(c->tape, 2, 9);
    bool scop = tape_one_in(c->tape, 4);
    snprintf(id, sizeof id, "%d", c->id);
    snprintf(small, sizeof small, "%d", m);
    snprintf(large, sizeof large, "%d", tape_range(c->tape, m + 1, 12));
    const char *args[] = {id, large, small};
    gen_say(c->globals, "static int32_t a@1[20][20], b@1[20][20], v@1[400];\nstatic int n@1[20];\n", args);
    gen_say(c->prepare,
        "    FILL(int32_t, a@1, -9, 9, 1);\n    FILL(int32_t, b@1, -9, 9, 1);\n    FILL(int32_t, v@1, -9, 9, "
        "1);\n"
        "    FILL(int, n@1, 0, 9, 1);\n",
        args);
    fprintf(c->body, scop ? "#pragma scop\n" : "#pragma naas\n");
    c->n_pragmas++;
    gen_say(c->body, bodies[form], args);
    if (scop)
        fprintf(c->body, "#pragma endscop\n");
    gen_say(c->results,
        "    SHOW_WHOLE(int32_t, a@1);\n    SHOW_WHOLE(int32_t, b@1);\n    SHOW_WHOLE(int32_t, v@1);\n"
        "    SHOW_WHOLE(int, n@1);\n",
        args);
}
