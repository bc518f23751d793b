/*
 * Which statements over i are reductions into m, and of what: forms that people write, and forms that only
 * look like one.
 */
#include "nests.h"
#include "polyhedral/scop.h"
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct naas_ctx *ctx;
    struct nest nest;
    struct fe_access m, x;
    enum naas_type type;
};

static struct fixture fixture_new(enum naas_type target, enum naas_type operand)
{
    struct fixture f = {.ctx = naas_ctx_new(), .type = target};
    struct fe_affine *index;
    struct fe_loop *i;

    f.nest = nest_new(f.ctx, "reduce");
    i = nest_loop(&f.nest, NULL, "i", 0, 10, 1);
    index = naas_alloc(f.ctx, 1, sizeof *index);
    *index = nest_affine(&f.nest, 0, 1, i, 1);
    f.m = nest_access(nest_array(&f.nest, "m", target, FE_PRIVATE, 0, NULL), NULL);
    f.x = nest_access(nest_array(&f.nest, "x", operand, FE_PARAM, 1, (int64_t[]){10}), index);
    return f;
}

static struct fe_expr *m(struct fixture *f)
{
    return nest_read(&f->nest, f->m);
}

static struct fe_expr *x(struct fixture *f)
{
    return nest_read(&f->nest, f->x);
}

static struct fe_expr *one(struct fixture *f)
{
    return nest_number(&f->nest, f->type, 1);
}

static struct fe_expr *op(struct fixture *f, enum fe_op kind, struct fe_expr *a, struct fe_expr *b)
{
    return nest_binary(&f->nest, kind, a, b);
}

static struct poly_reduction found(struct fixture *f, struct fe_expr *value, bool reassociate)
{
    struct poly_options options = {.reassociate = reassociate};

    return poly_reduction_find(f->ctx, &options, nest_stmt(&f->nest, f->nest.fe->loop[0], f->m, value));
}

static enum as_reduce kind(struct fixture *f, struct fe_expr *value)
{
    return found(f, value, true).kind;
}

static void sums(void **state)
{
    struct fixture f = fixture_new(NAAS_I32, NAAS_I8);
    struct poly_reduction difference;

    (void)state;
    assert_int_equal(kind(&f, op(&f, FE_ADD, m(&f), x(&f))), AS_SUM);
    assert_int_equal(kind(&f, op(&f, FE_ADD, x(&f), m(&f))), AS_SUM);
    assert_int_equal(kind(&f, op(&f, FE_ADD, op(&f, FE_ADD, one(&f), m(&f)), x(&f))), AS_SUM);
    assert_int_equal(kind(&f, op(&f, FE_SUB, op(&f, FE_ADD, m(&f), x(&f)), one(&f))), AS_SUM);
    difference = found(&f, op(&f, FE_SUB, m(&f), x(&f)), false);
    assert_int_equal(difference.kind, AS_SUM);
    assert_true(difference.relaxable);
    assert_int_equal(difference.term->kind, FE_UNARY);
    assert_int_equal(difference.term->op, FE_NEG);
    assert_int_equal(difference.term->type, NAAS_I32);
    naas_ctx_free(f.ctx);
}

static void what_only_looks_like_a_sum(void **state)
{
    struct fixture f = fixture_new(NAAS_I32, NAAS_I8);
    struct fe_expr *sum = op(&f, FE_ADD, m(&f), x(&f)), *limit = nest_number(&f.nest, NAAS_I32, 127);
    struct fe_expr narrow = {.kind = FE_CAST, .type = NAAS_I8, .n_args = 1, .arg = {sum}};

    (void)state;
    assert_int_equal(kind(&f, op(&f, FE_SUB, x(&f), m(&f))), AS_NO_REDUCE);
    assert_int_equal(kind(&f, op(&f, FE_ADD, m(&f), m(&f))), AS_NO_REDUCE);
    assert_int_equal(kind(&f, op(&f, FE_SHR, sum, one(&f))), AS_NO_REDUCE);
    assert_int_equal(kind(&f, op(&f, FE_MUL, m(&f), x(&f))), AS_NO_REDUCE);
    assert_int_equal(kind(&f, x(&f)), AS_NO_REDUCE);
    /* Saturating, and narrowed at every step. */
    assert_int_equal(kind(&f, nest_cond(&f.nest, op(&f, FE_GT, sum, limit), limit, sum)), AS_NO_REDUCE);
    assert_int_equal(kind(&f, &narrow), AS_NO_REDUCE);
    naas_ctx_free(f.ctx);
}

