/* What the files of the product form share: native_product.c recognises it, native_pack.c prints what moves
 * elements, native_run.c the block in registers and the loops around it. */
#ifndef CG_NATIVE_PRODUCT_H
#define CG_NATIVE_PRODUCT_H

#include "codegen/native.h"

struct side {
    const struct fe_expr *factor;
    const struct fe_access *access;
    struct native_dims dims;
    int n_guards;
    const struct fe_guard **guard;
};

struct product {
    struct native *native;
    struct cg *cg;
    const char *type; /* of packed elements */
    const char *kept; /* of sums */
    bool converts;    /* sums are made in `type` and kept as integers */
    struct side w, x;
    struct native_dims batch, depth;
    int n_guards; /* that choose among the results: the others are computed, and not written */
    const struct fe_guard **guard;
    bool has_kept; /* X does not change: its panels are made once, for all x */
    bool has_plane;
    struct native_plane plane; /* in which x lies, */
    int64_t pitch;             /* and x between rows of the output */
};

/* Sets the sides, batch and depth; false when the nest is no product. keeps: W is what does not change, if
 * anything is, or what is no image; else the smaller side. */
bool cg_product_sides(struct product *product, bool keeps);

/* Text with the kernel's name for $, the type of packed elements for @ and that of the sums for ~. */
void cg_product_template_print(const struct product *product, struct naas_buf *out, const char *text);

/* Positions of x in its plane, up to the last output. */
int64_t cg_product_flat_size(const struct product *product);

/* Indices of the depth's dims at naas_k0, as variables, and their step to the next k. */
void cg_product_start_print(const struct product *product, struct naas_buf *out);
void cg_product_next_print(const struct product *product, struct naas_buf *out);
/* The functions NAME_pack_w and NAME_pack_x, and NAME_finish; run: how many columns most of its calls have,
 * as a template, or NULL. */
void cg_product_pack_print(
    struct product *product, struct naas_buf *out, struct side *side, const char *name);
void cg_product_finish_print(const struct product *product, struct naas_buf *out, const char *run);
/* NAME_place: where x lies in the caller's array, when that is the plane. */
void cg_product_place_print(const struct product *product, struct naas_buf *out);
/* NAME_unused: a block of which no result is written. */
void cg_product_unused_print(const struct product *product, struct naas_buf *out);
/* Constants; NAME_blocks; NAME_run and what it calls. */
void cg_product_sizes_print(const struct product *product, struct naas_buf *out);
void cg_product_block_print(const struct product *product, struct naas_buf *out);
void cg_product_run_print(const struct product *product, struct naas_buf *out);

/* What one call takes a core, roughly: blocks, packing or copying, the finish. */
double cg_product_cycles(const struct product *product);

#endif
