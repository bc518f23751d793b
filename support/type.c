/* The table of scalar element types. */
#include "support/support.h"

#include <string.h>

static const struct {
    const char *c, *name;
    int bytes;
} types[NAAS_N_TYPES] = {
    [NAAS_VOID] = {"void", "void", 0},
    [NAAS_I8] = {"signed char", "i8", 1},
    [NAAS_U8] = {"unsigned char", "u8", 1},
    [NAAS_I16] = {"short", "i16", 2},
    [NAAS_U16] = {"unsigned short", "u16", 2},
    [NAAS_I32] = {"int", "i32", 4},
    [NAAS_U32] = {"unsigned int", "u32", 4},
    [NAAS_I64] = {"long long", "i64", 8},
    [NAAS_U64] = {"unsigned long long", "u64", 8},
    [NAAS_F32] = {"float", "f32", 4},
    [NAAS_F64] = {"double", "f64", 8},
    [NAAS_WORD] = {"word", "word", 0},
};

const char *naas_type_c(enum naas_type type)
{
    return types[type].c;
}

const char *naas_type_name(enum naas_type type)
{
    return types[type].name;
}

int naas_type_bytes(enum naas_type type)
{
    return types[type].bytes;
}

bool naas_type_is_float(enum naas_type type)
{
    return type == NAAS_F32 || type == NAAS_F64;
}

enum naas_type naas_type_from_name(const char *name)
{
    for (int i = 0; i < NAAS_N_TYPES; i++)
        if (!strcmp(types[i].name, name))
            return (enum naas_type)i;
    return NAAS_VOID;
}
