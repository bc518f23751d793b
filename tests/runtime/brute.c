#include "brute.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_LOOPS = AS_MAX_LEVELS * AS_MAX_LOOPS };

struct box {
    int64_t low[AS_MAX_DIMS], high[AS_MAX_DIMS];
};

/* A loop of any level but the last, in the mapping's order. */
struct loop {
    int level, dim, axis;
    int64_t tile, trips; /* trips: of the largest tile */
};

/* One step's words and time; transition `s` leads into step s, the last one ends the run. */
struct step {
    int first;          /* outermost level that advances */
    int64_t compute;    /* cycles of the PE with most to do */
    int64_t *down, *up; /* words per cell: see cell_of */
};

struct brute {
    const struct as_problem *problem;
    const struct as_accel *accel;
    const struct as_mapping *mapping;
    naas_rt_counters *counters;
    int n_loops, n_levels;
    struct loop loop[MAX_LOOPS];
    int n_instances[AS_MAX_LEVELS];

    int64_t low[AS_MAX_TENSORS][AS_MAX_RANK], width[AS_MAX_TENSORS][AS_MAX_RANK], volume[AS_MAX_TENSORS];
    unsigned char *padding[AS_MAX_TENSORS]; /* per element: lies outside the array */
    /* Per level, tensor and instance: element is held; sum exists. `next` is NULL when the instance is idle.
     */
    unsigned char **held[AS_MAX_LEVELS][AS_MAX_TENSORS], **next[AS_MAX_LEVELS][AS_MAX_TENSORS];
    unsigned char **exists[AS_MAX_LEVELS];

    int n_steps, n_cells;
    struct step *step;
};

static void *need(size_t n, size_t size)
{
    void *memory = calloc(n ? n : 1, size);
    if (!memory)
        abort();
    return memory;
}

static bool keeps(const struct brute *brute, int l, int t)
{
    return l == 0 || (brute->mapping->level[l].keeps >> t & 1);
}

static int outer_level(const struct brute *brute, int l, int t)
{
    for (l--; !keeps(brute, l, t); l--)
        ;
    return l;
}

/* The instance of level o above instance i of level l. */
static int above(const struct brute *brute, int o, int l, int i)
{
    return i / (brute->n_instances[l] / brute->n_instances[o]);
}

/* ---- set-up ---- */

static void list_loops(struct brute *brute)
{
    int64_t around[AS_MAX_DIMS];
    for (int d = 0; d < brute->problem->n_dims; d++)
        around[d] = brute->problem->dim[d].extent;
    for (int l = 0; l < brute->n_levels - 1; l++)
        for (int i = 0; i < brute->mapping->level[l].n_loops; i++) {
            struct as_loop from = brute->mapping->level[l].loop[i];
            int64_t trips = 0;
            for (int64_t at = 0; at < around[from.dim]; at += from.tile)
                trips++;
            brute->loop[brute->n_loops++] = (struct loop){l, from.dim, from.axis, from.tile, trips};
            if (from.tile < around[from.dim])
                around[from.dim] = from.tile;
        }
}

static void size_tensors(struct brute *brute)
{
    for (int t = 0; t < brute->problem->n_tensors; t++) {
        const struct as_tensor *tensor = &brute->problem->tensor[t];
        brute->volume[t] = 1;
        for (int j = 0; j < tensor->rank; j++) {
            brute->low[t][j] = tensor->axis[j].offset;
            brute->width[t][j] = 1;
            for (int i = 0; i < tensor->axis[j].n_terms; i++) {
                struct as_term term = tensor->axis[j].term[i];
                brute->width[t][j] += term.coef * (brute->problem->dim[term.dim].extent - 1);
            }
            brute->volume[t] *= brute->width[t][j];
        }
        brute->padding[t] = need((size_t)brute->volume[t], 1);
        for (int64_t e = 0; e < brute->volume[t]; e++) {
            int64_t rest = e;
            for (int j = tensor->rank - 1; j >= 0; j--) {
                int64_t c = brute->low[t][j] + rest % brute->width[t][j];
                rest /= brute->width[t][j];
                brute->padding[t][e] |= c < 0 || c >= tensor->axis[j].extent;
            }
        }
    }
}

