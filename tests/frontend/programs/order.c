/* Results that later ones are made of: elements have to be finished in the order of the source. */
#include <stdio.h>

static float a[160][24], w[24][300], y[161][301], last[300];

static void show(const char *name, const float *p, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += p[i] * (i % 13);
    printf("%s %g\n", name, sum);
}

int main(void)
{
    for (int i = 0; i < 160 * 24; i++)
        ((float *)a)[i] = (float)(i % 9 - 4);
    for (int i = 0; i < 24 * 300; i++)
        ((float *)w)[i] = (float)(i % 7 - 3);
#pragma naas name(diagonal)
    for (int i = 1; i < 160; i++)
        for (int j = 0; j < 300; j++) {
            float s = 0;
            for (int k = 0; k < 24; k++)
                s += a[i][k] * w[k][j];
            y[i][j] = s + (y[i - 1][j + 1] > 3 ? 2 : 1);
        }
    show("diagonal", &y[0][0], 161 * 301);
#pragma naas name(through_a_row)
    for (int i = 0; i < 160; i++)
        for (int j = 0; j < 300; j++) {
            last[j] = 0;
            for (int k = 0; k < 24; k++)
                last[j] += a[i][k] * w[k][j];
            y[i][j] = last[j];
        }
    show("row", &y[0][0], 161 * 301);
    show("last", last, 300);
    return 0;
}
