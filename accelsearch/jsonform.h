/* jsonform: what the JSON forms of problems, accelerators, mappings and networks share. */
#ifndef AS_JSONFORM_H
#define AS_JSONFORM_H

#include "accelsearch/accelsearch.h"
#include "support/json.h"

/* Lets an object have "notes" and "source": a string or an array of strings that nobody else reads. */
void as_json_notes(struct json_node object);
/* The same; returns what "source" says, a list as one line, "" when it is not there. In the arena. */
const char *as_json_source(struct json_node object);

/* Copies a string of 1 to AS_NAME - 1 bytes; name keeps what it holds when the node is absent. */
void as_json_name(struct json_node node, char name[AS_NAME]);

/* A set of roles: "all" or an array of their names; fallback when absent. */
unsigned as_json_roles(struct json_node node, unsigned fallback);
extern const char *const as_role_names[3]; /* role r is 1 << index */

/* The shortest of the decimal forms that reads back as the same number. */
void as_write_number(struct naas_buf *out, double number);
/* ["input", "weight"] or "all". */
void as_write_roles(struct naas_buf *out, unsigned roles);

#endif