static void make_sets(struct brute *brute)
{
    for (int l = 0; l < brute->n_levels; l++) {
        size_t n = (size_t)brute->n_instances[l];
        brute->exists[l] = need(n, sizeof *brute->exists[l]);
        for (size_t i = 0; i < n; i++)
            brute->exists[l][i] = need((size_t)brute->volume[brute->problem->output], 1);
        for (int t = 0; t < brute->problem->n_tensors; t++) {
            brute->held[l][t] = need(n, sizeof *brute->held[l][t]);
            brute->next[l][t] = need(n, sizeof *brute->next[l][t]);
            for (size_t i = 0; i < n; i++)
                brute->held[l][t][i] = need((size_t)brute->volume[t], 1);
        }
    }
}

static void free_all(struct brute *brute)
{
    for (int l = 0; l < brute->n_levels; l++) {
        for (int i = 0; i < brute->n_instances[l]; i++)
            free(brute->exists[l][i]);
        free(brute->exists[l]);
        for (int t = 0; t < brute->problem->n_tensors; t++) {
            for (int i = 0; i < brute->n_instances[l]; i++)
                free(brute->held[l][t][i]);
            free(brute->held[l][t]);
            free(brute->next[l][t]);
        }
    }
    for (int t = 0; t < brute->problem->n_tensors; t++)
        free(brute->padding[t]);
    for (int s = 0; s <= brute->n_steps; s++) {
        free(brute->step[s].down);
        free(brute->step[s].up);
    }
    free(brute->step);
}

/* ---- boxes and sets ---- */

/* The box of a level for one value of all indices; false when it is empty. */
static bool box_of(const struct brute *brute, int level, const int64_t *index, struct box *box)
{
    for (int d = 0; d < brute->problem->n_dims; d++) {
        box->low[d] = 0;
        box->high[d] = brute->problem->dim[d].extent;
    }
    for (int i = 0; i < brute->n_loops && brute->loop[i].level < level; i++) {
        const struct loop *loop = &brute->loop[i];
        int64_t low = box->low[loop->dim] + index[i] * loop->tile, high = low + loop->tile;
        box->low[loop->dim] = low;
        box->high[loop->dim] = high < box->high[loop->dim] ? high : box->high[loop->dim];
        if (low >= box->high[loop->dim])
            return false;
    }
    return true;
}

/* Row-major: arrays of outer levels first, their axes in order, on an axis the loops in order. */
static int instance_of(const struct brute *brute, int level, const int64_t *index)
{
    int64_t instance = 0;
    for (int l = 0; l < level; l++)
        for (int a = 0; a < brute->accel->level[l].n_axes; a++) {
            int64_t coordinate = 0;
            for (int i = 0; i < brute->n_loops; i++)
                if (brute->loop[i].level == l && brute->loop[i].axis == a)
                    coordinate = coordinate * brute->loop[i].trips + index[i];
            instance = instance * brute->accel->level[l].axis[a].size + coordinate;
        }
    return (int)instance;
}

/* Counts index through the values of some loops; false after the last. */
static bool next_index(const struct brute *brute, int64_t *index, bool spatial, int level)
{
    for (int i = brute->n_loops - 1; i >= 0; i--) {
        if ((brute->loop[i].axis >= 0) != spatial || brute->loop[i].level >= level)
            continue;
        if (++index[i] < brute->loop[i].trips)
            return true;
        index[i] = 0;
    }
    return false;
}

