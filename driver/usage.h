/* What naascc says of itself: the help above that of the host compiler, and its manual page. */
#ifndef DRIVER_USAGE_H
#define DRIVER_USAGE_H

void usage_help(void);
void usage_man(void);

#endif
