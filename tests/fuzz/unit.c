/* A unit: what all programs share, and the cases put together. */
#include "kernel.h"
#include <stdlib.h>
#include <string.h>

static const char prelude[] =
    "#include <math.h>\n"
    "#include <stdint.h>\n"
    "#include <stdio.h>\n"
    "#include <stdlib.h>\n"
    "#include <string.h>\n"
    "\n"
    "static uint32_t random_state;\n"
    "static int rnd(int lo, int hi)\n"
    "{\n"
    "    random_state = random_state * 1664525u + 1013904223u;\n"
    "    return lo + (int)((random_state >> 16) % (uint32_t)(hi - lo + 1));\n"
    "}\n"
    "#define FILL(T, a, lo, hi, scale) \\\n"
    "    for (size_t e = 0; e < sizeof(a) / sizeof(T); e++) \\\n"
    "        ((volatile T *)&(a))[e] = (T)(rnd(lo, hi) * (scale))\n"
    "static uint64_t hash;\n"
    "static void hash_value(const void *value, size_t size)\n"
    "{\n"
    "    const unsigned char *bytes = value;\n"
    "    while (size--)\n"
    "        hash = (hash ^ *bytes++) * 1099511628211ull;\n"
    "}\n"
    "#define SHOW(T, a, wide, format) do { \\\n"
    "    printf(\"%s:\", #a); \\\n"
    "    for (size_t e = 0; e < sizeof(a) / sizeof(T); e++) { \\\n"
    "        wide value = ((const volatile T *)&(a))[e]; \\\n"
    "        value = value == 0 ? 0 : value; /* -0 counts as 0 */ \\\n"
    "        hash_value(&value, sizeof value); \\\n"
    "        if (e < 40) \\\n"
    "            printf(format, value); \\\n"
    "    } \\\n"
    "    printf(\" %016llx\\n\", (unsigned long long)hash); \\\n"
    "} while (0)\n"
    "#define SHOW_WHOLE(T, a) SHOW(T, a, long long, \" %lld\")\n"
    "#define SHOW_REAL(T, a) SHOW(T, a, double, \" %.9g\")\n"
    "/* +- bound, and all values: sums that another order of adding may change by that */\n"
    "#define SHOW_ROUGH(T, a, bound) do { \\\n"
    "    printf(\"+- %.9g\", (double)(bound)); \\\n"
    "    for (size_t e = 0; e < sizeof(a) / sizeof(T); e++) \\\n"
    "        printf(\" %.17g\", (double)((const volatile T *)&(a))[e]); \\\n"
    "    printf(\"\\n\"); \\\n"
    "} while (0)\n"
    "#define LARGER(a, b) ((a) > (b) ? (a) : (b))\n"
    "#define SMALLER(a, b) ((a) < (b) ? (a) : (b))\n"
    "static inline int32_t clip(int32_t v) { return v > 127 ? 127 : v < -128 ? -128 : v; }\n"
    "static int64_t noted[1];\n"
    "static int note(int v) { noted[0] += v; return v; }\n";

void gen_fill(char *out, size_t size, const char *form, const char *const *arg)
{
    size_t n = 0;
    for (const char *p = form; *p && n + 1 < size; p++) {
        if (*p != '@') {
            out[n++] = *p;
            continue;
        }
        const char *text = arg[*++p - '1'];
        size_t length = strlen(text);
        if (length > size - 1 - n)
            length = size - 1 - n;
        memcpy(out + n, text, length);
        n += length;
    }
    out[n] = '\0';
}

void gen_say(FILE *out, const char *form, const char *const *arg)
{
    for (const char *p = form; *p; p++) {
        if (*p == '@')
            fputs(arg[*++p - '1'], out);
        else
            fputc(*p, out);
    }
}

struct gen_param *gen_param(struct gen_case *c, const char *decl, const char *arg)
{
    struct gen_param *param = &c->param[c->n_params++];
    snprintf(param->decl, sizeof param->decl, "%s", decl);
    snprintf(param->arg, sizeof param->arg, "%s", arg);
    return param;
}

/* ---- kernels ---- */

