/* The parts of reading Timeloop's files. */
#ifndef XC_TIMELOOP_READ_H
#define XC_TIMELOOP_READ_H

#include "exchange/exchange.h"
#include "exchange/yml.h"

enum naas_status xc_read_architecture(struct naas_ctx *ctx, struct yml_node node, struct xc_design *design);
/* design has an accelerator and a problem. */
enum naas_status xc_read_mapping(struct naas_ctx *ctx, struct yml_node node, struct xc_design *design);
bool xc_copy_name(struct yml_node node, char name[AS_NAME]);

#endif
