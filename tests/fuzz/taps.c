/* Where an update reads its input, and the guards that keep it inside. */
#include "kernel.h"
#include <string.h>

bool tap_is_guarded(const struct axis *a)
{
    return a->guard_low || a->guard_high;
}

bool counter_is_unsigned(const char *counter)
{
    return strcmp(counter, "size_t") == 0 || strcmp(counter, "unsigned") == 0;
}

/* Level of the innermost loop that the axis depends on, plus one. */
int tap_depth(const struct kernel *k, const struct axis *a)
{
    int depth = 0;
    for (int level = 0; level < k->n_dims; level++)
        for (int i = 0; i < a->n; i++)
            if (a->dim[i] == k->order[level])
                depth = level + 1;
    return depth;
}

bool tap_is_named(const struct kernel *k, const struct axis *a)
{
    bool wraps = false;
    for (int i = 0; i < a->n; i++)
        wraps |= counter_is_unsigned(k->dim[a->dim[i]].counter);
    return tap_is_guarded(a) && (k->name_taps || wraps);
}

void tap_text(char *text, struct kernel *k, int axis)
{
    if (tap_is_named(k, &k->in.axis[axis]))
        snprintf(text, TEXT, "at%d", axis);
    else
        axis_print(text, k, &k->in.axis[axis], false);
}

void tap_print(struct kernel *k, FILE *f, int axis, const char *indent)
{
    char text[TEXT];
    if (!tap_is_named(k, &k->in.axis[axis]))
        return;
    axis_print(text, k, &k->in.axis[axis], k->update & 1);
    fprintf(f, "%s%sint at%d = (int)(%s);\n", indent, k->update & 2 ? "const " : "", axis, text);
}

/* x % 3 == 0 &&, !(x & 1) && */
static int remainder_text(char *text, const struct axis *a, const char *dividend, bool outside)
{
    char number[16];
    const char *form = outside ? "(@1) % @2 != 0 || " : "(@1) % @2 == 0 && ";
    text[0] = '\0';
    if (!a->divisor)
        return 0;
    if (a->divisor == 2 && a->extent % 2)
        form = outside ? "(@1) & 1 || " : "!((@1) & 1) && ";
    else if (a->extent % 3 == 0)
        form = outside ? "(@1) % @2 || " : "!((@1) % @2) && ";
    snprintf(number, sizeof number, "%d", a->divisor);
    gen_fill(text, 3 * TEXT, form, (const char *[]){dividend, number});
    return (int)strlen(text);
}

void tap_condition(char *text, struct kernel *k, int axis, bool outside)
{
    const struct axis *a = &k->in.axis[axis];
    const char *form = outside ? "(@1 < 0 || @1 >= @2)" : "(0 <= @1 && @1 < @2)";
    char tap[TEXT], dividend[TEXT], extent[16];
    tap_text(dividend, k, axis);
    axis_quotient(tap, sizeof tap, a, dividend);
    text += remainder_text(text, a, dividend, outside);
    snprintf(extent, sizeof extent, "%d", a->extent);
    if (k->guard == UNSIGNED)
        form = outside ? "(unsigned)(@1) >= @2" : "(unsigned)(@1) < @2";
    else if (!a->guard_low && !(k->update & 1))
        form = outside ? "@1 >= @2" : "@1 < @2";
    gen_fill(text, 3 * TEXT, form, (const char *[]){tap, extent});
}

/* All conditions, joined. */
int tap_conditions(char *text, struct kernel *k, bool outside)
{
    char one[6 * TEXT];
    int n = 0, length = 0;
    text[0] = '\0';
    for (int i = 0; i < k->in.n_axes; i++) {
        if (!tap_is_guarded(&k->in.axis[i]))
            continue;
        tap_condition(one, k, i, outside);
        length += snprintf(text + length, (size_t)(8 * TEXT - length), "%s%s",
            !n++      ? ""
            : outside ? " || "
                      : " && ",
            one);
    }
    return n;
}
