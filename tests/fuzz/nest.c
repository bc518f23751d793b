/* The text of a kernel: loops, guards, the update, what stands before and after it. */
#include "kernel.h"
#include <string.h>

static const struct dim *loop_at(const struct kernel *k, int level)
{
    return &k->dim[k->order[level]];
}

static const char *indent_of(int depth)
{
    static const char spaces[] = "                                                                ";
    int n = (int)sizeof spaces - 1 - 4 * depth;
    return spaces + (n < 0 ? 0 : n);
}

/* ---- loop headers ---- */

/* Any order of the loops; the sum begins and ends elsewhere. */
static bool is_mixed(const struct kernel *k)
{
    return k->accumulator == IN_OUTPUT && (k->prologue == FROM_MEMORY || k->prologue_outside);
}

static bool is_triangle(const struct kernel *k, int level)
{
    const struct dim *d = loop_at(k, level), *o;
    if (k->twist != TRIANGLE || level == 0 || is_mixed(k))
        return false;
    o = loop_at(k, level - 1);
    return d->header == LESS && d->start == 0 && (d->step == 1 || !(k->update & 2)) && o->start == 0 &&
           o->step == 1 && o->trips <= d->trips && o->style != RUNTIME && d->style != RUNTIME;
}

/* The innermost loop ends at a variable that its body counts down. */
static bool is_shrinking(const struct kernel *k, int level)
{
    return k->twist == COUNTER_CHANGED && (k->update & 1) && level > 0 && level == k->n_dims - 1 &&
           loop_at(k, level)->header == LESS && !is_mixed(k);
}

static void header_print(struct kernel *k, FILE *f, int level)
{
    const struct dim *d = loop_at(k, level);
    char end[96], type[16] = "";
    const char *v = d->name;
    if (!k->declared_outside)
        snprintf(type, sizeof type, "%s ", d->counter);
    if (d->start == 0 && d->step == 1)
        snprintf(end, sizeof end, "%s", d->extent);
    else
        snprintf(end, sizeof end, "%d + %d * %s", d->start, d->step, d->extent);
    if (is_triangle(k, level)) {
        const char *o = loop_at(k, level - 1)->name;
        if (k->update & 2)
            fprintf(f, "for (%s%s = %s; %s < %s; %s++)", type, v, o, v, end, v);
        else
            fprintf(f, "for (%s%s = 0; %s <= %s; %s += %d)", type, v, v, o, v, d->step);
        return;
    }
    fprintf(f, "for (%s%s = ", type, v);
    switch (d->header) {
    case LESS:
        if (is_shrinking(k, level))
            snprintf(end, sizeof end, "%s_end", v);
        fprintf(f, "%d; %s < %s%s; ", d->start, v, end, d->step > 2 ? " - 1" : "");
        break;
    case AT_MOST:
        fprintf(f, "%d; %s <= %s - 1; ", d->start, v, end);
        break;
    case UNEQUAL:
        fprintf(f, "%d; %s != %s; ", d->start, v, end);
        break;
    case SWAPPED:
        fprintf(f, "%d; %s > %s; ", d->start, end, v);
        break;
    case DOWN_AT_LEAST:
    case DOWN_ABOVE:
        fprintf(f, "%s - %d; %s %s %d; ", end, d->step, v,
            d->header == DOWN_ABOVE ? ">" : ">=", d->header == DOWN_ABOVE ? d->start - 1 : d->start);
        fprintf(f, "%s -= %d)", v, d->step);
        return;
    case DOWN_UNSIGNED:
        fprintf(f, "%s; %s-- > 0;)", end, v);
        return;
    case DOWN_WRAPPING:
        fprintf(f, "%s - 1; %s < %s; %s--)", end, v, end, v);
        return;
    }
    if (d->step == 1)
        fprintf(f, k->update & 1 ? "++%s)" : "%s++)", v);
    else
        fprintf(f, "%s += %d)", v, d->step);
}

/* ---- values ---- */

static void with_zero(char *text, int zero)
{
    char inner[8 * TEXT], number[16];
    if (!zero)
        return;
    strcpy(inner, text);
    snprintf(number, sizeof number, "%d", zero < 0 ? -zero : zero);
    gen_fill(text, 8 * TEXT, zero < 0 ? "(@1 - @2)" : "(@1 + @2)", (const char *[]){inner, number});
}

