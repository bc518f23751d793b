/* environment.h: whether mpirun or its like started this process, as its environment tells. */
#ifndef CLUSTER_ENVIRONMENT_H
#define CLUSTER_ENVIRONMENT_H

#include <stdbool.h>

struct cluster_environment {
    bool started; /* by mpirun */
    int rank;     /* 0 when unknown */
    int ranks;    /* 0 when unknown */
};
struct cluster_environment cluster_environment(void);
/* So that programs which this one runs do not take themselves for ranks. */
void cluster_forget_environment(void);

#endif