/* Marks the elements of t that a box touches, point by point. */
static unsigned char *touched(const struct brute *brute, int t, const struct box *box)
{
    const struct as_tensor *tensor = &brute->problem->tensor[t];
    unsigned char *set = need((size_t)brute->volume[t], 1);
    struct box at = *box;
    for (int d = 0; d >= 0;) {
        int64_t element = 0;
        for (int j = 0; j < tensor->rank; j++) {
            int64_t c = tensor->axis[j].offset;
            for (int i = 0; i < tensor->axis[j].n_terms; i++)
                c += tensor->axis[j].term[i].coef * at.low[tensor->axis[j].term[i].dim];
            element = element * brute->width[t][j] + c - brute->low[t][j];
        }
        set[element] = 1;
        for (d = brute->problem->n_dims - 1; d >= 0 && ++at.low[d] == box->high[d]; d--)
            at.low[d] = box->low[d];
    }
    return set;
}

/* ---- a step ---- */

/* Where the words of level l, tensor t and outer instance q are noted. */
static int cell_of(const struct brute *brute, int l, int t, int q)
{
    int most = brute->n_instances[brute->n_levels - 1];
    return (l * AS_MAX_TENSORS + t) * most + q;
}

/* What the instances below instance q of o(l) drain; all: the run is over. */
static void drain(struct brute *brute, int l, int q, bool all, struct step *step)
{
    int t = brute->problem->output, o = outer_level(brute, l, t);
    int below = brute->n_instances[l] / brute->n_instances[o];
    for (int64_t e = 0; e < brute->volume[t]; e++) {
        int64_t n = 0;
        for (int i = q * below; i < (q + 1) * below; i++) {
            const unsigned char *next = brute->next[l][t][i];
            n += brute->held[l][t][i][e] && (all || (next && !next[e]));
        }
        brute->counters->count[l][t].drains += n;
        brute->counters->count[o][t].updates += n > 0;
        brute->counters->adds[o] += n > 0 ? n - 1 : 0;
        step->up[cell_of(brute, l, t, q)] += n > 0;
        /* It goes to the nearest copy further out that is still there. */
        int to = o;
        while (n > 0 && to > 0 && !brute->held[to][t][above(brute, to, o, q)][e])
            to = outer_level(brute, to, t);
        if (n > 0)
            brute->exists[to][above(brute, to, o, q)][e] = 1;
    }
}

/* What the instances below instance q of o(l) take. */
static void fill(struct brute *brute, int l, int t, int q, struct step *step)
{
    int o = outer_level(brute, l, t), below = brute->n_instances[l] / brute->n_instances[o];
    bool output = t == brute->problem->output;
    for (int64_t e = 0; e < brute->volume[t]; e++) {
        bool hidden = o == 0 && brute->padding[t][e] && !brute->accel->padding_stored;
        int64_t n = 0;
        for (int i = q * below; i < (q + 1) * below; i++) {
            const unsigned char *next = brute->next[l][t][i];
            if (!next || !next[e] || brute->held[l][t][i][e])
                continue;
            bool returns = output && n == 0 && brute->exists[o][q][e];
            n += !output || returns;
            if (output)
                brute->exists[l][i][e] = returns;
        }
        brute->counters->count[l][t].fills += n;
        brute->counters->deliveries[o] += n;
        brute->counters->count[o][t].reads += n > 0 && !hidden;
        step->down[cell_of(brute, l, t, q)] += n > 0 && !hidden;
    }
}

/* The instances that are active take over their next sets. */
static void take_over(struct brute *brute, int l, int t)
{
    for (int i = 0; i < brute->n_instances[l]; i++)
        if (brute->next[l][t][i]) {
            free(brute->held[l][t][i]);
            brute->held[l][t][i] = brute->next[l][t][i];
            brute->next[l][t][i] = NULL;
        }
}