static void declare_extents(struct kernel *k)
{
    struct gen_case *c = k->c;
    char decl[64], value[16];
    for (int i = 0; i < k->n_dims; i++) {
        struct dim *d = &k->dim[i];
        if (d->style == LITERAL)
            snprintf(d->extent, sizeof d->extent, "%d", d->trips);
        else
            snprintf(
                d->extent, sizeof d->extent, "%s%d_%d_%d", d->style == MACRO ? "C" : "n", c->id, k->index, i);
        if (d->style == MACRO)
            fprintf(c->globals, "#define %s %d\n", d->extent, d->trips);
        if (d->style == ENUMERATOR)
            fprintf(c->globals, "enum { %s = %d };\n", d->extent, d->trips);
        if (d->style != RUNTIME)
            continue;
        snprintf(decl, sizeof decl, "%s %s", tape_one_in(k->tape, 5) ? "size_t" : "int", d->extent);
        snprintf(value, sizeof value, "%d", d->trips);
        struct gen_param *param = gen_param(c, decl, value);
        snprintf(param->other, sizeof param->other, "%d", tape_range(k->tape, 1, d->most));
    }
}

static void range_of(const struct kernel *k, enum type type, int *lo, int *hi)
{
    static const int widest[] = {127, 255, 200, 400, 300, 400, 300, 8, 8};
    *hi = k->rough ? ROUGH_STEPS : type_is_float(k->acc) && widest[type] > 8 ? 8 : widest[type];
    *lo = type == U8 || type == U16 || type == U32 ? 0 : -*hi - (type == I8 && *hi == 127);
}

static void declare_array(struct kernel *k, struct tensor *t, const char *name)
{
    int lo, hi;
    if (k->index)
        snprintf(t->name, sizeof t->name, "%s%d", name, k->index);
    else
        snprintf(t->name, sizeof t->name, "%s", name);
    range_of(k, t->type, &lo, &hi);
    array_declare(k, t, lo, hi);
    if (t->there)
        walk_declare(k, t);
}

static void declare_scalar(struct kernel *k)
{
    bool real = type_is_float(k->acc);
    char decl[64];
    snprintf(k->scalar, sizeof k->scalar, "%s", real ? "0.5f" : "2");
    if (k->term != 3 || k->update & 1)
        return;
    snprintf(k->scalar, sizeof k->scalar, "alpha%d", k->index);
    snprintf(decl, sizeof decl, "%s %s", real ? type_name[k->acc] : "int", k->scalar);
    gen_param(k->c, decl, real ? "1.5f" : "-2");
}

static void declare_twist(struct kernel *k)
{
    struct gen_case *c = k->c;
    int extent = k->in.n_axes ? k->in.axis[0].extent : 1;
    if (k->twist == NO_TWIST)
        return;
    if (k->index == 0)
        fprintf(c->globals, "static int64_t c%d_count;\n", c->id);
    fprintf(c->globals, "static %s c%d_side%d[64];\n", type_name[k->in.type], c->id, k->index);
    fprintf(c->globals, "static int c%d_order%d[%d];\n", c->id, k->index, extent);
    fprintf(c->prepare, "    FILL(int, c%d_order%d, 0, %d, 1);\n", c->id, k->index, extent - 1);
}

static void show_twist(struct kernel *k)
{
    struct gen_case *c = k->c;
    if (k->twist == NO_TWIST)
        return;
    fprintf(c->results, "    SHOW_WHOLE(int64_t, c%d_count);\n", c->id);
    fprintf(c->results, "    SHOW_REAL(%s, c%d_side%d);\n", type_name[k->in.type], c->id, k->index);
    fprintf(c->results, "    SHOW_WHOLE(int64_t, noted);\n");
    array_show(k, &k->in);
}

static bool can_overlap(const struct kernel *k)
{
    return k->in.type == k->out.type && (k->in.layout == POINTER || k->in.layout == ROW_POINTER) &&
           k->out.layout == POINTER && k->in.qualifier != RESTRICT && k->out.qualifier != RESTRICT &&
           k->in.n_axes && !k->in.is_volatile && !k->rough;
}

/* A call in which the result lies somewhere in the operand, or just behind it. */
static void overlap(struct kernel *k)
{
    struct gen_case *c = k->c;
    if (!can_overlap(k))
        return;
    for (int i = 0; i < c->n_params; i++) {
        struct gen_param *param = &c->param[i];
        char end[32];
        snprintf(end, sizeof end, " *%s", k->out.name);
        size_t length = strlen(param->decl), n = strlen(end);
        if (length > n && strcmp(param->decl + length - n, end) == 0)
            snprintf(param->alias, sizeof param->alias, "c%d_%s + %d", c->id, k->in.name,
                tape_pick(k->tape, (int)array_size(&k->in) + 1));
    }
    fprintf(c->results, "    SHOW_%s(%s, c%d_%s);\n", type_is_float(k->in.type) ? "REAL" : "WHOLE",
        type_name[k->in.type], c->id, k->in.name);
}