static void float_sums_are_relaxable_when_the_user_says_so(void **state)
{
    struct fixture f = fixture_new(NAAS_F32, NAAS_F32);
    struct fe_expr *value = op(&f, FE_ADD, m(&f), x(&f));

    (void)state;
    assert_true(found(&f, value, true).relaxable);
    assert_false(found(&f, value, false).relaxable);
    assert_int_equal(found(&f, value, false).kind, AS_SUM);
    naas_ctx_free(f.ctx);
}

static void maxima_and_minima_by_comparison(void **state)
{
    static const struct {
        enum fe_op op;
        bool x_first, then_x;
        enum as_reduce kind;
    } forms[] = {
        {FE_GT, true, true, AS_MAX},
        {FE_GE, true, true, AS_MAX},
        {FE_LT, false, true, AS_MAX},
        {FE_LE, false, true, AS_MAX},
        {FE_LT, true, false, AS_MAX},
        {FE_GT, false, false, AS_MAX},
        {FE_LT, true, true, AS_MIN},
        {FE_GT, true, false, AS_MIN},
        {FE_GE, false, true, AS_MIN},
        {FE_EQ, true, true, AS_NO_REDUCE},
    };
    struct fixture f = fixture_new(NAAS_F32, NAAS_F32);

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct fe_expr *test =
            forms[i].x_first ? op(&f, forms[i].op, x(&f), m(&f)) : op(&f, forms[i].op, m(&f), x(&f));
        struct fe_expr *value =
            forms[i].then_x ? nest_cond(&f.nest, test, x(&f), m(&f)) : nest_cond(&f.nest, test, m(&f), x(&f));

        assert_int_equal(kind(&f, value), forms[i].kind);
        assert_int_equal(found(&f, value, false).relaxable, forms[i].kind != AS_NO_REDUCE);
    }
    naas_ctx_free(f.ctx);
}

static void maxima_by_call(void **state)
{
    struct fixture f = fixture_new(NAAS_F32, NAAS_F32);
    struct fe_expr call = {
        .kind = FE_CALL, .type = NAAS_F32, .text = "fmaxf", .n_args = 2, .arg = {m(&f), x(&f)}};

    (void)state;
    assert_int_equal(kind(&f, &call), AS_MAX);
    call.text = "fmin";
    assert_int_equal(kind(&f, &call), AS_MIN);
    call.text = "powf";
    assert_int_equal(kind(&f, &call), AS_NO_REDUCE);
    naas_ctx_free(f.ctx);
}

static void a_maximum_of_values_that_do_not_fit_is_none(void **state)
{
    struct fixture f = fixture_new(NAAS_I8, NAAS_I32), g = fixture_new(NAAS_U32, NAAS_I8);

    (void)state;
    assert_int_equal(kind(&f, nest_cond(&f.nest, op(&f, FE_GT, x(&f), m(&f)), x(&f), m(&f))), AS_NO_REDUCE);
    assert_int_equal(kind(&g, nest_cond(&g.nest, op(&g, FE_GT, x(&g), m(&g)), x(&g), m(&g))), AS_NO_REDUCE);
    naas_ctx_free(f.ctx);
    naas_ctx_free(g.ctx);
}

static void types_that_hold_types(void **state)
{
    (void)state;
    assert_true(poly_type_holds(NAAS_I32, NAAS_U8));
    assert_true(poly_type_holds(NAAS_F32, NAAS_I16));
    assert_false(poly_type_holds(NAAS_F32, NAAS_I32));
    assert_true(poly_type_holds(NAAS_F64, NAAS_U32));
    assert_false(poly_type_holds(NAAS_U32, NAAS_I8));
    assert_false(poly_type_holds(NAAS_I32, NAAS_U32));
    assert_false(poly_type_holds(NAAS_I64, NAAS_F32));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums),
        cmocka_unit_test(what_only_looks_like_a_sum),
        cmocka_unit_test(float_sums_are_relaxable_when_the_user_says_so),
        cmocka_unit_test(maxima_and_minima_by_comparison),
        cmocka_unit_test(maxima_by_call),
        cmocka_unit_test(a_maximum_of_values_that_do_not_fit_is_none),
        cmocka_unit_test(types_that_hold_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
