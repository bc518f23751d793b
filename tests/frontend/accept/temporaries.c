/* Variables of the nest: substituted where they are names for values, cells where they are memory. */
float x[8][9], y[8], z[8];
int v[8][9], m[8];

void temporaries(const float *restrict p)
{
    int i, j, at, t;
    float sum, term;
#pragma naas name(outside)
    for (i = 0; i < 8; i++) {
        sum = 0;
        for (j = 0; j < 8; j++) {
            at = j + 1;
            term = x[i][at] * 2;
            sum += term * p[at];
        }
        y[i] = sum;
    }
#pragma naas name(largest)
    for (i = 0; i < 8; i++) {
        int most = 0;
        for (j = 0; j < 9; j++) {
            t = v[i][j];
            if (t > most)
                most = t;
        }
        m[i] = most;
    }
#pragma naas name(kept)
    for (i = 0; i < 8; i++) {
        float old = y[i];
        y[i] = z[i];
        z[i] = old;
    }
#pragma naas name(row)
    for (i = 0; i < 8; i++) {
        const float *row = p + i * 9;
        float cell[2];
        for (j = 0; j < 2; j++)
            cell[j] = row[j] + *(row + 2) + *row;
        y[i] = cell[0] + cell[1];
    }
    sum = 3;
#pragma naas name(live)
    for (i = 0; i < 8; i++)
        sum += y[i];
    y[0] = sum;
}
