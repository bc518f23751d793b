/* Problems: JSON, letters, invariants, footprints. */
#include "data_files.h"

#include "accelsearch/random.h"

static const char good[] =
    "{\"format\": 1, \"kind\": \"problem\", \"name\": \"conv\",\n"
    " \"dims\": [{\"name\": \"N\", \"extent\": 2},\n"
    "  {\"name\": \"K\", \"extent\": 8},\n"
    "  {\"name\": \"P\", \"extent\": 5},\n"
    "  {\"name\": \"Q\", \"extent\": 6},\n"
    "  {\"name\": \"C\", \"extent\": 3, \"spatial\": false},\n"
    "  {\"name\": \"R\", \"extent\": 3, \"band\": 1},\n"
    "  {\"name\": \"S\", \"extent\": 3}],\n"
    " \"tensors\": [\n"
    "  {\"name\": \"I\", \"role\": \"input\", \"type\": \"i8\", \"axes\": [\"N\", \"C\",\n"
    "   {\"index\": \"2*P + R - 1\", \"extent\": 9}, \"Q+S\"]},\n"
    "  {\"name\": \"W\", \"role\": \"weight\", \"axes\": [\"K\", \"C\", \"R\", \"S\"]},\n"
    "  {\"name\": \"O\", \"role\": \"output\", \"axes\": [\"N\", \"K\", \"P\", \"Q\"]}]}\n";

static struct as_problem read_good(struct naas_ctx *ctx, struct scratch *scratch)
{
    struct as_problem problem;
    enum naas_status status = as_problem_from_json(ctx, write_text(ctx, scratch, good), &problem);
    expect_no_diags(ctx);
    assert_int_equal(status, NAAS_OK);
    return problem;
}

static void what_is_left_out_follows(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_problem problem = read_good(ctx, *state);
    assert_int_equal(problem.output, 2);
    assert_int_equal(problem.dim[1].kind, AS_PARALLEL);
    assert_int_equal(problem.dim[4].kind, AS_REDUCTION);
    assert_false(problem.dim[4].spatial);
    assert_int_equal(problem.dim[5].band, 1);
    const struct as_axis *row = &problem.tensor[0].axis[2], *column = &problem.tensor[0].axis[3];
    assert_int_equal(row->term[0].coef, 2);
    assert_int_equal(row->offset, -1);
    assert_int_equal(row->extent, 9);
    assert_int_equal(column->extent, 8);
    assert_int_equal(problem.tensor[0].type, NAAS_I8);
    assert_int_equal(problem.acc_type, NAAS_WORD);
    assert_int_equal(as_problem_macs(&problem), 2 * 8 * 5 * 6 * 3 * 3 * 3);
    naas_ctx_free(ctx);
}

static void json_is_read_back(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_problem problem = read_good(ctx, *state), back;
    problem.reduce = AS_MAX;
    problem.init = AS_INIT_OPERAND;
    problem.finish_reads = 12;
    strcpy(problem.name, "quo\"te\\");
    struct naas_buf text = naas_buf_new(ctx);
    as_problem_json(&text, &problem);
    enum naas_status status = as_problem_from_json(ctx, write_text(ctx, *state, text.text), &back);
    expect_no_diags(ctx);
    assert_int_equal(status, NAAS_OK);
    assert_memory_equal(&problem, &back, sizeof back);
    naas_ctx_free(ctx);
}

static void text_form(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_problem problem = read_good(ctx, *state);
    struct naas_buf text = naas_buf_new(ctx);
    as_problem_print(&text, &problem);
    assert_string_equal(text.text, "problem conv\n"
                                   "  O[N][K][P][Q] += I[N][C][2*P + R - 1][Q + S] * W[K][C][R][S]\n"
                                   "  N               2  parallel   band 0  N\n"
                                   "  K               8  parallel   band 0  K\n"
                                   "  P               5  parallel   band 0  P\n"
                                   "  Q               6  parallel   band 0  Q\n"
                                   "  C               3  reduction  band 0  C  not spatial\n"
                                   "  R               3  reduction  band 1  R\n"
                                   "  S               3  reduction  band 0  S\n"
                                   "  I        input   2 x 3 x 9 x 8  i8\n"
                                   "  W        weight  8 x 3 x 3 x 3  word\n"
                                   "  O        output  2 x 8 x 5 x 6  word\n"
                                   "  partial sums word, starting from neutral, 12960 MACs\n");
    naas_ctx_free(ctx);
}