static void operand_text(char *text, struct kernel *k)
{
    char taps[MAX_AXES][TEXT], cell[5 * TEXT], condition[8 * TEXT];
    const char *tap[MAX_AXES] = {NULL};
    for (int i = 0; i < k->in.n_axes; i++) {
        if (!tap_is_named(k, &k->in.axis[i]))
            continue;
        tap_text(taps[i], k, i);
        tap[i] = taps[i];
    }
    if (k->twist == INDIRECT && k->in.n_axes && !tap_is_guarded(&k->in.axis[0])) {
        axis_print(cell, k, &k->in.axis[0], false);
        snprintf(taps[0], TEXT, "c%d_order%d[%.200s]", k->c->id, k->index, cell);
        tap[0] = taps[0];
    }
    array_element(cell, k, &k->in, tap);
    if (k->guard == CONDITIONAL && tap_conditions(condition, k, false))
        snprintf(text, 8 * TEXT, "(%.1200s ? %.1200s : %d)", condition, cell,
            k->reduce == MAXIMUM   ? -100
            : k->reduce == MINIMUM ? 100
            : k->update == 3       ? 1
                                   : 0);
    else
        snprintf(text, 8 * TEXT, "%s", cell);
    if (k->twist == CALLING && !type_is_float(k->in.type)) {
        snprintf(condition, sizeof condition, "%.2000s", text);
        snprintf(text, 8 * TEXT, "note(%.2000s)", condition);
    }
    with_zero(text, k->zero_in);
}

static void term_text(char *text, struct kernel *k)
{
    char a[8 * TEXT], w[8 * TEXT] = "1";
    const char *type = type_name[k->acc], *v = loop_at(k, k->n_dims - 1)->name;
    bool whole = !type_is_float(k->acc) && !type_is_float(k->in.type) && !type_is_float(k->weight.type);
    operand_text(a, k);
    if (k->weight.there) {
        array_element(w, k, &k->weight, NULL);
        with_zero(w, k->zero_weight);
    }
    static const char *const forms[] = {"@1 * @2", "@2 * @1", "(@3)@1 * (@3)@2", "@4 * (@1 * @2)",
        "(@5)(@1 * @2)", "@1 + @2", "@1 - @2", "@1 * @2 + @1", "@1 * @6", "(@1 > @2 ? @1 - @2 : @2 - @1)"};
    if (!k->weight.there && k->term < 2)
        snprintf(text, 16 * TEXT, "%s", a);
    else
        gen_fill(text, 16 * TEXT, forms[k->term],
            (const char *[]){a, w, type, k->scalar, whole ? "int8_t" : "float",
                counter_is_unsigned(loop_at(k, k->n_dims - 1)->counter) ? "2" : v});
}

static void target_text(char *text, struct kernel *k)
{
    if (k->accumulator == IN_SCALAR)
        snprintf(text, 5 * TEXT, "sum%d", k->index);
    else
        array_element(text, k, &k->out, NULL);
}

/* ---- the update ---- */

static void update_print(struct kernel *k, FILE *f, const char *l, const char *t, const char *indent)
{
    static const char *const sums[] = {
        "@1 += @2;\n", "@1 = @1 + @2;\n", "@1 = @2 + @1;\n", "@1 = (@3)(@1 + (@2));\n"};
    static const char *const differences[] = {
        "@1 -= @2;\n", "@1 = @1 - (@2);\n", "@1 -= @2;\n", "@1 = (@3)(@1 - (@2));\n"};
    static const char *const extrema[] = {"if (@2 @4 @1)\n@5    @1 = @2;\n", "@1 = @2 @4 @1 ? @2 : @1;\n",
        "@1 = @1 @4 @2 ? @1 : @2;\n", "@1 = @6(@1, @2);\n"};
    const char *const *forms = k->reduce == SUM ? sums : k->reduce == DIFFERENCE ? differences : extrema;
    const char *function = k->acc == F32          ? k->reduce == MAXIMUM ? "fmaxf" : "fminf"
                           : k->acc == F64        ? k->reduce == MAXIMUM ? "fmax" : "fmin"
                           : k->reduce == MAXIMUM ? "LARGER"
                                                  : "SMALLER";
    fputs(indent, f);
    if (k->twist == RECURRENCE)
        gen_say(f, "@1 = @1 / 2 + @2;\n", (const char *[]){l, t});
    else if (k->twist == ODD_OPERATOR && !type_is_float(k->acc) && !type_is_float(k->in.type) &&
             !type_is_float(k->weight.type))
        fprintf(f, "%s %c= %s;\n", l, "^|&"[k->update % 3], t);
    else
        gen_say(f, forms[k->update],
            (const char *[]){l, t, type_name[k->acc], k->reduce == MAXIMUM ? ">" : "<", indent, function});
}

