/*
 * element.h: what may be done with elements of a type: fill, and combine partial sums. Integer sums wrap.
 */
#ifndef NAAS_RT_ELEMENT_H
#define NAAS_RT_ELEMENT_H

#include <naas_rt.h>

/* An element's bytes, to be repeated. */
struct naas_rt_value {
    int bytes;
    unsigned char byte[8];
};

int naas_rt_type_bytes(int type);
struct naas_rt_value naas_rt_value_of(int type, double value);
/* The neutral element: 0 for sums, the lowest value for a maximum, the highest for a minimum. */
struct naas_rt_value naas_rt_value_neutral(int type, int reduce);
/* What stands where nothing may be read: NaN, or bytes 0xA5. */
struct naas_rt_value naas_rt_value_poison(int type);
void naas_rt_repeat(void *to, const struct naas_rt_value *value, long long n);

/* to[i] = to[i] (+) from[i] */
typedef void naas_rt_combine(void *to, const void *from, long long n);
naas_rt_combine *naas_rt_combine_of(int type, int reduce);

#endif
