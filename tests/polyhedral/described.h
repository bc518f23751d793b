/*
 * Sources with one nest, and a line that says what the plan of it is. Of each problem:
 *
 *     k8 p6 c3* r3*; in x[c:3][p+r-1:6] ...; sum product neutral 0; S0 S1 S2; fill 0
 *
 * dims (* for a reduction), tensors with their axes and extents, the reduction, its first value and how many
 * elements the finish reads, the statements of the finish.
 * Between parts stands " | ", those of the host are their loops: i(S0 j(S1)).
 */
#ifndef TEST_DESCRIBED_H
#define TEST_DESCRIBED_H

#include <stdbool.h>

void accepts(const char *source, const char *expected);
/* expected: the diagnostics. */
void refuses(const char *source, const char *expected);
void refuses_with(const char *source, bool reassociate, const char *expected);

#endif