/* The sum of a single element starts and ends beside the annotated nest. */
static bool is_single(const struct kernel *k)
{
    return k->n_kept == 0 && !is_mixed(k);
}

/* The result is divided by how often the update ran. */
static bool is_average(const struct kernel *k)
{
    return k->twist == AVERAGING && !is_mixed(k) && !is_single(k);
}

/* What the twist adds behind the update. */
static void twist_print(struct kernel *k, FILE *f, const char *l, const char *a, const char *indent)
{
    const struct dim *inner = loop_at(k, k->n_dims - 1);
    int id = k->c->id;
    switch (k->twist) {
    case COUNTING:
        fprintf(f, "%sc%d_count++;\n", indent, id);
        break;
    case AVERAGING:
        if (is_average(k))
            fprintf(f, k->update & 1 ? "%sn%d++;\n" : "%sn%d += 1;\n", indent, k->index);
        break;
    case SATURATING:
        gen_say(f, "@1if (@2 > 50)\n@1    @2 = 50;\n", (const char *[]){indent, l});
        break;
    case LEAVING:
        fprintf(f, "%sif (%s > 40)\n%s    break;\n", indent, l, indent);
        break;
    case LAST_VALUE:
        fprintf(f, "%slast%d = %s;\n", indent, k->index, a);
        break;
    case SIDE_STORE:
        fprintf(f, "%sc%d_side%d[%s] = %s;\n", indent, id, k->index, loop_at(k, 0)->name, a);
        break;
    case SECOND_SUM:
        fprintf(f, "%slast%d += %s;\n", indent, k->index, a);
        break;
    case COUNTER_CHANGED:
        if (is_shrinking(k, k->n_dims - 1))
            fprintf(f, "%s%s_end--;\n", indent, inner->name);
        else if (inner->header == LESS)
            fprintf(f, "%sif (%s == %d)\n%s    %s++;\n", indent, inner->name, inner->start + inner->step,
                indent, inner->name);
        break;
    case OPERAND_WRITTEN:
        fprintf(f, "%s%s = 1;\n", indent, a);
        break;
    default:
        break;
    }
}

