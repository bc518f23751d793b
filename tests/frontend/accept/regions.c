/* Regions: several statements, several nests. */
float a[8][8], b[8], c[8];
#define LOWER 0

void regions(float A[8][8], float B[][8], const float (*C)[8], int n, int ld, float *flat)
{
    int i, j;
#pragma scop
    for (i = 0; i < 8; i++)
        b[i] = 0;
    c[0] = 1;
    for (i = LOWER; i < 8; i++)
        for (j = 0; j < 8; j++) {
            b[i] = b[i] + a[i][j] * c[j];
        }
#pragma endscop
#pragma naas extent(n = 0x8, ld = 12) name(sized)
#pragma GCC ivdep
    // the loop follows
    for (i = 0; i < n; i++)
        for (j = 0; j < n; j++)
            flat[i * ld + j] = A[i][j] + B[i][j] * C[i][j];
}