static void mistakes_are_located(void **state)
{
    static const struct mistake mistakes[] = {
        {"\"extent\": 8", "\"extent\": 0", "3: \"dims[1].extent\": 0 is not between 1 and 9007199254740991"},
        {"\"extent\": 8", "\"size\": 8", "3: \"dims[1]\": missing key \"extent\""},
        {"\"extent\": 8", "\"extent\": 8, \"size\": 1", "3: unknown key \"size\""},
        {"\"role\": \"weight\"", "\"role\": \"wait\"",
            "12: \"tensors[1].role\": \"wait\" is not \"input\", \"weight\" or \"output\""},
        {"\"type\": \"i8\"", "\"type\": \"i9\"", "10: \"tensors[0].type\": unknown type i9"},
        {"2*P + R", "2*Z + R", "11: \"tensors[0].axes[2].index\": no dim is named \"Z\""},
        {"2*P + R", "P - R", "11: \"tensors[0].axes[2].index\": the factor of R has to be positive"},
        {"2*P + R", "0*P + R", "11: \"tensors[0].axes[2].index\": the factor of P has to be positive"},
        {"2*P + R", "P + R + K", "11: \"tensors[0].axes[2].index\": more than two dims in a subscript"},
        {"2*P + R", "P * R", "11: \"tensors[0].axes[2].index\": expected + or - before \"* R - 1\""},
        {"\"role\": \"output\"", "\"role\": \"input\"", "1: exactly one tensor has to be the output"},
        {"\"role\": \"weight\"", "\"role\": \"output\"", "1: exactly one tensor has to be the output"},
        {"{\"name\": \"K\"", "{\"name\": \"N\"", "12: \"tensors[1].axes[0]\": no dim is named \"K\""},
        {"\"name\": \"W\"", "\"name\": \"I\"", "1: two tensors are named I"},
        {"[\"K\", \"C\"", "[\"K\", \"K\"", "1: dim K stands twice in the subscripts of W"},
        {"\"spatial\": false", "\"kind\": \"parallel\"", "1: parallel dim C is not in the subscripts of O"},
        {"\"name\": \"conv\"", "\"name\": \"\"", "1: \"name\": a name has 1 to 31 bytes"},
        {"\"kind\": \"problem\"", "\"kind\": \"problem\", \"reduce\": \"none\"",
            "1: dim C is a reduction but the problem reduces nothing"},
        {"\"kind\": \"problem\"", "\"kind\": \"problem\", \"combine\": \"copy\"",
            "1: a copy combines one operand"},
        {"\"extent\": 5", "\"extent\": 9007199254740991", "1: the product of the extents exceeds 63 bits"},
        {"\"extent\": 9}", "\"extent\": 9007199254740991}, {\"index\": \"0\", \"extent\": 99}",
            "1: the size of I exceeds 63 bits"},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct naas_ctx *ctx = naas_ctx_new();
        struct as_problem problem;
        const char *path = write_text(ctx, *state, with_mistake(ctx, good, &mistakes[i]));
        enum naas_status status = as_problem_from_json(ctx, path, &problem);
        wrong += said_otherwise(ctx, status, mistakes[i].said);
        naas_ctx_free(ctx);
    }
    assert_int_equal(wrong, 0);
}

/* ---- letters ---- */

/* Tensors as "I: n c p+r; W: k c r; O: n k p", dims are letters of their own. */
static const char *letters_of(struct naas_ctx *ctx, const char *dims, const char *tensors)
{
    struct as_problem problem = {.acc_type = NAAS_F32, .combine = AS_PRODUCT};
    for (const char *c = dims; *c; c++) {
        struct as_dim *dim = &problem.dim[problem.n_dims++];
        *dim = (struct as_dim){.extent = 2 + (c - dims), .spatial = true};
        dim->name[0] = *c;
    }
    for (const char *c = tensors; *c; c++) {
        struct as_tensor *tensor = &problem.tensor[problem.n_tensors];
        if (strchr("IWO", *c)) {
            problem.n_tensors++;
            tensor->name[0] = *c;
            tensor->type = NAAS_F32;
            tensor->role = *c == 'I' ? AS_INPUT : *c == 'W' ? AS_WEIGHT : AS_OUTPUT;
            problem.output = *c == 'O' ? problem.n_tensors - 1 : problem.output;
            continue;
        }
        tensor = &problem.tensor[problem.n_tensors - 1];
        if (strchr(dims, *c)) {
            struct as_axis *axis = &tensor->axis[c[-1] == '+' ? tensor->rank - 1 : tensor->rank++];
            axis->extent = 100;
            axis->term[axis->n_terms++] = (struct as_term){(int)(strchr(dims, *c) - dims), 1};
        }
    }
    const struct as_tensor *output = &problem.tensor[problem.output];
    for (int d = 0; d < problem.n_dims; d++) {
        problem.dim[d].kind = AS_REDUCTION;
        for (int i = 0; i < output->rank; i++)
            if (output->axis[i].term[0].dim == d)
                problem.dim[d].kind = AS_PARALLEL;
    }
    if (problem.n_tensors == 2)
        problem.combine = AS_COPY;
    assert_int_equal(as_problem_finish(ctx, &problem, (struct naas_loc){0}), NAAS_OK);
    char *letters = naas_alloc(ctx, AS_MAX_DIMS + 1, 1);
    for (int d = 0; d < problem.n_dims; d++)
        letters[d] = problem.dim[d].conv ? problem.dim[d].conv : '-';
    return letters;
}

