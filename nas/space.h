/*
 * space.h: a space of networks, and the networks in it.
 *
 * A space is data (examples/spaces/): a list of parts, each a layer or a stage of blocks, with lists of
 * values where there is a choice. Every choice is a gene; a subnet is one value per gene, and gives the exact
 * shapes of all layers.
 *
 * Spaces: H. Cai, C. Gan, T. Wang, Z. Zhang, S. Han, "Once-for-All: Train One Network and Specialize it for
 * Efficient Deployment", ICLR 2020, arXiv 1908.09791, and the networks published with it.
 */
#ifndef NAS_SPACE_H
#define NAS_SPACE_H

#include "accelsearch/accelsearch.h"
#include "accelsearch/random.h"

enum { NAS_MAX_GENES = 96, NAS_MAX_CHOICES = 36, NAS_MAX_PARTS = 24, NAS_MAX_BLOCKS = 8 };

/* NAS_BOTTLENECK: 1x1, kxk with the stride, 1x1, and a 1x1 shortcut where shapes differ; the inner width is
 * ratio x the part's. NAS_INVERTED: 1x1, depthwise kxk, 1x1; the inner width is ratio x that of the block's
 * input. */
enum nas_part_kind { NAS_CONV, NAS_POOL, NAS_BOTTLENECK, NAS_INVERTED, NAS_GLOBAL_POOL, NAS_LINEAR };

struct nas_gene {
    char name[AS_NAME]; /* "resolution", "stage2.depth", "stage2.1.ratio" */
    int n;
    double choice[NAS_MAX_CHOICES];
    int part, block; /* of which; block -1: of the whole part; part -1: of the network */
};

struct nas_part {
    char name[AS_NAME];
    enum nas_part_kind kind;
    int64_t out, divide; /* channels before the width multiplier; 0: as many as come in. Divided afterwards */
    int64_t stride;
    bool squeeze, bias, scaled;
    int width, present, depth, kernel,
        ratio;          /* genes; -1: there is none. kernel and ratio: of the first block */
    int step, n_blocks; /* genes from one block to the next; most blocks */
};

struct nas_space {
    char name[AS_NAME];
    int64_t channels, multiple; /* of the input; what numbers of channels are rounded to */
    int n_parts, n_genes;
    struct nas_part part[NAS_MAX_PARTS];
    struct nas_gene gene[NAS_MAX_GENES];
};

/* pick[g]: which of the gene's choices; 0 where the gene is of a block that is not there. */
struct nas_subnet {
    unsigned char pick[NAS_MAX_GENES];
};

enum naas_status nas_space_from_json(struct naas_ctx *ctx, const char *path, struct nas_space *space);
/* How many different subnets; exact up to 2^53. */
double nas_count(const struct nas_space *space);

/* Is the gene of something that the subnet has? */
bool nas_used(const struct nas_space *space, const struct nas_subnet *subnet, int gene);
/* Sets genes that are not used to 0, so that equal networks are equal subnets. */
void nas_canonical(const struct nas_space *space, struct nas_subnet *subnet);
struct nas_subnet nas_draw(const struct nas_space *space, struct as_random *random);
/* One character a gene with more than one choice: 0-9, a-z, and . for one that is not used. */
enum { NAS_CODE = NAS_MAX_GENES + 1 };
void nas_code(const struct nas_space *space, const struct nas_subnet *subnet, char code[NAS_CODE]);
/* False when the text is not the code of a subnet. */
bool nas_decode(const struct nas_space *space, const char *code, struct nas_subnet *subnet);
/* The value chosen for a gene, NAN when it is not used. */
double nas_choice(const struct nas_space *space, const struct nas_subnet *subnet, int gene);

struct nas_size {
    double macs, parameters;
};
/* Its layers; json: NULL, or where the table of the network is written. NAAS_UNSUPPORTED when a layer is
 * impossible (an image smaller than a filter). */
enum naas_status nas_network(struct naas_ctx *ctx, const struct nas_space *space,
    const struct nas_subnet *subnet, struct as_network *network, struct naas_buf *json);
/* MACs and parameters of any network; pooling has no MACs. */
struct nas_size nas_size(const struct as_network *network);

#endif
