/* Manual pages, made from the tables of options: `naascc -fnaas-man`, `naas --man`. roff, man macros. Needs
 * libc only. */
#ifndef DRIVER_MAN_H
#define DRIVER_MAN_H

#include <stdio.h>

void man_begin(FILE *out, const char *program, const char *what, const char *synopsis);
void man_section(FILE *out, const char *title);
void man_paragraph(FILE *out, const char *text);
/* A term with what it means, and a second sentence about it, or NULL. */
void man_item(FILE *out, const char *term, const char *meaning, const char *more);
void man_example(FILE *out, const char *line);

/* What the environment does to compiled programs is the same for both pages. */
void man_environment_of_programs(FILE *out);

#endif
