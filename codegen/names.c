/* Identifiers of the emitted text: like those of the source where they are free. */
#include "codegen/cg.h"

#include <ctype.h>
#include <string.h>

static bool in_use(const struct cg_names *names, const char *name)
{
    for (int i = 0; i < names->n; i++)
        if (strcmp(names->name[i], name) == 0)
            return true;
    return false;
}

const char *cg_name(struct cg_names *names, const char *wanted)
{
    char *clean = naas_format(names->ctx, "%s%s", isdigit((unsigned char)*wanted) ? "_" : "", wanted);
    for (char *c = clean; *c; c++)
        if (!isalnum((unsigned char)*c))
            *c = '_';
    const char *name = clean;
    for (int i = 2; in_use(names, name); i++)
        name = naas_format(names->ctx, "%s_%d", clean, i);
    names->name = naas_grow(names->ctx, names->name, names->n, &names->capacity, sizeof *names->name);
    names->name[names->n++] = name;
    return name;
}

const char *cg_namef(struct cg_names *names, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *wanted = naas_vformat(names->ctx, format, args);
    va_end(args);
    return cg_name(names, wanted);
}
