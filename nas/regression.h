/* regression: least squares on few points, with the error that leaving one out gives. */
#ifndef NAS_REGRESSION_H
#define NAS_REGRESSION_H

#include <stdbool.h>

enum { NAS_MAX_TERMS = 5, NAS_MAX_POINTS = 256 };

struct nas_regression {
    int n_terms; /* the constant is the first */
    double center[NAS_MAX_TERMS], scale[NAS_MAX_TERMS];
    double weight[NAS_MAX_TERMS];
    double inverse[NAS_MAX_TERMS][NAS_MAX_TERMS]; /* of X'X */
    double leave_one_out, largest;                /* rms, and the largest */
    double leverage;                              /* the largest of the points */
};

/* row[p][1..n_terms-1]; false when the points do not determine it. */
bool nas_regression_fit(
    struct nas_regression *fit, int n_terms, int n_points, double (*row)[NAS_MAX_TERMS], const double *value);
/* False outside the points: when it depends more on its row than on that of any of them. */
bool nas_regression_at(const struct nas_regression *fit, const double row[NAS_MAX_TERMS], double *value);

#endif
