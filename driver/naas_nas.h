/* naas nas: what came out, for its reports. */
#ifndef DRIVER_NAAS_NAS_H
#define DRIVER_NAAS_NAS_H

#include "driver/naas_search.h"

/* A way to run a network, to be compared. */
struct nas_row {
    const char *name;
    bool complete;
    double top1, error; /* percent; NAN: not known */
    double energy_pj, cycles, edp, clock_mhz;
};
enum { NAS_ROWS = 6 };

struct nas_results {
    const struct nas_search *search;
    struct nas_point best;
    struct search_results design; /* of the best subnet: on the accelerator found, and on the budget's */
    struct naas_buf network;      /* the subnet as a table */
    int n_rows; /* 0: nothing was compared. The first is what the others are compared with */
    struct nas_row row[NAS_ROWS];
};

void nas_report(struct naas_buf *out, const struct nas_results *results);
/* team: what its ranks did, too, or NULL. */
void nas_record(struct naas_buf *out, const struct search_run *run, const struct team *team,
    const struct nas_results *results);
void nas_front_csv(struct naas_buf *out, const struct nas_search *search);
void nas_candidates_csv(struct naas_buf *out, const struct nas_search *search);
void nas_history_csv(struct naas_buf *out, const struct nas_search *search);
/* Accuracy against EDP. */
void nas_front_svg(struct naas_buf *out, const struct nas_results *results);

#endif
