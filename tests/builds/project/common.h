#ifndef COMMON_H
#define COMMON_H
int blur(void);
int dot(void);
#endif
