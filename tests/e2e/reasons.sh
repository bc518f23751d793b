#!/bin/sh
# Why nests that the front end understands are not mapped: each reason at its place, with the line and a caret; the
# file then compiles as it is. (What the front end refuses: tests/frontend/refuse.)
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# refused LINE:COLUMN REASON [OPTION]: of the function f whose body is read, a nest that starts in line 7. REASON is
# what the warning says, and after a bar its hint.
refused() {
    said=${2% | *} hint=${2#* | }
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
    grep -qFx "reason.c:$1: warning: nest not mapped: $said" err || { fail "not: $1: $2"; cat reason.c err >&2; }
    [ "$(grep -c warning: err)" -eq 1 ] || { fail "$2: not one warning"; cat err >&2; }
    grep -qFx "reason.c:$1: note: $hint" err || { fail "$2: another hint"; cat err >&2; }
    grep -q '^ *^' err || fail "$2: no caret"
    $cc -w ${3:+$(printf %s "$3" | grep -v naas)} -c reason.c -o plain.o || fail "$2: plain cc does not compile it"
    same_bits "$2: compiles unchanged" plain.o reason.o
}

refused 9:5 "'s' is read before it is written | give it a value in every iteration" <<'END'
#pragma naas
for (int i = 0; i < 8; i++) {
    float s;
    for (int j = 0; j < 8; j++)
        s += v[i][j];
    y[i] = s;
}
END
refused 10:9 "'a' carries values from one part of the nest to the next | declare it in front of the nest, with an axis for every loop it is private to" <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = i; j < 8; j += 2) {
        float a = 0;
        for (int k = 0; k < 8; k++)
            a += u[i][j][k];
        for (int k = 0; k < 8; k++)
            z[i][k] += a * v[j][k];
    }
END
refused 10:17 "'q' has more than 6 axes | leave the outer loops out of the nest" <<'END'
#pragma naas
for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++)
        y[i] += q[i][j][0][0][0][0][0];
END
refused 10:28 "'w' is walked against the direction in which another subscript is | turn one of the subscripts round" <<'END'
#pragma naas
for (int i = 0; i < 4; i++)
    for (int j = 0; j < 4; j++)
        y[i] += x[i + j] * w[i - j + 3];
END
refused 11:21 "a subscript of 'x' depends on more than two loops | sum over one of the loops outside of the nest" <<'END'
#pragma naas
for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++)
        for (int k = 0; k < 2; k++)
            y[i] += x[i + j + k];
END
refused 11:5 'it has more than 10 loops | leave the outer loops out of the nest' <<'END'
#pragma naas
for (int a = 0; a < 2; a++) for (int b = 0; b < 2; b++) for (int c = 0; c < 2; c++) for (int d = 0; d < 2; d++)
for (int e = 0; e < 2; e++) for (int g = 0; g < 2; g++) for (int i = 0; i < 2; i++) for (int j = 0; j < 2; j++)
for (int k = 0; k < 2; k++) for (int l = 0; l < 2; l++)
    for (int o = 0; o < 2; o++)
        y[a] += x[o];
END
refused 11:13 'its guards are never true | no iteration passes them: compare them with the bounds of the loops' <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++)
        if (2 * i == 2 * j + 1)
            y[i] += v[i][j];
END
refused 9:5 "loop 'j' never runs | correct its bounds, or take the loop out" <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 8; j < 8; j++)
        y[i] += v[i][j];
END
refused 12:9 'its results lie in more than 6 loops | leave the outer loops out of the nest' <<'END'
#pragma naas
for (int a = 0; a < 2; a++) for (int b = 0; b < 2; b++) for (int c = 0; c < 2; c++) for (int d = 0; d < 2; d++)
for (int e = 0; e < 2; e++) for (int g = 0; g < 2; g++) for (int i = 0; i < 2; i++) {
    s = 0;
    for (int k = 0; k < 8; k++)
        s += x[k];
    q[a][b][c][d][e][g][i] = s;
}
END
refused 15:9 "loop 'l' around this statement has no counterpart around the reduction | let it run over the same range as a loop of the reduction, or split the nest" <<'END'
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
refused 10:41 'the reduction reads more than 3 operands | sum each product in a loop of its own, or multiply into an array first' <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++)
        y[i] += v[i][j] * x[j] * w[j] * t[i];