void gen_kernel(struct gen_case *c, int index)
{
    struct kernel k = {.c = c, .tape = c->tape, .index = index};
    kernel_shape(&k);
    if (index)
        k.twist = NO_TWIST;
    declare_extents(&k);
    declare_array(&k, &k.in, "x");
    declare_array(&k, &k.weight, "w");
    declare_array(&k, &k.bias, "bias");
    declare_array(&k, &k.residual, "res");
    declare_array(&k, &k.out, "y");
    declare_scalar(&k);
    declare_twist(&k);
    nest_print(&k);
    array_show(&k, &k.out);
    show_twist(&k);
    overlap(&k);
}

/* ---- cases ---- */

struct text {
    char *text;
    size_t size;
    FILE *file;
};

static FILE *text_open(struct text *text)
{
    text->file = open_memstream(&text->text, &text->size);
    if (!text->file)
        abort();
    return text->file;
}

static void call_print(FILE *out, const struct gen_case *c, const char *(*argument)(const struct gen_param *))
{
    fprintf(out, "    case%d(", c->id);
    for (int i = 0; i < c->n_params; i++)
        fprintf(out, "%s%s", i ? ", " : "", argument(&c->param[i]));
    fprintf(out, ");\n    results%d();\n", c->id);
}

static const char *usual(const struct gen_param *param)
{
    return param->arg;
}

static const char *other(const struct gen_param *param)
{
    return param->other[0] ? param->other : param->arg;
}

static const char *alias(const struct gen_param *param)
{
    return param->alias[0] ? param->alias : param->arg;
}

static void functions_print(FILE *out, const struct gen_case *c, const struct text text[4])
{
    bool differs = false, overlaps = false;
    fprintf(out, "\n/* ---- case %d ---- */\n\n%sstatic void case%d(", c->id, text[0].text, c->id);
    for (int i = 0; i < c->n_params; i++) {
        fprintf(out, "%s%s", i ? ", " : "", c->param[i].decl);
        differs |= c->param[i].other[0] != '\0';
        overlaps |= c->param[i].alias[0] != '\0';
    }
    fprintf(out, "%s)\n{\n%s}\n", c->n_params ? "" : "void", text[1].text);
    fprintf(out, "static void prepare%d(void)\n{\n%s}\n", c->id, text[2].text);
    fprintf(out, "static void results%d(void)\n{\n%s}\n", c->id, text[3].text);
    fprintf(out, "static void run%d(void)\n{\n    prepare%d();\n", c->id, c->id);
    call_print(out, c, usual);
    if (differs)
        call_print(out, c, other);
    if (overlaps) {
        fprintf(out, "    prepare%d();\n", c->id);
        call_print(out, c, alias);
    }
    fprintf(out, "}\n");
}

static int case_print(FILE *out, struct tape *tape, int id)
{
    struct text text[4];
    struct gen_case c = {.tape = tape, .id = id};
    c.globals = text_open(&text[0]);
    c.body = text_open(&text[1]);
    c.prepare = text_open(&text[2]);
    c.results = text_open(&text[3]);
    if (tape_one_in(tape, 8)) {
        gen_oddity(&c);
    } else if (tape_one_in(tape, 8)) {
        gen_parts(&c);
    } else {
        bool two = tape_one_in(tape, 4);
        gen_kernel(&c, 0);
        if (two)
            gen_kernel(&c, 1);
    }
    for (int i = 0; i < 4; i++)
        fclose(text[i].file);
    functions_print(out, &c, text);
    for (int i = 0; i < 4; i++)
        free(text[i].text);
    return c.n_pragmas;
}

int gen_unit(FILE *out, struct tape *const *tapes, const int *ids, int n)
{
    int n_pragmas = 0;
    fputs(prelude, out);
    for (int i = 0; i < n; i++)
        n_pragmas += case_print(out, tapes[i], ids[i]);
    fprintf(out, "\nint main(int argc, char **argv)\n{\n    int only = argc > 1 ? atoi(argv[1]) : -1;\n");
    for (int i = 0; i < n; i++)
        fprintf(out,
            "    if (only < 0 || only == %d) {\n        fprintf(stderr, \"case %d\\n\");\n"
            "        printf(\"case %d\\n\");\n        random_state = %du;\n        hash = 0;\n        "
            "run%d();\n"
            "        fflush(stdout);\n    }\n",
            ids[i], ids[i], ids[i], ids[i] + 1, ids[i]);
    fprintf(out, "    (void)note;\n    (void)clip;\n    return (int)(hash %% 64);\n}\n");
    return n_pragmas;
}
