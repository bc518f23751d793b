/*
 * mapping.h: a mapping for people to look at: as a tree, as a table of factors, as CSV, and as pictures: the
 * arrays with what is laid along their axes, the storage levels with what fills them, and the timeline.
 */
#ifndef SHOW_MAPPING_H
#define SHOW_MAPPING_H

#include "accelsearch/accelsearch.h"

struct show_view {
    const struct as_problem *problem;
    const struct as_accel *accel;
    const struct as_mapping *mapping; /* legal */
};

/* ---- text ---- */

void show_tree(struct naas_buf *out, const struct show_view *view);
/* Trip counts, a column for each dim. */
void show_table(struct naas_buf *out, const struct show_view *view);
/* A line for each loop, outermost first; a list of objects. */
void show_loops_csv(struct naas_buf *out, const struct show_view *view);
void show_loops_json(struct naas_buf *out, const struct show_view *view);

/* A cell of CSV: in quotes where it could be taken for two. */
void show_csv_text(struct naas_buf *out, const char *text);

/* ---- pictures ---- */

/* Each draws with its top left corner at the origin, SHOW_WIDTH wide, and returns its height. */
enum { SHOW_WIDTH = 760 };
double show_arrays(struct naas_buf *out, const struct show_view *view);
double show_levels(struct naas_buf *out, const struct show_view *view);
double show_timeline(struct naas_buf *out, const struct show_view *view);

/* All of them below each other, as a file. */
void show_mapping_svg(struct naas_buf *out, const struct show_view *view);
/* One of them, for a page. */
typedef double show_picture(struct naas_buf *out, const struct show_view *view);
void show_picture_svg(
    struct naas_buf *out, show_picture *picture, const struct show_view *view, const char *label);

/* ---- for those above ---- */

struct show_loop {
    int level, dim, axis; /* axis: -1 for temporal loops */
    int64_t trips, tile;
    bool ragged; /* the last tile is smaller */
};
enum { SHOW_MAX_LOOPS = AS_MAX_LEVELS * AS_MAX_LOOPS };
/* Those that iterate, outermost first; returns how many. */
int show_loops(const struct show_view *view, struct show_loop loops[SHOW_MAX_LOOPS]);
/* Instances of level's array that the loops use along an axis. */
int64_t show_used(const struct show_view *view, int level, int axis);
bool show_uses(const struct as_problem *problem, int tensor, int dim);
/* "108 KiB". In the arena. */
const char *show_bytes(struct naas_ctx *ctx, double bytes);
/* Bytes of a level's tile of a tensor, all buffers. */
int64_t show_tile_bytes(const struct show_view *view, int level, int tensor);

#endif
