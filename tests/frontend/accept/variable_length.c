/* Arrays whose dimensions are parameters, fixed by the annotation. */
void variable_length(int n, int m, float a[n][m], float b[][m + 1][4], float y[static 2 * n])
{
#pragma naas extent(n = 4, m = 5)
    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++)
            y[i] += a[i][j] * b[i][j + 1][2];
}

/* The caller may have more than the declaration says; what is declared counts only if it is kept to. */
void more_than_declared(float x[4], const float z[4], float y[4][2])
{
#pragma naas
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 3; j++)
            if (i + j < 4)
                y[i][0] += x[i + j + 1] * z[i + j];
}
