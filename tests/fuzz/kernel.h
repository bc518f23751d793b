/*
 * One reduction nest before it becomes text: dims, tensors with affine subscripts, element types, and how it
 * is written. shape.c chooses what it computes, nest.c prints its loops, taps.c its guards, arrays.c its
 * arrays.
 */
#ifndef FUZZ_KERNEL_H
#define FUZZ_KERNEL_H

#include "generate.h"

enum { MAX_DIMS = 10, MAX_AXES = 7, TEXT = 320 };
enum { ROUGH_STEPS = 8000 }; /* rough values are multiples of 1.1 / ROUGH_STEPS within -1.1 .. 1.1 */

enum type { I8, U8, I16, U16, I32, U32, I64, F32, F64, N_TYPES };
extern const char *const type_name[N_TYPES];
bool type_is_float(enum type type);

enum extent_style { LITERAL, MACRO, ENUMERATOR, CONST_INT, RUNTIME };
enum header_style {
    LESS,
    AT_MOST,
    UNEQUAL,
    SWAPPED,
    DOWN_AT_LEAST,
    DOWN_ABOVE,
    DOWN_UNSIGNED,
    DOWN_WRAPPING
};

/* A loop: its variable takes start, start + step, ... (trips of them), upwards or downwards. */
struct dim {
    char name[24];
    bool reduced;
    int trips, start, step;
    int most; /* trips of the largest call; arrays are made for it */
    enum extent_style style;
    enum header_style header;
    const char *counter; /* type of the variable */
    char extent[24];     /* what the source calls the extent */
};

/* (coef[i] * variable of dim[i] + offset) / divisor, 0 <= it < extent, but for padding; what the divisor does
 * not divide is guarded, as a transposed convolution does. divisor 0: there is none. */
struct axis {
    int n, dim[2], coef[2], offset, extent, divisor;
    bool guard_low, guard_high;
};

enum layout { GLOBAL, POINTER, FLAT_GLOBAL, PARAMETER, ROW_POINTER, VOID_POINTER, VARIABLE_LENGTH, MEMBER };
enum qualifier { PLAIN, CONST, RESTRICT };
enum way { SUBSCRIPTS, INDEX_MACRO, ELEMENT_MACRO, INDEX_FUNCTION, WALKING_POINTER, WALKING_INDEX, N_WAYS };
struct tensor {
    char name[24];
    bool there;
    enum type type;
    int n_axes;
    struct axis axis[MAX_AXES];
    enum layout layout;
    enum qualifier qualifier;
    bool is_volatile;
    enum way way;      /* to an element */
    bool steps_itself; /* x++ where the element is read */
};

enum reduce { SUM, DIFFERENCE, MAXIMUM, MINIMUM };
enum accumulator { IN_SCALAR, IN_OUTPUT }; /* IN_OUTPUT: any order of the loops */
enum prologue { FROM_MEMORY, OF_NEUTRAL, OF_CONSTANT, OF_BIAS };
enum guard_style { WHOLE, NESTED, CONTINUE, CONDITIONAL, UNSIGNED, EARLY, NEGATED };
enum region { PRAGMA_NAAS, PRAGMA_SCOP };

/* Things that make a nest something else than a reduction, or hard to see as one. */
enum twist {
    NO_TWIST,
    INDIRECT,
    COUNTING,
    SATURATING,
    LEAVING,
    VOLATILE,
    NEIGHBOUR,
    CALLING,
    DATA_GUARD,
    RECURRENCE,
    LAST_VALUE,
    SIDE_STORE,
    SECOND_SUM,
    ODD_OPERATOR,
    TRIANGLE,
    COUNTER_CHANGED,
    COUNTERS_AFTER,
    OPERAND_WRITTEN,
    AVERAGING,
    N_TWISTS
};

struct kernel {
    struct gen_case *c;
    struct tape *tape;
    int index;
    int n_dims, order[MAX_DIMS], n_kept; /* order: of the loops; the first n_kept are outside the sum */
    struct dim dim[MAX_DIMS];
    struct tensor in, weight, out, bias, residual;
    enum type acc;
    enum reduce reduce;
    enum accumulator accumulator;
    enum prologue prologue;
    bool prologue_outside; /* a nest of its own in front of the annotated one (IN_OUTPUT) */
    enum guard_style guard;
    enum region region;
    enum twist twist;
    bool declared_outside, accumulator_outside, name_taps, braces;
    bool rough; /* floats whose sums depend on the order of adding */
    int update, term, epilogue;
    int zero_in, zero_weight;
    char scalar[24]; /* a factor, or "" */
    int loop_names;
};

void kernel_shape(struct kernel *k); /* everything above, from the tape */

/* Text of an element, and the declarations that its layout needs. */
void array_declare(struct kernel *k, struct tensor *t, int lo, int hi);
int array_name(char *text, size_t size, struct kernel *k, const struct tensor *t);
void array_show(struct kernel *k, const struct tensor *t);
void array_element(char *text, struct kernel *k, const struct tensor *t, const char *const *taps);
void array_rows(struct kernel *k, FILE *f, const struct tensor *t, const char *indent);
void axis_print(char *text, struct kernel *k, const struct axis *a, bool shuffled); /* the dividend */
void axis_quotient(char *text, size_t size, const struct axis *a, const char *dividend);
long array_size(const struct tensor *t);

/* Elements that are not found by subscripts of every loop. */
void walk_choose(struct kernel *k, struct tensor *t);
void walk_declare(struct kernel *k, const struct tensor *t);
bool walk_element(char *text, struct kernel *k, const struct tensor *t, char (*index)[TEXT]);
void walk_begin(struct kernel *k, FILE *f, const struct tensor *t);
bool walk_step(struct kernel *k, FILE *f, const struct tensor *t, int level, const char *indent);
void walk_end(struct kernel *k, FILE *f, const struct tensor *t);

/* Where the input is read, and the conditions for being inside, or outside; of all axes joined, their number.
 */
bool counter_is_unsigned(const char *counter);
bool tap_is_guarded(const struct axis *a);
bool tap_is_named(const struct kernel *k, const struct axis *a);
int tap_depth(const struct kernel *k, const struct axis *a);
void tap_text(char *text, struct kernel *k, int axis);
void tap_print(struct kernel *k, FILE *f, int axis, const char *indent);
void tap_condition(char *text, struct kernel *k, int axis, bool outside);
int tap_conditions(char *text, struct kernel *k, bool outside);

void nest_print(struct kernel *k);

#endif