static void move(struct brute *brute, int first, bool all, struct step *step)
{
    int out = brute->problem->output;
    for (int l = brute->n_levels - 1; l >= first; l--)
        for (int q = 0; keeps(brute, l, out) && q < brute->n_instances[outer_level(brute, l, out)]; q++)
            drain(brute, l, q, all, step);
    for (int l = first; l < brute->n_levels && !all; l++)
        for (int t = 0; t < brute->problem->n_tensors; t++) {
            for (int q = 0; keeps(brute, l, t) && q < brute->n_instances[outer_level(brute, l, t)]; q++)
                fill(brute, l, t, q, step);
            take_over(brute, l, t);
        }
}

static struct step *new_step(struct brute *brute, int first)
{
    int s = brute->n_steps;
    brute->step = realloc(brute->step, (size_t)(s + 1) * sizeof *brute->step);
    if (!brute->step)
        abort();
    brute->step[s].first = first;
    brute->step[s].compute = 0;
    brute->step[s].down = need((size_t)brute->n_cells, sizeof(int64_t));
    brute->step[s].up = need((size_t)brute->n_cells, sizeof(int64_t));
    return &brute->step[s];
}

/* Notes what the active instances of a level hold next, and at the last level counts the work. */
static void enter_level(struct brute *brute, int l, int64_t *index, struct step *step)
{
    do {
        struct box box;
        if (!box_of(brute, l, index, &box))
            continue;
        int i = instance_of(brute, l, index);
        for (int t = 0; t < brute->problem->n_tensors; t++)
            if (keeps(brute, l, t))
                brute->next[l][t][i] = touched(brute, t, &box);
        int64_t n = 1;
        for (int d = 0; d < brute->problem->n_dims; d++)
            n *= box.high[d] - box.low[d];
        if (l < brute->n_levels - 1)
            continue;
        brute->counters->macs += n;
        n = (n + brute->accel->macs_per_cycle - 1) / brute->accel->macs_per_cycle;
        step->compute = n > step->compute ? n : step->compute;
    } while (next_index(brute, index, true, l));
}

/* Is any instance active? The first one is the last to become idle, but that is for others to rely on. */
static bool any_active(const struct brute *brute, int64_t *index)
{
    struct box box;
    bool any = false;
    do
        any |= box_of(brute, brute->n_levels - 1, index, &box);
    while (next_index(brute, index, true, brute->n_levels));
    return any;
}

static void run_steps(struct brute *brute)
{
    int64_t index[MAX_LOOPS] = {0}, before[MAX_LOOPS];
    do {
        if (!any_active(brute, index))
            continue;
        int first = 1;
        if (brute->n_steps > 0)
            for (int i = 0; i < brute->n_loops; i++)
                if (brute->loop[i].axis < 0 && index[i] != before[i]) {
                    first = brute->loop[i].level + 1;
                    break;
                }
        memcpy(before, index, sizeof before);
        struct step *step = new_step(brute, first);
        for (int l = first; l < brute->n_levels; l++)
            enter_level(brute, l, index, step);
        move(brute, first, false, step);
        brute->n_steps++;
    } while (next_index(brute, index, false, brute->n_levels));
    move(brute, 1, true, new_step(brute, 1));
}

/* ---- latency ---- */

static int64_t cycles(int64_t words, double rate)
{
    if (rate <= 0)
        return 0;
    int64_t n = 0;
    for (int64_t k = 1; k <= words + 1 && (double)n < (double)words / rate; k++)
        n = k;
    while ((double)n < (double)words / rate)
        n++;
    return n;
}

