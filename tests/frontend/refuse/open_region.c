/* A region that does not end takes the next one with it. */
float x[16];

void open_region(void)
{
#pragma scop //~ 1: scop has no endscop | end the region with #pragma endscop
    for (int i = 0; i < 4; i++)
        x[i] = 0;
#pragma scop //~ 1: scop has no endscop | end the region with #pragma endscop
}
