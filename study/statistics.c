#include "study/statistics.h"
#include <math.h>
#include <stdlib.h>

/* ---- ranks ---- */

/* Heap sort of order by value: needs no memory and no global for a comparison. */
static void sift(const double *value, int *order, int from, int n)
{
    for (int child; (child = 2 * from + 1) < n; from = child) {
        if (child + 1 < n && value[order[child + 1]] > value[order[child]])
            child++;
        if (value[order[from]] >= value[order[child]])
            return;
        int moved = order[from];
        order[from] = order[child];
        order[child] = moved;
    }
}

static void sort_order(int n, const double *value, int *order)
{
    for (int i = 0; i < n; i++)
        order[i] = i;
    for (int i = n / 2; i-- > 0;)
        sift(value, order, i, n);
    for (int last = n - 1; last > 0; last--) {
        int moved = order[0];
        order[0] = order[last];
        order[last] = moved;
        sift(value, order, 0, last);
    }
}

void study_ranks(int n, const double *value, double *rank, int *order)
{
    sort_order(n, value, order);
    for (int i = 0; i < n;) {
        int end = i + 1;
        while (end < n && value[order[end]] == value[order[i]])
            end++;
        for (int k = i; k < end; k++)
            rank[order[k]] = 0.5 * (i + 1 + end);
        i = end;
    }
}

/* ---- correlation ---- */

static double mean_of(int n, const double *value)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += value[i];
    return sum / n;
}

double study_correlation(int n, const double *x, const double *y)
{
    double mean_x = mean_of(n, x), mean_y = mean_of(n, y), xx = 0, yy = 0, xy = 0;
    for (int i = 0; i < n; i++) {
        double dx = x[i] - mean_x, dy = y[i] - mean_y;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
}

/* ---- least squares ---- */

/* Normal equations of centred columns, solved by elimination without exchanges: columns that depend on those
 * before them leave a pivot of about nothing. */
void study_least_squares(int n, int p, const double *x, const double *y, double *coefficient)
{
    double a[STUDY_MOST_COLUMNS][STUDY_MOST_COLUMNS + 1], mean[STUDY_MOST_COLUMNS], mean_y = mean_of(n, y);
    double whole[STUDY_MOST_COLUMNS];
    for (int k = 0; k < p; k++)
        mean[k] = mean_of(n, x + k * n);
    for (int r = 0; r < p; r++)
        for (int c = 0; c <= p; c++) {
            a[r][c] = 0;
            for (int i = 0; i < n; i++)
                a[r][c] += (x[r * n + i] - mean[r]) * (c < p ? x[c * n + i] - mean[c] : y[i] - mean_y);
        }
    for (int k = 0; k < p; k++)
        whole[k] = a[k][k];
    for (int k = 0; k < p; k++) {
        coefficient[k] = a[k][k] > 1e-9 * whole[k] ? 0 : NAN;
        for (int r = k + 1; r < p && !isnan(coefficient[k]); r++) {
            double factor = a[r][k] / a[k][k];
            for (int c = k; c <= p; c++)
                a[r][c] -= factor * a[k][c];
        }
    }
    for (int k = p; k-- > 0;) {
        if (isnan(coefficient[k]))
            continue;
        coefficient[k] = a[k][p];
        for (int c = k + 1; c < p; c++)
            if (!isnan(coefficient[c]))
                coefficient[k] -= a[k][c] * coefficient[c];
        coefficient[k] /= a[k][k];
    }
}

/* ---- quantiles ---- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double study_quantile(int n, double *value, double share)
{
    int known = 0;
    for (int i = 0; i < n; i++)
        if (!isnan(value[i]))
            value[known++] = value[i];
    if (known == 0 || known < 0.9 * n)
        return NAN;
    qsort(value, (size_t)known, sizeof *value, ascending);
    double at = share * (known - 1);
    int below = (int)at;
    return below + 1 < known ? value[below] + (at - below) * (value[below + 1] - value[below]) : value[below];
}
