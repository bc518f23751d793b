/*
 * Nests of several reductions that hand values to each other: rows that are summed, multiplied by matrices,
 * changed element by element, one after the other.
 *
 *     for i {                                           fused: what is handed on may be private;
 *         m = x[i][0];                                  else every stage has an i loop of its own,
 *         for j  m = max(m, x[i][j]);                   and only arrays are handed on
 *         for k { v[k] = 0; for j  v[k] += (x[i][j] - m) * w[j][k]; }
 *         for k  y[i][k] = v[k] > 0 ? v[k] : 0;
 *     }
 *
 * Bounds of the values are kept, so that all sums are exact.
 */
#include "generate.h"
#include <stdlib.h>
#include <string.h>

enum place { PER_ROW, PRIVATE_TO_ROW, SHARED_BY_ROWS };

struct value {
    char name[24];
    enum place place;
    int length;      /* 0: a scalar */
    int64_t largest; /* of its absolute values, in units of 2^-fraction */
    int fraction;
};

struct parts {
    struct gen_case *c;
    struct tape *tape;
    const char *type;
    int64_t most; /* that a value may be, in its unit */
    bool real, fused;
    int rows, n, depth; /* depth: of indentation */
    struct value row;   /* what the next stage reads */
    struct value scalar;
    FILE *f;
};

static void element(char text[64], const struct value *v, const char *j)
{
    const char *form = v->place == PER_ROW ? (v->length ? "@1[i][@2]" : "@1[i]")
                       : v->length         ? "@1[@2]"
                                           : "@1";
    gen_fill(text, 64, form, (const char *[]){v->name, j});
}

static void line(struct parts *p, const char *form, const char *const *arg)
{
    fprintf(p->f, "%*s", 4 * p->depth, "");
    gen_say(p->f, form, arg);
}

static void open_loop(struct parts *p, const char *v, int n)
{
    char end[16];
    snprintf(end, sizeof end, "%d", n);
    line(p, "for (int @1 = 0; @1 < @2; @1++) {\n", (const char *[]){v, end});
    p->depth++;
}

static void close_loop(struct parts *p)
{
    p->depth--;
    line(p, "}\n", NULL);
}

/* A new value, declared where its place is. */
static struct value add_value(struct parts *p, const char *name, int length)
{
    struct value v = {.length = length};
    enum place place = p->fused ? (enum place)tape_pick(p->tape, length ? 3 : 2) : PER_ROW;
    v.place = place;
    snprintf(v.name, sizeof v.name, "c%d_%s%d", p->c->id, name, p->n++);
    char size[16] = "";
    if (length)
        snprintf(size, sizeof size, "[%d]", length);
    if (place == SHARED_BY_ROWS)
        fprintf(p->c->body, "    %s %s%s;\n", p->type, v.name, size);
    if (place == PER_ROW) {
        fprintf(p->c->globals, "static %s %s[%d]%s;\n", p->type, v.name, p->rows, size);
        fprintf(p->c->prepare, "    FILL(%s, %s, -9, 9, 1);\n", p->type, v.name);
        fprintf(p->c->results, "    SHOW_%s(%s, %s);\n", p->real ? "REAL" : "WHOLE", p->type, v.name);
    }
    return v;
}

static void declare(struct parts *p, const struct value *v)
{
    char size[16] = "";
    if (v->length)
        snprintf(size, sizeof size, "[%d]", v->length);
    if (v->place == PRIVATE_TO_ROW)
        line(p, "@1 @2@3;\n", (const char *[]){p->type, v->name, size});
}

static bool fits(const struct parts *p, int64_t largest)
{
    return largest <= p->most;
}

/* ---- stages: each reads p->row, and perhaps p->scalar ---- */

/* s += row[j], or the largest; both in one loop now and then. */
static void reduce_stage(struct parts *p)
{
    char s[64], m[64] = "", x[64], first[64];
    bool sum = tape_one_in(p->tape, 2) && fits(p, p->row.largest * p->row.length),
         two = tape_one_in(p->tape, 4);
    const char *op = tape_one_in(p->tape, 2) ? ">" : "<";
    struct value result = add_value(p, sum ? "s" : "m", 0), other = {.length = 0};
    if (two)
        other = add_value(p, "o", 0);
    if (!p->fused)
        open_loop(p, "i", p->rows);
    declare(p, &result);
    if (two)
        declare(p, &other);
    element(s, &result, "");
    element(m, &other, "");
    element(x, &p->row, "j");
    element(first, &p->row, "0");
    line(p, "@1 = @2;\n", (const char *[]){s, sum ? "0" : first});
    if (two)
        line(p, "@1 = @2;\n", (const char *[]){m, first});
    open_loop(p, "j", p->row.length);
    const char *const forms[] = {"@1 = @2 @3 @1 ? @2 : @1;\n", "if (@2 @3 @1)\n@4    @1 = @2;\n"};
    const char *indent = "            ";
    if (sum)
        line(p, "@1 += @2;\n", (const char *[]){s, x});
    else
        line(p, forms[tape_pick(p->tape, 2)], (const char *[]){s, x, op, indent});
    if (two)
        line(p, forms[tape_pick(p->tape, 2)], (const char *[]){m, x, op, indent});
    close_loop(p);
    if (!p->fused)
        close_loop(p);
    result.largest = sum ? p->row.largest * p->row.length : p->row.largest;
    result.fraction = p->row.fraction;
    p->scalar = result;
}