static void body_print(struct kernel *k, FILE *f, int depth)
{
    char a[8 * TEXT], l[5 * TEXT], t[16 * TEXT + 64], condition[8 * TEXT];
    const char *indent = indent_of(depth), *inside = indent;
    bool closes = false;
    for (int i = 0; i < k->in.n_axes; i++)
        if (k->guard != EARLY)
            tap_print(k, f, i, indent);
    if (k->guard == CONTINUE && tap_conditions(condition, k, true))
        fprintf(f, "%sif (%s)\n%s    continue;\n", indent, condition, indent);
    else if (k->guard == NESTED)
        for (int i = 0; i < k->in.n_axes; i++) {
            if (!tap_is_guarded(&k->in.axis[i]))
                continue;
            tap_condition(condition, k, i, false);
            fprintf(f, "%sif (%s)%s\n", indent, condition, "");
            closes = true;
        }
    else if ((k->guard == WHOLE || k->guard == UNSIGNED) && tap_conditions(condition, k, false))
        closes = fprintf(f, "%sif (%s)\n", indent, condition) > 0;
    else if (k->guard == NEGATED && tap_conditions(condition, k, true))
        closes = fprintf(f, "%sif (!(%s))\n", indent, condition) > 0;
    if (closes) {
        fprintf(f, "%s{\n", indent);
        inside = indent_of(depth + 1);
    }
    array_rows(k, f, &k->in, inside);
    array_rows(k, f, &k->weight, inside);
    array_element(a, k, &k->in, (const char *[MAX_AXES]){NULL});
    if (k->twist == LAST_VALUE || k->twist == SIDE_STORE || k->twist == SECOND_SUM ||
        k->twist == DATA_GUARD || k->guard != CONDITIONAL)
        operand_text(a, k);
    if (k->twist == OPERAND_WRITTEN) {
        k->zero_in = 0;
        operand_text(a, k);
    }
    target_text(l, k);
    term_text(t, k);
    if (k->twist == NEIGHBOUR) {
        char first[96];
        int n = array_name(first, sizeof first, k, &k->out);
        bool flat = k->out.layout == POINTER || k->out.layout == FLAT_GLOBAL || k->out.layout == VOID_POINTER;
        for (int i = 0; i < (flat ? 1 : k->out.n_axes); i++)
            n += snprintf(first + n, sizeof first - (size_t)n, "[0]");
        if (k->out.layout != VOID_POINTER)
            snprintf(t + strlen(t), sizeof t - strlen(t), " + (%.60s > 0 ? 1 : 0)", first);
    }
    if (k->twist == DATA_GUARD)
        fprintf(f, "%sif (%s > 0)\n", inside, a);
    if (k->term == 0 && k->name_taps && k->twist == NO_TWIST && k->update & 1) {
        const char *wide = type_is_float(k->acc) ? type_name[k->acc] : "int64_t";
        fprintf(f, "%s%s%s term = %s;\n", inside, k->update == 1 ? "const " : "", wide, t);
        snprintf(t, sizeof t, "term");
    }
    update_print(k, f, l, t, inside);
    twist_print(k, f, l, a, inside);
    if (closes)
        fprintf(f, "%s}\n", indent);
}

/* ---- before and after ---- */

static void prologue_print(struct kernel *k, FILE *f, const char *indent)
{
    char l[5 * TEXT], value[5 * TEXT];
    static const char *const lowest[] = {
        "-128", "0", "-32768", "0", "-2147483647 - 1", "0", "INT64_MIN", "-3.0e38f", "-1e300"};
    static const char *const highest[] = {
        "127", "255", "32767", "65535", "2147483647", "UINT32_MAX", "INT64_MAX", "3.0e38f", "1e300"};
    static const char *const counts[] = {"int", "float", "unsigned", "int64_t"};
    if (is_average(k))
        fprintf(f, "%s%s n%d = 0;\n", indent, counts[k->update], k->index);
    target_text(l, k);
    switch (k->prologue) {
    case FROM_MEMORY:
        array_element(value, k, &k->out, NULL);
        break;
    case OF_BIAS:
        if (k->bias.there) {
            array_element(value, k, &k->bias, NULL);
            if (k->update == 3)
                strcat(value, " * 4");
            break;
        }
        /* fall through */
    case OF_CONSTANT:
        strcpy(value, type_is_float(k->acc) ? "1.5f" : "3");
        break;
    case OF_NEUTRAL:
        strcpy(value, k->reduce == MAXIMUM ? lowest[k->acc] : k->reduce == MINIMUM ? highest[k->acc] : "0");
        /* out of its range, the conversion to the result's type is undefined */
        if (k->reduce >= MAXIMUM && type_is_float(k->acc) && !type_is_float(k->out.type))
            strcpy(value, k->reduce == MAXIMUM ? "-1e15f" : "1e15f");
        break;
    }
    if (k->accumulator == IN_SCALAR)
        fprintf(f, "%s%s%ssum%d = %s;\n", indent, k->accumulator_outside ? "" : type_name[k->acc],
            k->accumulator_outside ? "" : " ", k->index, value);
    else if (k->prologue != FROM_MEMORY)
        fprintf(f, "%s%s = %s;\n", indent, l, value);
}