static void parts_of_dims_follow_from_the_tensors(void **state)
{
    (void)state;
    static const struct {
        const char *what, *dims, *tensors, *letters;
    } cases[] = {
        {"convolution", "nkcpqrs", "I n c p+r q+s W k c r s O n k p q", "NKCPQRS"},
        {"channels last, other names", "abxyuvz", "I a x+u y+v z W u v z b O a x y b", "NKPQRSC"},
        {"three-dimensional", "ndpqktrsc", "I n c d+t p+r q+s W k c t r s O n k d p q", "NDPQKTRSC"},
        {"one-dimensional", "kclt", "I c l+t W k c t O k l", "KCQS"},
        {"pointwise", "kcpq", "I c p q W k c O k p q", "KCPQ"},
        {"depthwise", "ncpqrs", "I n c p+r q+s W c r s O n c p q", "NGPQRS"},
        {"grouped", "gkcpqrs", "I g c p+r q+s W g k c r s O g k p q", "GKCPQRS"},
        {"matrix product", "mnk", "I m k W k n O m n", "NKC"},
        {"matrix times vector", "ij", "W i j I j O i", "KC"},
        {"pooling of a batch", "ncpqrs", "I n c p+r q+s O n c p q", "NGPQRS"},
        {"pooling", "cpqrs", "I c p+r q+s O c p q", "GPQRS"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct naas_ctx *ctx = naas_ctx_new();
        const char *letters = letters_of(ctx, cases[i].dims, cases[i].tensors);
        if (strcmp(letters, cases[i].letters) != 0)
            fail_msg("%s: %s instead of %s", cases[i].what, letters, cases[i].letters);
        naas_ctx_free(ctx);
    }
}

/* ---- footprints ---- */

/* By trying every pair. */
static int64_t count_values(int64_t a, int64_t np, int64_t b, int64_t nr)
{
    static bool seen[20000];
    int64_t count = 0;
    memset(seen, 0, sizeof seen);
    for (int64_t p = 0; p < np; p++)
        for (int64_t r = 0; r < nr; r++) {
            count += !seen[a * p + b * r];
            seen[a * p + b * r] = true;
        }
    return count;
}

static void footprints_are_the_numbers_of_elements(void **state)
{
    (void)state;
    const char *given = getenv("NAAS_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 0) : 20261124;
    struct as_random random = {seed};
    for (int i = 0; i < 20000; i++) {
        int64_t v[8];
        for (int k = 0; k < 8; k++)
            v[k] = 1 + as_random_below(&random, i < 10000 ? 12 : 80);
        struct as_problem problem = {.n_dims = 5, .n_tensors = 1};
        problem.tensor[0] = (struct as_tensor){.rank = 4,
            .axis = {{.n_terms = 2, .term = {{0, v[0]}, {1, v[1]}}}, {.n_terms = 0},
                {.n_terms = 1, .term = {{2, 3}}}, {.n_terms = 2, .term = {{4, v[2]}, {3, v[3]}}}}};
        int64_t tile[AS_MAX_DIMS] = {v[4], v[5], v[6], v[7], v[0]};
        int64_t expected = count_values(v[0], v[4], v[1], v[5]) * v[6] * count_values(v[2], v[0], v[3], v[7]);
        if (as_footprint(&problem, 0, tile) != expected)
            fail_msg("NAAS_SEED=%llu, case %d: %lld instead of %lld", (unsigned long long)seed, i,
                (long long)as_footprint(&problem, 0, tile), (long long)expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_left_out_follows, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(json_is_read_back, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(text_form, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(mistakes_are_located, scratch_setup, scratch_teardown),
        cmocka_unit_test(parts_of_dims_follow_from_the_tensors),
        cmocka_unit_test(footprints_are_the_numbers_of_elements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