/* v[k] = sum of row[j] * w[j][k] */
static void product_stage(struct parts *p)
{
    char v[64], x[64], w[64], index[2][4] = {"j", "k"};
    int length = tape_range(p->tape, 1, 5), turned = tape_pick(p->tape, 2), fraction = p->real ? 2 : 0;
    int64_t largest = p->row.largest * 3 * p->row.length;
    if (!fits(p, largest))
        return;
    struct value result = add_value(p, "v", length);
    snprintf(w, sizeof w, "c%d_w%d", p->c->id, p->n++);
    fprintf(p->c->globals, "static %s %s[%d][%d];\n", p->type, w, turned ? length : p->row.length,
        turned ? p->row.length : length);
    fprintf(p->c->prepare, "    FILL(%s, %s, -3, 3, %s);\n", p->type, w, p->real ? "0.25" : "1");
    if (!p->fused)
        open_loop(p, "i", p->rows);
    declare(p, &result);
    open_loop(p, "k", length);
    element(v, &result, "k");
    element(x, &p->row, "j");
    line(p, "@1 = 0;\n", (const char *[]){v});
    if (tape_one_in(p->tape, 3)) { /* initialised in a loop of its own */
        close_loop(p);
        open_loop(p, "k", length);
    }
    open_loop(p, "j", p->row.length);
    line(p, "@1 += @2 * @3[@4][@5];\n", (const char *[]){v, x, w, index[turned], index[!turned]});
    close_loop(p);
    close_loop(p);
    if (!p->fused)
        close_loop(p);
    result.largest = largest;
    result.fraction = p->row.fraction + fraction;
    p->row = result;
}

/* v[j] = f(row[j], scalar), into a row of its own or in place */
static void element_stage(struct parts *p)
{
    char v[64], x[64], s[64];
    bool known = p->scalar.name[0] && p->scalar.fraction == p->row.fraction;
    int64_t largest = p->row.largest + (known ? p->scalar.largest : 0);
    int form = known ? tape_pick(p->tape, 3) : 2;
    bool in_place = p->n > 0 && p->row.name[0] != 'x' && tape_one_in(p->tape, 4);
    if (!fits(p, largest))
        return;
    struct value result = in_place ? p->row : add_value(p, "e", p->row.length);
    if (!p->fused)
        open_loop(p, "i", p->rows);
    if (!in_place)
        declare(p, &result);
    open_loop(p, "j", p->row.length);
    element(v, &result, "j");
    element(x, &p->row, "j");
    element(s, &p->scalar, "");
    static const char *const forms[] = {
        "@1 = @2 - @3;\n", "@1 = @2 > @3 ? @3 : @2;\n", "@1 = @2 > 0 ? @2 : 0;\n"};
    line(p, forms[form], (const char *[]){v, x, s});
    close_loop(p);
    if (!p->fused)
        close_loop(p);
    result.largest = largest;
    result.fraction = p->row.fraction;
    p->row = result;
}

/* What is left goes to memory. */
static void store_stage(struct parts *p)
{
    char v[64], x[64], s[64] = "1";
    bool fused = p->fused;
    p->fused = false; /* results lie in arrays */
    struct value result = add_value(p, "y", p->row.length);
    p->fused = fused;
    if (!fused)
        open_loop(p, "i", p->rows);
    open_loop(p, "j", p->row.length);
    element(v, &result, "j");
    element(x, &p->row, "j");
    if (p->scalar.name[0])
        element(s, &p->scalar, "");
    const char *quotient = p->real ? "@1 = @2 / (1 + @3 * @3);\n" : "@1 = @2 / (1 + (@3 & 7));\n";
    line(p, tape_one_in(p->tape, 3) ? quotient : "@1 = @2 + @3;\n", (const char *[]){v, x, s});
    close_loop(p);
    if (!fused)
        close_loop(p);
}

static void loops_print(struct parts *p)
{
    int stages = tape_range(p->tape, 2, 4);
    if (p->fused)
        open_loop(p, "i", p->rows);
    for (int i = 0; i < stages; i++) {
        int kind = tape_pick(p->tape, 4);
        if (kind < 2)
            reduce_stage(p);
        else if (kind == 2)
            product_stage(p);
        else
            element_stage(p);
    }
    store_stage(p);
    if (p->fused)
        close_loop(p);
}

void gen_parts(struct gen_case *c)
{
    static const struct {
        const char *type;
        int64_t most;
        bool real;
    } types[] = {{"int32_t", 1 << 29, false}, {"double", (int64_t)1 << 50, true},
        {"int64_t", (int64_t)1 << 50, false}, {"float", 1 << 23, true}};
    int t = tape_pick(c->tape, 4);
    char *text;
    size_t size;
    struct parts p = {.c = c,
        .tape = c->tape,
        .type = types[t].type,
        .most = types[t].most,
        .real = types[t].real,
        .fused = !tape_one_in(c->tape, 3),
        .rows = tape_range(c->tape, 1, 6),
        .depth = 1};
    p.row = (struct value){.length = tape_range(c->tape, 1, 7), .largest = 9, .fraction = p.real ? 2 : 0};
    snprintf(p.row.name, sizeof p.row.name, "x%d", c->id);
    fprintf(c->globals, "static %s %s[%d][%d];\n", p.type, p.row.name, p.rows, p.row.length);
    fprintf(c->prepare, "    FILL(%s, %s, -9, 9, %s);\n", p.type, p.row.name, p.real ? "0.25" : "1");
    p.f = open_memstream(&text, &size);
    if (!p.f)
        abort();
    loops_print(&p);
    fclose(p.f);
    static const char *const around[][2] = {
        {"#pragma naas", ""}, {"#pragma naas\n{", "}\n"}, {"#pragma scop", "#pragma endscop\n"}};
    int region = p.fused ? tape_pick(c->tape, 3) : 1 + tape_pick(c->tape, 2);
    c->n_pragmas++;
    fprintf(c->body, "%s\n%s%s", around[region][0], text, around[region][1]);
    free(text);
}