static void epilogue_print(struct kernel *k, FILE *f, const char *indent)
{
    char l[5 * TEXT], out[5 * TEXT], extra[5 * TEXT] = "";
    bool real = type_is_float(k->acc);
    target_text(l, k);
    array_element(out, k, &k->out, NULL);
    if (is_average(k))
        fprintf(f, "%s%s = n%d > 0 ? %s / n%d : 0;\n", indent, l, k->index, l, k->index);
    if (k->accumulator == IN_OUTPUT && k->epilogue == 0)
        return;
    if (k->epilogue == 2)
        gen_say(f, "@1if (@2 < 0)\n@1    @2 = 0;\n", (const char *[]){indent, l});
    fprintf(f, "%s%s %s ", indent, out, k->epilogue == 7 ? "+=" : "=");
    const char *form = "@1";
    switch (k->epilogue) {
    case 1:
        form = "@1 > 0 ? @1 : 0";
        break;
    case 3:
        form = "@1 > 100 ? 100 : @1 < -100 ? -100 : @1";
        break;
    case 4:
        form = real ? "@1 > 0 ? @1 : @1 * 0.25f" : "@1 > 0 ? @1 : @1 / 4";
        break;
    case 5:
        form = real            ? "@1 * 0.5f + 1"
               : k->update & 1 ? "(@2)clip((int32_t)(((int64_t)@1 * 77 + 64) >> 7))"
                               : "(@2)(((int64_t)@1 * 3 + 64) >> 7)";
        break;
    case 6:
        form = real ? "@1 + 1.5f" : "@1 + 5";
        break;
    case 8:
        form = real ? "(@2)fabs(@1)" : "(@2)clip((int32_t)(@1 >> 4))";
        break;
    case 9:
        array_element(extra, k, &k->residual, NULL);
        form = "@1 + @3";
        break;
    default:
        break;
    }
    gen_say(f, form, (const char *[]){l, type_name[k->out.type], extra});
    fputs(";\n", f);
}

/* ---- loops ---- */

/* Guards that stand as soon as their loops are open. */
static void early_print(struct kernel *k, FILE *f, int level, const char *indent)
{
    char condition[6 * TEXT];
    for (int i = 0; i < k->in.n_axes && k->guard == EARLY; i++) {
        if (!tap_is_guarded(&k->in.axis[i]) || tap_depth(k, &k->in.axis[i]) != level)
            continue;
        tap_print(k, f, i, indent);
        tap_condition(condition, k, i, true);
        fprintf(f, "%sif (%s)\n%s    continue;\n", indent, condition, indent);
    }
}

/* Steps of what walks, or whether there are any. */
static bool walks_print(struct kernel *k, FILE *f, int level, const char *indent)
{
    bool in = walk_step(k, f, &k->in, level, indent), weight = walk_step(k, f, &k->weight, level, indent);
    bool out = walk_step(k, f, &k->out, level, indent);
    return in || weight || out;
}

static void loops_print(struct kernel *k, FILE *f, int level)
{
    const char *indent = indent_of(level + 1);
    bool boundary = level == k->n_kept && !is_mixed(k) && !is_single(k);
    if (boundary)
        prologue_print(k, f, indent);
    if (level == k->n_dims) {
        body_print(k, f, level + 1);
    } else {
        bool walks = walks_print(k, NULL, level, "");
        bool braces = walks || k->braces || level + 1 == k->n_kept || level + 1 == k->n_dims ||
                      k->guard == EARLY || is_shrinking(k, level + 1);
        if (is_shrinking(k, level))
            fprintf(f, "%sint %s_end = %d;\n", indent, loop_at(k, level)->name,
                loop_at(k, level)->start + loop_at(k, level)->step * (int)loop_at(k, level)->trips);
        fputs(indent, f);
        header_print(k, f, level);
        fputs(braces ? " {\n" : "\n", f);
        early_print(k, f, level + 1, indent_of(level + 2));
        loops_print(k, f, level + 1);
        walks_print(k, f, level, indent_of(level + 2));
        if (braces)
            fprintf(f, "%s}\n", indent);
    }
    if (boundary)
        epilogue_print(k, f, indent);
}

