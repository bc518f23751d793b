/* Arrays whose dimensions are parameters, fixed by the annotation. */
void variable_length(int n, int m, float a[n][m], float b[][m + 1][4], float y[static 2 * n])
{
#pragma naas extent(n = 4, m = 5)
    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++)
            y[i] += a[i][j] * b[i][j + 1][2];
}
