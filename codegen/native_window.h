/* What the files of the window form share: native_window.c recognises it and prints the loops around rows of
 * outputs, native_slide.c the rows themselves where they are made of explicit vectors. */
#ifndef CG_NATIVE_WINDOW_H
#define CG_NATIVE_WINDOW_H

#include "codegen/native.h"

enum { WINDOW_MAX_BELOW = 8, WINDOW_MAX_TAPS = 49 };

struct window {
    struct native *native;
    struct cg *cg;
    int row, down;    /* down: the dim of rows that are made at once, or -1 */
    const char *lane; /* rows are explicit vectors of this type; NULL: they are left to the compiler */
    int64_t taps;
    struct native_plane plane;
    struct native_dims planes, outer; /* outer: the other parallel dims */
    int64_t tap[AS_MAX_DIMS];         /* indices of the tap that is being printed, */
    int below;                        /* and of its row among those made at once */
    struct naas_buf factors;          /* declarations of what taps multiply with, */
    struct naas_buf elements;         /* and of the elements that they read, each once */
    int n_factors, n_places;
    int64_t place[WINDOW_MAX_TAPS * WINDOW_MAX_BELOW];
};

/* Goes on to the next tap; false after the last one, and window->tap is the first again. */
bool cg_window_next_tap(struct window *window);
/* Opens NAME_rows<n>, which makes rows below each other from naas_down up to naas_end, as far as the indices
 * of its plane and of the outer dims; then the loop over `rows` at a time, where naas_at is their first
 * window.
 */
void cg_window_rows_open(const struct window *window, struct naas_buf *out, int rows);
void cg_window_rows_loop(const struct window *window, struct naas_buf *out, int rows);

/* The type of the lanes where rows can be explicit vectors: sums of elements, as they are or times one factor
 * each. NULL where they cannot. */
const char *cg_window_lane(const struct window *window);
/* The types that NAME_rows<n> need, then NAME_rows<n>. */
void cg_window_vectors_print(const struct window *window, struct naas_buf *out);
void cg_window_slide_print(struct window *window, struct naas_buf *out, int rows);

#endif
