#include "element.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* Sums go through an unsigned type at least as wide as int, so that no promotion can overflow. */
#define COMBINE(name, type, sum_type)                                                                        \
    static void sum_##name(void *to, const void *from, long long n)                                          \
    {                                                                                                        \
        type *a = to;                                                                                        \
        const type *b = from;                                                                                \
        for (long long i = 0; i < n; i++)                                                                    \
            a[i] = (type)((sum_type)a[i] + (sum_type)b[i]);                                                  \
    }                                                                                                        \
    static void max_##name(void *to, const void *from, long long n)                                          \
    {                                                                                                        \
        type *a = to;                                                                                        \
        const type *b = from;                                                                                \
        for (long long i = 0; i < n; i++)                                                                    \
            a[i] = b[i] > a[i] ? b[i] : a[i];                                                                \
    }                                                                                                        \
    static void min_##name(void *to, const void *from, long long n)                                          \
    {                                                                                                        \
        type *a = to;                                                                                        \
        const type *b = from;                                                                                \
        for (long long i = 0; i < n; i++)                                                                    \
            a[i] = b[i] < a[i] ? b[i] : a[i];                                                                \
    }                                                                                                        \
    static void set_##name(void *to, const void *from, long long n)                                          \
    {                                                                                                        \
        memcpy(to, from, (size_t)n * sizeof(type));                                                          \
    }

COMBINE(i8, int8_t, uint32_t)
COMBINE(u8, uint8_t, uint32_t)
COMBINE(i16, int16_t, uint32_t)
COMBINE(u16, uint16_t, uint32_t)
COMBINE(i32, int32_t, uint32_t)
COMBINE(u32, uint32_t, uint32_t)
COMBINE(i64, int64_t, uint64_t)
COMBINE(u64, uint64_t, uint64_t)
COMBINE(f32, float, float)
COMBINE(f64, double, double)

/* Indexed by enum naas_rt_type, enum naas_rt_reduce. */
#define ROW(name)                                                                                            \
    {                                                                                                        \
        sum_##name, max_##name, min_##name, set_##name                                                       \
    }
static naas_rt_combine *const combine[10][4] = {
    ROW(i8), ROW(u8), ROW(i16), ROW(u16), ROW(i32), ROW(u32), ROW(i64), ROW(u64), ROW(f32), ROW(f64)};
static const unsigned char type_bytes[10] = {1, 1, 2, 2, 4, 4, 8, 8, 4, 8};

naas_rt_combine *naas_rt_combine_of(int type, int reduce)
{
    return combine[type][reduce];
}

int naas_rt_type_bytes(int type)
{
    return type_bytes[type];
}

/* Two's complement and little or big endian alike: the low bytes of bits as the host stores an integer of
 * that width. */
static struct naas_rt_value integer(int bytes, uint64_t bits)
{
    struct naas_rt_value value = {bytes, {0}};
    uint8_t b8 = (uint8_t)bits;
    uint16_t b16 = (uint16_t)bits;
    uint32_t b32 = (uint32_t)bits;
    const void *from = bytes == 1   ? (void *)&b8
                       : bytes == 2 ? (void *)&b16
                       : bytes == 4 ? (void *)&b32
                                    : (void *)&bits;
    memcpy(value.byte, from, (size_t)bytes);
    return value;
}

static struct naas_rt_value real(int bytes, double number)
{
    struct naas_rt_value value = {bytes, {0}};
    float narrow = (float)number;
    memcpy(value.byte, bytes == 4 ? (void *)&narrow : (void *)&number, (size_t)bytes);
    return value;
}

static int is_real(int type)
{
    return type == NAAS_RT_F32 || type == NAAS_RT_F64;
}

struct naas_rt_value naas_rt_value_of(int type, double number)
{
    int bytes = naas_rt_type_bytes(type);
    if (is_real(type))
        return real(bytes, number);
    return integer(bytes, number < 0 ? (uint64_t)(int64_t)number : (uint64_t)number);
}

struct naas_rt_value naas_rt_value_neutral(int type, int reduce)
{
    static const uint64_t low[] = {
        (uint64_t)INT8_MIN, 0, (uint64_t)INT16_MIN, 0, (uint64_t)INT32_MIN, 0, (uint64_t)INT64_MIN, 0};
    static const uint64_t high[] = {
        INT8_MAX, UINT8_MAX, INT16_MAX, UINT16_MAX, INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX};
    int bytes = naas_rt_type_bytes(type);
    if (reduce != NAAS_RT_MAX && reduce != NAAS_RT_MIN)
        return naas_rt_value_of(type, 0);
    if (is_real(type))
        return real(bytes, reduce == NAAS_RT_MAX ? -INFINITY : INFINITY);
    return integer(bytes, reduce == NAAS_RT_MAX ? low[type] : high[type]);
}

struct naas_rt_value naas_rt_value_poison(int type)
{
    int bytes = naas_rt_type_bytes(type);
    return is_real(type) ? real(bytes, NAN) : integer(bytes, 0xA5A5A5A5A5A5A5A5ULL);
}

void naas_rt_repeat(void *to, const struct naas_rt_value *value, long long n)
{
    char *at = to;
    size_t bytes = (size_t)value->bytes;
    for (long long i = 0; i < n; i++, at += bytes)
        memcpy(at, value->byte, bytes);
}
