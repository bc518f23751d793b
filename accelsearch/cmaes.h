/*
 * cmaes.h: the evolution strategy of NAAS: a multivariate normal distribution over [0,1]^n whose mean moves
 * to the centre of the best candidates and whose covariance and step size adapt.
 *
 * N. Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv 1604.00772: weighted recombination, cumulative
 * step-size adaptation, rank-one and rank-mu update, negative weights left out; restarts with doubled
 * population (IPOP, Auger and Hansen 2005). Differences: C = L L^T is factored by Cholesky and the path of
 * the step size lives in the coordinates of L (Suttorp, Hansen, Igel 2009), so no eigenvectors are needed;
 * bounds are handled by folding: the strategy works on all of R^n, a candidate is its mirror image in
 * [0,1]^n.
 *
 *     struct cmaes *es = cmaes_new(n, 0, 0.3, seed);
 *     while (...) {
 *         cmaes_ask(es);                        population of cmaes_lambda(es) candidates
 *         for i: fitness[i] = f(cmaes_candidate(es, i));
 *         cmaes_tell(es, fitness);              smaller is better; +infinity for a candidate that is not
 * valid
 *     }
 */
#ifndef AS_CMAES_H
#define AS_CMAES_H

#include <stdbool.h>
#include <stdint.h>

struct cmaes;

/* n >= 1 variables; lambda: population, 0 for 4 + floor(3 ln n); sigma: initial step size. NULL when memory
 * is short. */
struct cmaes *cmaes_new(int n, int lambda, double sigma, uint64_t seed);
void cmaes_free(struct cmaes *es);

/* Where the distribution starts, in [0,1]^n; the middle unless told. Restarts start at random places. */
void cmaes_start_at(struct cmaes *es, const double *mean);

/* Draws a population. Its size changes at restarts, never beyond 8 times the first one. */
void cmaes_ask(struct cmaes *es);
/* Draws one candidate again, for a strategy that drops invalid ones. */
void cmaes_redraw(struct cmaes *es, int i);
int cmaes_lambda(const struct cmaes *es);
int cmaes_max_lambda(const struct cmaes *es);
const double *cmaes_candidate(const struct cmaes *es, int i);

/* Updates the distribution by rank; ties keep the order of the candidates. Restarts when the run has
 * converged or stalled. */
void cmaes_tell(struct cmaes *es, const double *fitness);
int cmaes_restarts(const struct cmaes *es);
double cmaes_sigma(const struct cmaes *es);

#endif
