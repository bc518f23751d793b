/* Arena, lists, buffers, types, hash. */
#include "support/support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void arena_gives_zeroed_aligned_memory_of_any_size(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    const size_t sizes[] = {0, 1, 15, 16, 17, 1000, 65536, 65537, 1 << 20, 3};
    char *items[sizeof sizes / sizeof *sizes];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        items[i] = naas_alloc(ctx, sizes[i], 1);
        assert_non_null(items[i]);
        assert_int_equal((uintptr_t)items[i] % _Alignof(max_align_t), 0);
        for (size_t byte = 0; byte < sizes[i]; byte++)
            assert_int_equal(items[i][byte], 0);
        memset(items[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t byte = 0; byte < sizes[i]; byte++)
            assert_int_equal(items[i][byte], i + 1);
    naas_ctx_free(ctx);
}

static void contexts_do_not_meet(void **state)
{
    (void)state;
    struct naas_ctx *one = naas_ctx_new(), *two = naas_ctx_new();
    naas_diag(one, NAAS_ERROR, (struct naas_loc){0}, "wrong");
    assert_int_equal(naas_n_diags(one), 1);
    assert_int_equal(naas_n_diags(two), 0);
    naas_ctx_free(one);
    naas_ctx_free(two);
    naas_ctx_free(NULL);
}

static void strings_are_copied(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    char text[] = "weights";
    char *copy = naas_strdup(ctx, text), *part = naas_strndup(ctx, text, 3);
    text[0] = 'X';
    assert_string_equal(copy, "weights");
    assert_string_equal(part, "wei");
    assert_string_equal(naas_format(ctx, "%s x %d", copy, 12), "weights x 12");
    naas_ctx_free(ctx);
}

static void lists_keep_their_items_when_they_grow(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    int *list = NULL, n = 0, capacity = 0;
    for (int i = 0; i < 10000; i++) {
        list = naas_grow(ctx, list, n, &capacity, sizeof *list);
        list[n++] = i * 7;
        assert_true(n <= capacity);
    }
    for (int i = 0; i < n; i++)
        assert_int_equal(list[i], i * 7);
    naas_ctx_free(ctx);
}

static void buffers_always_end_in_nul(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf buf = naas_buf_new(ctx);
    assert_string_equal(buf.text, "");
    for (int i = 0; i < 1000; i++) {
        naas_buf_printf(&buf, "%03d", i);
        naas_buf_puts(&buf, ",");
        naas_buf_write(&buf, ";rest", 1);
        assert_int_equal(buf.text[buf.length], '\0');
    }
    assert_int_equal(buf.length, 5000);
    assert_int_equal(strlen(buf.text), 5000);
    assert_memory_equal(buf.text + 5 * 517, "517,;", 5);
    naas_ctx_free(ctx);
}

static void type_names_round_trip(void **state)
{
    (void)state;
    for (int i = 0; i < NAAS_N_TYPES; i++) {
        enum naas_type type = (enum naas_type)i;
        assert_int_equal(naas_type_from_name(naas_type_name(type)), type);
    }
    assert_int_equal(naas_type_from_name("i7"), NAAS_VOID);
    assert_string_equal(naas_type_c(NAAS_I8), "signed char");
    assert_true(naas_type_is_float(NAAS_F32) && !naas_type_is_float(NAAS_WORD));
}

static void type_sizes_are_those_of_the_host(void **state)
{
    (void)state;
    assert_int_equal(naas_type_bytes(NAAS_U16), sizeof(unsigned short));
    assert_int_equal(naas_type_bytes(NAAS_I32), sizeof(int));
    assert_int_equal(naas_type_bytes(NAAS_U64), sizeof(unsigned long long));
    assert_int_equal(naas_type_bytes(NAAS_F64), sizeof(double));
    assert_int_equal(naas_type_bytes(NAAS_WORD), 0);
}

/* Values of the authors' test vectors (Fowler, Noll, Vo; draft-eastlake-fnv). */
static void hash_is_fnv_1a(void **state)
{
    (void)state;
    assert_true(naas_hash(NAAS_HASH_SEED, "", 0) == 0xcbf29ce484222325ULL);
    assert_true(naas_hash(NAAS_HASH_SEED, "a", 1) == 0xaf63dc4c8601ec8cULL);
    assert_true(naas_hash(NAAS_HASH_SEED, "foobar", 6) == 0x85944171f73967e8ULL);
    assert_true(naas_hash(naas_hash(NAAS_HASH_SEED, "foo", 3), "bar", 3) == 0x85944171f73967e8ULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_gives_zeroed_aligned_memory_of_any_size),
        cmocka_unit_test(contexts_do_not_meet),
        cmocka_unit_test(strings_are_copied),
        cmocka_unit_test(lists_keep_their_items_when_they_grow),
        cmocka_unit_test(buffers_always_end_in_nul),
        cmocka_unit_test(type_names_round_trip),
        cmocka_unit_test(type_sizes_are_those_of_the_host),
        cmocka_unit_test(hash_is_fnv_1a),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
