#include "common.h"
#include <stdio.h>

int main(void)
{
    printf("blur %d dot %d\n", blur(), dot());
    return 0;
}
