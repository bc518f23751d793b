#!/bin/sh
# Why nests that the front end understands are not mapped: each reason at its place, with the line and a caret; the
# file then compiles as it is. (What the front end refuses: tests/frontend/refuse.)
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# refused LINE:COLUMN REASON [OPTION]: of the function f whose body is read, a nest that starts in line 7.
refused() {
    {
        printf 'float x[8], w[8], y[16], v[8][8], z[8][8], u[8][8][8], t[8], q[2][2][2][2][2][2][2];\n'
        printf 'int n[8][8], m[8];\n'
        printf 'float s, r;\n'
        printf 'void f(float *__restrict p, int h);\nvoid f(float *__restrict p, int h)\n{ (void)p; (void)h;\n'
        cat
        printf '}\n'
    } >reason.c
    rm -f reason.o
    "$naascc" -w ${3:+$3} -c reason.c -o reason.o 2>err || fail "$2: does not compile"
    [ -e reason.o ] || fail "$2: no object"
    grep -qF "reason.c:$1: warning: nest not mapped: $2" err || { fail "not: $1: $2"; cat reason.c err >&2; }
    [ "$(grep -c warning: err)" -eq 1 ] || { fail "$2: not one warning"; cat err >&2; }
    grep -q 'note: ' err || { fail "$2: no hint"; cat err >&2; }
    grep -q '^ *^' err || fail "$2: no caret"
}

refused 9:5 "'s' is read before it is written" <<'END'
#pragma naas
for (int i = 0; i < 8; i++) {
    float s;
    for (int j = 0; j < 8; j++)
        s += v[i][j];
    y[i] = s;
}
END
refused 10:9 "'a' carries values from one part of the nest to the next" <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = i; j < 8; j++) {
        float a = 0;
        for (int k = 0; k < 8; k++)
            a += u[i][j][k];
        for (int k = 0; k < 8; k++)
            z[i][k] += a * v[j][k];
    }
END
refused 10:17 "'q' has more than 6 axes" <<'END'
#pragma naas
for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++)
        y[i] += q[i][j][0][0][0][0][0];
END
refused 10:28 "'w' is walked against the direction in which another subscript is" <<'END'
#pragma naas
for (int i = 0; i < 4; i++)
    for (int j = 0; j < 4; j++)
        y[i] += x[i + j] * w[i - j + 3];
END
refused 11:21 "a subscript of 'x' depends on more than two loops" <<'END'
#pragma naas
for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++)
        for (int k = 0; k < 2; k++)
            y[i] += x[i + j + k];
END
refused 11:5 "it has more than 10 loops" <<'END'
#pragma naas
for (int a = 0; a < 2; a++) for (int b = 0; b < 2; b++) for (int c = 0; c < 2; c++) for (int d = 0; d < 2; d++)
for (int e = 0; e < 2; e++) for (int g = 0; g < 2; g++) for (int i = 0; i < 2; i++) for (int j = 0; j < 2; j++)
for (int k = 0; k < 2; k++) for (int l = 0; l < 2; l++)
    for (int o = 0; o < 2; o++)
        y[a] += x[o];
END
refused 11:13 "its guards are never true" <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++)
        if (2 * i == 2 * j + 1)
            y[i] += v[i][j];
END
refused 9:5 "loop 'j' never runs" <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 8; j < 8; j++)
        y[i] += v[i][j];
END
refused 12:9 "its results lie in more than 6 loops" <<'END'
#pragma naas
for (int a = 0; a < 2; a++) for (int b = 0; b < 2; b++) for (int c = 0; c < 2; c++) for (int d = 0; d < 2; d++)
for (int e = 0; e < 2; e++) for (int g = 0; g < 2; g++) for (int i = 0; i < 2; i++) {
    s = 0;
    for (int k = 0; k < 8; k++)
        s += x[k];
    q[a][b][c][d][e][g][i] = s;
}
END
refused 15:9 "loop 'l' around this statement has no counterpart around the reduction" <<'END'
#pragma naas
for (int i = 0; i < 8; i++) {
    for (int k = 0; k < 8; k++) {
        t[k] = 0;
        for (int j = 0; j < 8; j++)
            t[k] += v[i][j] * z[j][k];
    }
    for (int l = 0; l < 5; l++)
        v[i][l] = t[l];
}
END
refused 10:41 "the reduction reads more than 3 operands" <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++)
        y[i] += v[i][j] * x[j] * w[j] * t[i];
END
refused 10:9 "the reduction reads no array" <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++)
        m[i] += 1;
END
refused 9:5 "this statement depends on other elements of the result, or on what comes later" <<'END'
#pragma naas
for (int i = 6; i >= 0; i--) {
    y[i] = y[i + 1];
    for (int j = 0; j < 8; j++)
        y[i] += v[i][j];
}
END
refused 14:5 "this statement does not run once per element of the result" <<'END'
#pragma naas
for (int i = 0; i < 8; i++) {
    for (int j = 0; j < 8; j++) {
        y[j] = x[i];
        for (int k = 0; k < 8; k++)
            y[j] += u[i][j][k];
    }
    x[i] = y[3];
}
END
refused 11:9 "this statement stands inside the reduction loop 'j'" <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++) {
        y[i] += v[i][j];
        z[i][j] = y[i];
    }
END
refused 10:9 "this update of 't' is no sum, maximum or minimum that may be reordered" <<'END'
#pragma naas
for (int k = 0; k < 8; k++)
    for (int i = 1; i < 7; i++)
        t[i] = (t[i - 1] + t[i + 1]) / 2;
END
refused 10:9 "a float sum must keep its order under -fno-naas-reassociate" -fno-naas-reassociate <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++)
        y[i] += v[i][j];
END
refused 9:1 'the file is compiled as C90' -std=c90 <<'END'
{ int i, j;
#pragma naas
for (i = 0; i < 8; i++)
    for (j = 0; j < 8; j++)
        y[i] += v[i][j];
}
END
refused 8:1 'the native target knows no faster form of it' -fnaas-target=native <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++)
        y[0] = v[i][j] > y[0] ? v[i][j] : y[0];
END
finish
