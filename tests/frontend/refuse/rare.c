/* What is refused seldom: whole arrays and pointers as values, variables with several meanings, too much of something. */
#define REST ; i < 4;
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
float x[64], y[64], m[4][4];
float deep[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1];
float a0[2][8], a1[2][8], a2[2][8], a3[2][8], a4[2][8], a5[2][8], a6[2][8], a7[2][8], a8[2][8],
    a9[2][8], b0[2][8], b1[2][8], b2[2][8], b3[2][8], b4[2][8], b5[2][8], b6[2][8];
struct matrix {
    float at[4][4];
} matrix;
float f(float);

static float second(const float *p)
{
    return p[1];
}
static float square(float v)
{
    float b = v * v + v, c = b * b + b, d = c * c + c, e = d * d + d, g = e * e + e, h = g * g + g, k = h * h + h;
    float l = k * k + k, n = l * l + l;
    return n * n + n;
}
static int least(int v, int u)
{
    return v < u ? v : 5; //~ 12: expression is not affine: it chooses between two values | minima, maxima and clamped coordinates are not handled here
}

void rare(int n)
{
#pragma naas
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < least(i, 3); j++)
            x[i] += y[j];
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = second(m); //~ 23: 'm' is used as a pointer | give it all its subscripts
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = second(matrix.at); //~ 23: 'matrix.at' is used as a pointer | give it all its subscripts
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = m[i] ? 1 : 2; //~ 16: 'm' has 2 dimensions and 1 subscripts
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = deep[0] ? 1 : 2; //~ 16: 'deep' has too many dimensions
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = (n ? m : m)[i][0]; //~ 17: access is not an element of a known array | use arrays and pointers directly
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = ((float(*)[4])y)[i][0]; //~ 17: access is not an element of a known array | use arrays and pointers directly
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = *f ? 1 : 2; //~ 17: 'f' is not a variable
#pragma naas
    for (int i = 0; i < 4; i++) {
        float *q = y + i;
        x[i] = q ? 1 : 2; //~ 16: pointer is used as a value
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        float(*q)[4];
        x[i] = q[i][0]; //~ 16: pointer 'q' is not a row of a known array
    }
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = square(y[i]); //~ 16: called function is too long | do a part of it in a variable of the nest
#pragma naas
    for (int i = 0; i < 4; i++) {
        int t;
        t = i;
        x[t] = 1;
        {
            t = i + 1; //~ 13: 't' changes in a part of its block only | use a variable for each meaning
            x[t] = 2;
        }
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        int t;
        t = i;
        x[t] = 1;
        t = n; //~ 9: 't' is assigned twice | use a variable for each meaning
        y[i] = t;
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        int k;
        for (k = 0; k < 4; k++)
            x[k] = 0;
        k += 2; //~ 9: 'k' is assigned twice | use a variable for each meaning
        x[k] = 0;
    }
#pragma naas
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 4; k++, i++) //~ 9: 'i' changes in a part of its block only | use another variable
            x[k] = 0;
#pragma naas
    for (int i = 0; i < 4; i++) {
        int k = 0;
        x[k++] = 0;
        for (k = 0; k < 4; k++) //~ 18: 'k' counts a loop, and moves elsewhere | use another variable
            x[k] = 0;
    }
#pragma naas
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < MIN(MIN(MIN(4, 7 - i), MIN(6 - i, i + 2)), i + 3); j++) //~ 29: expression is not affine: it chooses between two values | minima, maxima and clamped coordinates are not handled here
            x[i] += y[j];
#pragma naas
    for (int i = 0; i < 4; i++)
        for (unsigned j = 0; j < MIN(4u, 6u - i); j++) //~ 34: expression is not affine: it chooses between two values | minima, maxima and clamped coordinates are not handled here
            x[i] += y[j];
#pragma naas
    for (int i = 0; i < 8; i++)
        m[i / 4][0] += a0[1][i] + a1[1][i] + a2[1][i] + a3[1][i] + a4[1][i] + a5[1][i] + a6[1][i] + a7[1][i] +
                       a8[1][i] + a9[1][i] + b0[1][i] + b1[1][i] + b2[1][i] + b3[1][i] + b4[1][i] + b5[1][i] +
                       b6[1][i]; //~ 24: a subscript of 'b6' is divided in too many ways
#pragma naas
    for (int i = 0 REST) { //~ 5: loop header is not understood | write it as for (i = start; i < stop; i += step)
        x[i] = 0;
        i++;
    }
    for (int b = 0; b < 2; b++) {
#pragma naas
        for (int i = 0; i < 4; i++)
            x[i] += m[b][i]; //~ 23: 'b' is the counter of a loop around the nest | annotate that loop, or set a pointer to what it selects in front of the nest
    }
#define for if (1) for
#pragma naas
    for (int i = 0; i < 4; i++) //~ 5: loop comes out of a macro | the loops have to stand in the file itself
        x[i] = 1;
#undef for
}
