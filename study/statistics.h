/* statistics: rank correlation and least squares on small samples. */
#ifndef STUDY_STATISTICS_H
#define STUDY_STATISTICS_H

enum { STUDY_MOST_COLUMNS = 8 };

/* Ranks from 1; values that are equal share the mean of theirs. order: room for n. */
void study_ranks(int n, const double *value, double *rank, int *order);

/* Pearson's correlation; of ranks it is Spearman's. NAN when one side does not vary. */
double study_correlation(int n, const double *x, const double *y);

/* Least squares of y on p columns (column k at x + k * n) and a constant. A column that does not vary, or is
 * a sum of those before it, gets NAN. */
void study_least_squares(int n, int p, const double *x, const double *y, double *coefficient);

/* The value below which a share of the n values lies, by linear interpolation between order statistics;
 * values are sorted here. NAN values are left out; where more than a tenth are, it is NAN. */
double study_quantile(int n, double *value, double share);

#endif
