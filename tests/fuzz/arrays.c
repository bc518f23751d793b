/* Arrays of a kernel in the forms that people write: their declarations, and text for an element. */
#include "kernel.h"
#include <float.h>
#include <string.h>

/* `2 * p + r - 1`, positive terms first so that unsigned arithmetic does not wrap on the way. */
void axis_print(char *text, struct kernel *k, const struct axis *a, bool shuffled)
{
    int n = 0, swap = shuffled && a->n == 2 && a->coef[0] > 0 && a->coef[1] > 0;
    text[0] = '\0';
    if (a->n && a->coef[0] < 0)
        n += snprintf(text + n, (size_t)(TEXT - n), "%d", a->offset);
    for (int i = 0; i < a->n; i++) {
        int j = swap ? 1 - i : i, coef = a->coef[j];
        const char *name = k->dim[a->dim[j]].name;
        n += snprintf(text + n, (size_t)(TEXT - n), "%s", coef < 0 ? " - " : i ? " + " : "");
        if (coef == 1 || coef == -1)
            n += snprintf(text + n, (size_t)(TEXT - n), "%s", name);
        else
            n += swap ? snprintf(text + n, (size_t)(TEXT - n), "%s * %d", name, coef)
                      : snprintf(text + n, (size_t)(TEXT - n), "%d * %s", coef, name);
    }
    if (!a->n || (a->offset && a->coef[0] > 0))
        snprintf(text + n, (size_t)(TEXT - n), "%s%d",
            !a->n           ? ""
            : a->offset < 0 ? " - "
                            : " + ",
            a->offset < 0 && a->n ? -a->offset : a->offset);
}

void axis_quotient(char *text, size_t size, const struct axis *a, const char *dividend)
{
    if (a->divisor == 2 && a->extent % 2)
        snprintf(text, size, "((%.200s) >> 1)", dividend);
    else if (a->divisor)
        snprintf(text, size, "(%.200s) / %d", dividend, a->divisor);
    else
        snprintf(text, size, "%.200s", dividend);
}

long array_size(const struct tensor *t)
{
    long size = 1;
    for (int i = 0; i < t->n_axes; i++)
        size *= t->axis[i].extent;
    return size;
}

/* The name of a run-time extent where it is the axis', else its number. */
static void extent_text(char *text, struct kernel *k, const struct tensor *t, int i)
{
    const struct axis *a = &t->axis[i];
    const struct dim *d = a->n == 1 ? &k->dim[a->dim[0]] : NULL;
    bool named = t->layout != GLOBAL && t->layout != MEMBER && t->layout != FLAT_GLOBAL && d &&
                 d->style == RUNTIME && a->coef[0] == 1 && a->offset == 0 && a->extent == d->most;
    if (named || (d && d->style <= ENUMERATOR && a->coef[0] == 1 && a->extent == d->trips))
        snprintf(text, TEXT, "%s", d->extent);
    else
        snprintf(text, TEXT, "%d", a->extent);
}

int array_name(char *text, size_t size, struct kernel *k, const struct tensor *t)
{
    if (t->layout == MEMBER)
        return snprintf(text, size, "c%d_%s.cells", k->c->id, t->name);
    return snprintf(text, size, "%s", t->name);
}

static bool is_flat(const struct tensor *t)
{
    return t->layout == POINTER || t->layout == FLAT_GLOBAL || t->layout == ROW_POINTER ||
           t->layout == VOID_POINTER;
}

/* (a * B + b) * C + c, or a * 12 + b * 4 + c, of the first n axes. */
static void linear_text(
    char *text, struct kernel *k, const struct tensor *t, int n, char (*index)[TEXT], bool nested)
{
    char extent[TEXT], grown[4 * TEXT];
    text[0] = '\0';
    for (int i = 1; i < n; i++) {
        extent_text(extent, k, t, i);
        nested |= extent[0] < '0' || extent[0] > '9';
    }
    for (int i = 0; i < n; i++) {
        extent_text(extent, k, t, i);
        long stride = 1;
        for (int j = i + 1; j < n; j++)
            stride *= t->axis[j].extent;
        if (nested)
            gen_fill(grown, sizeof grown,
                i == 0   ? "(@2)"
                : i == 1 ? "@1 * @3 + (@2)"
                         : "(@1) * @3 + (@2)",
                (const char *[]){text, index[i], extent});
        else
            snprintf(grown, sizeof grown, "%s%s(%s) * %ld", text, i ? " + " : "", index[i], stride);
        strcpy(text, grown);
    }
    if (n == 0)
        strcpy(text, "0");
}

static void index_texts(
    struct kernel *k, const struct tensor *t, const char *const *taps, char (*index)[TEXT])
{
    for (int i = 0; i < t->n_axes; i++) {
        char dividend[TEXT];
        axis_print(dividend, k, &t->axis[i], t->qualifier == CONST);
        axis_quotient(index[i], TEXT, &t->axis[i], taps && taps[i] ? taps[i] : dividend);
    }
}

void array_element(char *text, struct kernel *k, const struct tensor *t, const char *const *taps)
{
    char index[MAX_AXES][TEXT], linear[4 * TEXT];
    index_texts(k, t, taps, index);
    if (walk_element(text, k, t, index))
        return;
    if (t->layout == ROW_POINTER) {
        snprintf(text, 5 * TEXT, "%s_row[%s]", t->name, index[t->n_axes - 1]);
    } else if (is_flat(t)) {
        linear_text(linear, k, t, t->n_axes, index, t->qualifier != RESTRICT);
        if (t->layout == VOID_POINTER)
            snprintf(text, 5 * TEXT, "((%s%s *)%s)[%s]", t->qualifier == CONST ? "const " : "",
                type_name[t->type], t->name, linear);
        else
            snprintf(text, 5 * TEXT, "%s[%s]", t->name, linear);
    } else {
        int n = array_name(text, 5 * TEXT, k, t);
        for (int i = 0; i < t->n_axes; i++)
            n += snprintf(text + n, (size_t)(5 * TEXT - n), "[%s]", index[i]);
    }
}

