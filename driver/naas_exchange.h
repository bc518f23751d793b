/* naas export and naas import: designs in the formats of other tools (exchange/). */
#ifndef DRIVER_NAAS_EXCHANGE_H
#define DRIVER_NAAS_EXCHANGE_H

#include "driver/naas.h"

/* argv: what stands behind the word. An exit status. */
int naas_export(const struct naas_request *paths, int argc, const char *const *argv);
int naas_import(const struct naas_request *paths, int argc, const char *const *argv);

#endif