/* A nest over the result alone. */
static void beside_print(struct kernel *k, FILE *f, void (*inside)(struct kernel *, FILE *, const char *))
{
    int depth = 1;
    for (int level = 0; level < k->n_dims; level++) {
        if (loop_at(k, level)->reduced)
            continue;
        fputs(indent_of(depth++), f);
        header_print(k, f, level);
        fputs(" {\n", f);
    }
    inside(k, f, indent_of(depth));
    while (depth > 1)
        fprintf(f, "%s}\n", indent_of(--depth));
}

static bool has_sizes(const struct kernel *k)
{
    for (int d = 0; d < k->n_dims; d++)
        if (k->dim[d].style == RUNTIME)
            return true;
    return false;
}

/* An extent clause has no place in a scop pragma. */
static bool in_region(const struct kernel *k)
{
    return k->region == PRAGMA_SCOP && !has_sizes(k);
}

static void pragma_print(struct kernel *k, FILE *f, bool accel)
{
    int n = 0;
    k->c->n_pragmas++;
    if (in_region(k)) {
        fprintf(f, "#pragma scop\n");
        return;
    }
    fprintf(f, "#pragma naas");
    if (k->update & 1)
        fprintf(f, " name(c%d_%d)", k->c->id, k->index);
    if (accel)
        fprintf(f, " accel(\"a%d.json\")", k->c->id % GEN_ACCELS);
    for (int d = 0; d < k->n_dims; d++)
        if (k->dim[d].style == RUNTIME)
            fprintf(f, "%s%s=%d", n++ ? ", " : " extent(", k->dim[d].extent, k->dim[d].trips);
    fprintf(f, n ? ")\n" : "\n");
}

static void declarations_print(struct kernel *k, FILE *f)
{
    for (int d = 0; d < k->n_dims && k->declared_outside; d++)
        fprintf(f, "    %s %s;\n", k->dim[d].counter, k->dim[d].name);
    for (int d = 0; d < k->n_dims; d++)
        if (k->dim[d].style == CONST_INT)
            fprintf(f, "    const int %s = %d;\n", k->dim[d].extent, k->dim[d].trips);
    if (k->accumulator == IN_SCALAR && k->accumulator_outside)
        fprintf(f, "    %s sum%d;\n", type_name[k->acc], k->index);
    if (k->twist == LAST_VALUE || k->twist == SECOND_SUM)
        fprintf(f, "    %s last%d = 0;\n", type_is_float(k->in.type) ? "double" : "int64_t", k->index);
}

/* What stands inside a region, or beside the annotated loops. */
static void before_print(struct kernel *k, FILE *f)
{
    if (k->prologue_outside)
        beside_print(k, f, prologue_print);
    else if (is_single(k))
        prologue_print(k, f, indent_of(1));
}

static void after_print(struct kernel *k, FILE *f)
{
    if (is_mixed(k) && k->epilogue > 0 && k->name_taps)
        beside_print(k, f, epilogue_print);
    else if (is_single(k))
        epilogue_print(k, f, indent_of(1));
}

void nest_print(struct kernel *k)
{
    FILE *f = k->c->body;
    bool region = in_region(k);
    fprintf(f, "    {\n");
    k->accumulator_outside |= is_single(k);
    declarations_print(k, f);
    walk_begin(k, f, &k->in);
    walk_begin(k, f, &k->weight);
    walk_begin(k, f, &k->out);
    if (!region)
        before_print(k, f);
    pragma_print(k, f, tape_one_in(k->tape, 3));
    if (region)
        before_print(k, f);
    loops_print(k, f, 0);
    if (region)
        after_print(k, f);
    if (region)
        fprintf(f, "#pragma endscop\n");
    if (!region)
        after_print(k, f);
    if (k->update & 1) {
        walk_end(k, f, &k->in);
        walk_end(k, f, &k->weight);
        walk_end(k, f, &k->out);
    }
    if (k->twist == LAST_VALUE || k->twist == SECOND_SUM)
        fprintf(f, "    c%d_count += (int64_t)last%d;\n", k->c->id, k->index);
    if (k->twist == COUNTERS_AFTER && k->declared_outside)
        fprintf(f, "    c%d_count += (int64_t)%s;\n", k->c->id, loop_at(k, 0)->name);
    fprintf(f, "    }\n");
}