END
refused 9:5 'this statement depends on other elements of the result, or on what comes later | write to another array, or split the nest' <<'END'
#pragma naas
for (int i = 6; i >= 0; i--) {
    y[i] = y[i + 1];
    for (int j = 0; j < 8; j++)
        y[i] += v[i][j];
}
END
refused 14:5 'this statement does not run once per element of the result | split the nest' <<'END'
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
refused 11:9 "this statement stands inside the reduction loop 'j' | put it in front of the loop, or behind it" <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++) {
        y[i] += v[i][j];
        z[i][j] = y[i];
    }
END
refused 10:9 "this update of 't' is no sum, maximum or minimum that may be reordered | sum into a variable as wide as the terms, and do the rest behind the loop" <<'END'
#pragma naas
for (int k = 0; k < 8; k++)
    for (int i = 1; i < 7; i++)
        t[i] = (t[i - 1] + t[i + 1]) / 2;
END
refused 12:9 "this update of 'at' is no sum, maximum or minimum that may be reordered | only the value of a maximum is found: look for its place in a nest of its own" <<'END'
#pragma naas
for (int i = 0; i < 8; i++) {
    float most = -1e9f;
    int at = -1;
    for (int j = 0; j < 8; j++) {
        if (v[i][j] > most)
            at = j;
        most = v[i][j] > most ? v[i][j] : most;
    }
    y[i] = most;
    m[i] = at;
}
END
refused 10:9 "the terms of this update of 't' read elements of 't' | let the results go to another array, if the terms are meant to be what was there before" <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = i + 1; j < 8; j++)
        t[i] += v[j][i] * t[j];
END
refused 10:17 "subscript 1 of 'x' runs from 1 to 8, out of its bounds | guard the access, or correct the bounds of the loops" <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++)
        y[i] += x[j + 1];
END
refused 11:21 "tiles of 'p' would reach beyond what the guards let the nest read | pass an array whose size is known, or widen the guards" <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++)
        if (i + j < 12)
            y[i] += p[8 * i + j];
END
refused 11:13 "the guards leave elements of 'p' untouched | write every element, or leave the others out of the loops" <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++)
        if (i + j < 6)
            p[i] += v[i][j];
END
refused 13:13 "the reduction of 'y' cannot run apart from the statements around it | split the nest, or keep what passes between the loops in an array" <<'END'
#pragma naas
for (int i = 1; i < 8; i++) {
    for (int k = 0; k < 8; k++) {
        for (int j = 0; j < 8; j++)
            s += v[i][j] * y[j];
        for (int j = 0; j < 8; j++)
            y[k] += z[i][j] * s;
    }
}
END
refused 10:9 "a subscript of the result 'y' depends on more than one loop | reduce over another loop, or write each result once" <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++)
        y[i + j] += x[i] * w[j];
END
refused 8:1 'it has no reduction | only nests that sum, or take a maximum or minimum, are mapped' <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    y[i] = x[i];
END
refused 9:5 "the bounds of loop 'j' depend on another loop's variable | let the loop run over a constant range, and test inside" <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = i; j < 8; j += 2)
        y[i] += v[i][j];
END
refused 10:17 "two subscripts of 'v' depend on 'i' | copy the diagonal to an array in front of the nest" <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++)
        y[j] += v[i][i] * z[i][j];
END
refused 8:1 'the product of the extents exceeds 63 bits | leave the outer loops out of the nest' <<'END'
#pragma naas extent(h = 2147483647)
for (int i = 0; i < h; i++)
    for (int j = 0; j < h; j++)
        for (int k = 0; k < h; k++)
            s += x[0];
END
refused 10:9 'a float sum must keep its order under -fno-naas-reassociate | -fnaas-reassociate, the default, lets it be reordered' -fno-naas-reassociate <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++)
        y[i] += v[i][j];
END
refused 9:1 'the file is compiled as C90 | kernels need C99 or later, -std=gnu99 for example' -std=c90 <<'END'
{ int i, j;
#pragma naas
for (i = 0; i < 8; i++)
    for (j = 0; j < 8; j++)
        y[i] += v[i][j];
}
END
refused 8:1 'the native target knows no faster form of it | the target sim runs it' -fnaas-target=native <<'END'
#pragma naas
for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++)
        y[0] = v[i][j] > y[0] ? v[i][j] : y[0];
END
finish