/* const float *x_row = x + (k * 5 + c) * 7; */
void array_rows(struct kernel *k, FILE *f, const struct tensor *t, const char *indent)
{
    char index[MAX_AXES][TEXT], linear[4 * TEXT], extent[TEXT];
    if (!t->there || t->layout != ROW_POINTER)
        return;
    index_texts(k, t, NULL, index);
    linear_text(linear, k, t, t->n_axes - 1, index, true);
    extent_text(extent, k, t, t->n_axes - 1);
    fprintf(f, "%sconst %s *%s_row = %s + (%s) * %s;\n", indent, type_name[t->type], t->name, t->name, linear,
        extent);
}

/* ---- declarations ---- */

static void brackets(char *text, struct kernel *k, const struct tensor *t)
{
    char extent[TEXT];
    int n = 0;
    text[0] = '\0';
    for (int i = 0; i < t->n_axes; i++) {
        extent_text(extent, k, t, i);
        n += snprintf(text + n, (size_t)(TEXT - n), "[%s]", extent);
    }
}

static void declare_parameter(struct kernel *k, struct tensor *t, const char *buffer)
{
    char decl[2 * TEXT], shape[TEXT];
    const char *of = t->is_volatile ? "volatile " : t->qualifier == CONST ? "const " : "";
    const char *restricted = t->qualifier == RESTRICT ? "restrict " : "";
    brackets(shape, k, t);
    if (t->layout == VOID_POINTER)
        snprintf(decl, sizeof decl, "%svoid *%s%s", of, restricted, t->name);
    else if (is_flat(t))
        snprintf(decl, sizeof decl, "%s%s *%s%s", of, type_name[t->type], restricted, t->name);
    else
        snprintf(decl, sizeof decl, "%s %s%s", type_name[t->type], t->name, shape);
    gen_param(k->c, decl, buffer);
}

/* Declares the array, as wide as `lo..hi` its values: multiples of 1/4 in floats, but for rough ones. */
void array_declare(struct kernel *k, struct tensor *t, int lo, int hi)
{
    struct gen_case *c = k->c;
    char buffer[64], cells[96], shape[TEXT];
    const char *type = type_name[t->type], *of = t->is_volatile ? "volatile " : "";
    if (!t->there)
        return;
    snprintf(buffer, sizeof buffer, "c%d_%s", c->id, t->name);
    brackets(shape, k, t);
    if (t->layout == GLOBAL) {
        fprintf(c->globals, "static %s%s %s%s;\n", of, type, buffer, shape);
        snprintf(t->name, sizeof t->name, "%.22s", buffer);
    } else if (t->layout == MEMBER) {
        fprintf(c->globals, "static struct { int first; %s%s cells%s; } %s;\n", of, type, shape, buffer);
    } else {
        /* room behind the cells for calls in which the result overlaps an operand */
        long more = t == &k->in ? array_size(&k->out) : 0;
        fprintf(c->globals, "static %s%s %s[%ld];\n", of, type, buffer, array_size(t) + more);
        if (t->layout == FLAT_GLOBAL)
            snprintf(t->name, sizeof t->name, "%.22s", buffer);
        else
            declare_parameter(
                k, t, is_flat(t) ? buffer : (snprintf(cells, sizeof cells, "(void *)%s", buffer), cells));
    }
    snprintf(cells, sizeof cells, "%s%s", buffer, t->layout == MEMBER ? ".cells" : "");
    fprintf(c->prepare, "    FILL(%s, %s, %d, %d, %s);\n", type, cells, lo, hi,
        !type_is_float(t->type) ? "1"
        : k->rough              ? "(1.1 / 8000)"
                                : "0.25");
}

/* Each of two orders of adding n terms of at most 1.21 to a start of at most 4 is off by no more than
 * (n + 2) * eps / 2 times the sum of their sizes; twice that for a second call, and twice for y += sum. */
static void show_rough(struct kernel *k, const struct tensor *t, const char *buffer)
{
    bool narrow = k->acc == F32 || k->in.type == F32 || k->out.type == F32 ||
                  (k->weight.there && k->weight.type == F32) || (k->bias.there && k->bias.type == F32);
    double n = 1;
    for (int d = 0; d < k->n_dims; d++)
        n *= k->dim[d].reduced ? k->dim[d].most : 1;
    fprintf(k->c->results, "    SHOW_ROUGH(%s, %s, %g);\n", type_name[t->type], buffer,
        4 * (n + 2) * (1.21 * n + 4) * (narrow ? FLT_EPSILON : DBL_EPSILON));
}

void array_show(struct kernel *k, const struct tensor *t)
{
    struct gen_case *c = k->c;
    const char *global = t->layout == GLOBAL || t->layout == FLAT_GLOBAL ? t->name : NULL;
    char buffer[64];
    if (global)
        snprintf(buffer, sizeof buffer, "%s", global);
    else
        snprintf(buffer, sizeof buffer, "c%d_%s%s", c->id, t->name, t->layout == MEMBER ? ".cells" : "");
    if (k->rough)
        show_rough(k, t, buffer);
    else
        fprintf(c->results, "    SHOW_%s(%s, %s);\n", type_is_float(t->type) ? "REAL" : "WHOLE",
            type_name[t->type], buffer);
}
