#include "nas/regression.h"
#include <math.h>
#include <string.h>

/* Inverts a symmetric positive matrix by Gauss and Jordan. */
static bool invert(
    int n, double a[NAS_MAX_TERMS][NAS_MAX_TERMS], double inverse[NAS_MAX_TERMS][NAS_MAX_TERMS])
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            inverse[i][j] = i == j;
    for (int k = 0; k < n; k++) {
        double pivot = a[k][k];
        if (!(pivot > 1e-9))
            return false;
        for (int j = 0; j < n; j++) {
            a[k][j] /= pivot;
            inverse[k][j] /= pivot;
        }
        for (int i = 0; i < n; i++) {
            double factor = i == k ? 0 : a[i][k];
            for (int j = 0; j < n; j++) {
                a[i][j] -= factor * a[k][j];
                inverse[i][j] -= factor * inverse[k][j];
            }
        }
    }
    return true;
}

/* Terms with mean 0 and deviation 1 over the points: powers of one number are nearly parallel else. */
static void standard(const struct nas_regression *fit, const double *row, double *x)
{
    x[0] = 1;
    for (int t = 1; t < fit->n_terms; t++)
        x[t] = (row[t] - fit->center[t]) / fit->scale[t];
}

static double leverage(const struct nas_regression *fit, const double *x)
{
    double sum = 0;
    for (int i = 0; i < fit->n_terms; i++)
        for (int j = 0; j < fit->n_terms; j++)
            sum += x[i] * fit->inverse[i][j] * x[j];
    return sum;
}

static double at(const struct nas_regression *fit, const double *x)
{
    double value = 0;
    for (int t = 0; t < fit->n_terms; t++)
        value += fit->weight[t] * x[t];
    return value;
}

static bool center(struct nas_regression *fit, int n, double (*row)[NAS_MAX_TERMS])
{
    for (int t = 1; t < fit->n_terms; t++) {
        double sum = 0, squares = 0;
        for (int p = 0; p < n; p++)
            sum += row[p][t];
        fit->center[t] = sum / n;
        for (int p = 0; p < n; p++)
            squares += (row[p][t] - fit->center[t]) * (row[p][t] - fit->center[t]);
        fit->scale[t] = sqrt(squares / n);
        if (!(fit->scale[t] > 0))
            return false;
    }
    return true;
}

bool nas_regression_fit(
    struct nas_regression *fit, int n_terms, int n_points, double (*row)[NAS_MAX_TERMS], const double *value)
{
    double normal[NAS_MAX_TERMS][NAS_MAX_TERMS] = {{0}}, right[NAS_MAX_TERMS] = {0}, x[NAS_MAX_TERMS];
    *fit = (struct nas_regression){.n_terms = n_terms};
    if (n_points < n_terms + 2 || !center(fit, n_points, row))
        return false;
    for (int p = 0; p < n_points; p++) {
        standard(fit, row[p], x);
        for (int i = 0; i < n_terms; i++) {
            right[i] += x[i] * value[p];
            for (int j = 0; j < n_terms; j++)
                normal[i][j] += x[i] * x[j];
        }
    }
    if (!invert(n_terms, normal, fit->inverse))
        return false;
    for (int i = 0; i < n_terms; i++)
        for (int j = 0; j < n_terms; j++)
            fit->weight[i] += fit->inverse[i][j] * right[j];
    double squares = 0;
    for (int p = 0; p < n_points; p++) {
        standard(fit, row[p], x);
        double h = leverage(fit, x), residual = (value[p] - at(fit, x)) / (1 - h); /* left out */
        fit->leverage = fmax(fit->leverage, h);
        fit->largest = fmax(fit->largest, fabs(residual));
        squares += residual * residual;
    }
    fit->leave_one_out = sqrt(squares / n_points);
    return isfinite(fit->leave_one_out);
}

bool nas_regression_at(const struct nas_regression *fit, const double row[NAS_MAX_TERMS], double *value)
{
    double x[NAS_MAX_TERMS];
    standard(fit, row, x);
    *value = at(fit, x);
    return leverage(fit, x) <= fit->leverage * (1 + 1e-9);
}
