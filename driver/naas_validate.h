#ifndef DRIVER_NAAS_VALIDATE_H
#define DRIVER_NAAS_VALIDATE_H

#include "driver/naas.h"

int naas_validate(const struct naas_request *request, int argc, const char *const *argv);

#endif
