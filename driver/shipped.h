/* Files that come with naascc, known by their names: `eyeriss` is <data>/accelerators/eyeriss.json. */
#ifndef DRIVER_SHIPPED_H
#define DRIVER_SHIPPED_H

#include "support/support.h"

/* Does it name a file, by a folder or a suffix, and not something that is shipped? */
bool shipped_is_file(const char *name);

/* Where to read what has this name: itself where it names a file, else what is shipped in that folder of
 * data. A name of neither is given back, with a remark that says where names are printed. */
const char *shipped_path(struct naas_ctx *ctx, const char *data, const char *folder, const char *name);

#endif