/* P(down of transition d, up of transition u) of level l; -1 for none. */
static int64_t transfer(const struct brute *brute, int l, int d, int u)
{
    int64_t slowest = 0;
    for (int p = 0; p < brute->n_instances[l - 1]; p++)
        for (int k = 0; k < l; k++)
            for (int c = 0; c < brute->accel->level[k].n_ports; c++) {
                const struct as_port *port = &brute->accel->level[k].port[c];
                int64_t down = 0, up = 0;
                for (int t = 0; t < brute->problem->n_tensors; t++) {
                    if (!keeps(brute, l, t) || outer_level(brute, l, t) > k)
                        continue;
                    int o = outer_level(brute, l, t);
                    int cell = cell_of(brute, l, t, above(brute, o, l - 1, p));
                    if (d >= 0 && (port->down & brute->problem->tensor[t].role))
                        down += brute->step[d].down[cell];
                    if (u >= 0 && (port->up & brute->problem->tensor[t].role))
                        up += brute->step[u].up[cell];
                }
                int64_t n = cycles(down, port->words_per_cycle) + cycles(up, port->words_per_cycle);
                slowest = n > slowest ? n : slowest;
            }
    return slowest;
}

/* The time of the sequence of level l that takes the steps from `begin` until `end`. */
static int64_t sequence(const struct brute *brute, int l, int begin, int end)
{
    bool twice = brute->accel->level[l].buffers == 2;
    int64_t total = twice ? transfer(brute, l, begin, -1) + transfer(brute, l, -1, end) : 0;
    int previous = -1; /* transition out of the tile before */
    for (int s = begin; s < end;) {
        int after = s + 1;
        while (after < end && brute->step[after].first > l)
            after++;
        int64_t inner = l == brute->n_levels - 1 ? brute->step[s].compute : sequence(brute, l + 1, s, after);
        int64_t moved = transfer(brute, l, after < end ? after : -1, previous);
        if (twice)
            total += inner > moved ? inner : moved;
        else
            total += transfer(brute, l, s, -1) + inner + transfer(brute, l, -1, after);
        previous = after;
        s = after;
    }
    return total;
}

/* Words that pass a port of level k in the run, around one of the instances that hand them down, in the mean.
 */
static double words_on(const struct brute *brute, const struct as_port *port, int k, int t)
{
    int l = k + 1;
    while (l < brute->n_levels && !keeps(brute, l, t))
        l++;
    if (l == brute->n_levels)
        return 0;
    int o = outer_level(brute, l, t);
    const naas_rt_count *count = &brute->counters->count[o][t];
    int64_t words = (port->down & brute->problem->tensor[t].role ? count->reads : 0) +
                    (port->up & brute->problem->tensor[t].role ? count->updates : 0);
    return (double)words / brute->n_instances[o];
}

/* Cycles that the words of the busiest port take at its rate. */
static int64_t busiest_port(const struct brute *brute)
{
    int64_t most = 0;
    for (int k = 0; k + 1 < brute->n_levels; k++)
        for (int c = 0; c < brute->accel->level[k].n_ports; c++) {
            const struct as_port *port = &brute->accel->level[k].port[c];
            double words = 0;
            for (int t = 0; t < brute->problem->n_tensors; t++)
                words += words_on(brute, port, k, t);
            double exact = port->words_per_cycle > 0 ? words / port->words_per_cycle : 0;
            while ((double)most < exact)
                most++;
        }
    return most;
}

void brute_count(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, naas_rt_counters *counters)
{
    struct brute brute = {.problem = problem, .accel = accel, .mapping = mapping, .counters = counters};
    memset(counters, 0, sizeof *counters);
    brute.n_levels = accel->n_levels;
    brute.n_instances[0] = 1;
    for (int l = 0; l + 1 < accel->n_levels; l++) {
        brute.n_instances[l + 1] = brute.n_instances[l];
        for (int a = 0; a < accel->level[l].n_axes; a++)
            brute.n_instances[l + 1] *= accel->level[l].axis[a].size;
    }
    brute.n_cells = accel->n_levels * AS_MAX_TENSORS * brute.n_instances[accel->n_levels - 1];
    list_loops(&brute);
    size_tensors(&brute);
    make_sets(&brute);
    run_steps(&brute);
    counters->runs = brute.n_steps;
    int64_t steps = sequence(&brute, 1, 0, brute.n_steps), ports = busiest_port(&brute);
    counters->cycles = steps > ports ? steps : ports;
    free_all(&brute);
}
