#include "accelsearch/crossing_ends.h"
#include "accelsearch/crossing_sums.h"
#include "accelsearch/lanes.h"
#include "support/number.h"
#include <math.h>
#include <string.h>

/* ---- words of one tensor ---- */

/* words: once for all that take them; copies: for each of them. share: part of the computing done in the
 * steps that move them. */
struct words {
    double words, copies, share;
};

struct cross {
    struct as_crossings *crossings;
    const struct as_model *model;
    const struct as_link *const *link;
    struct as_class class;
    int t, l;        /* tensor; level that it crosses into */
    unsigned inside; /* dims whose loops under the level around stand inside that of the class */
    bool clip;       /* padding is left out */
    const struct as_line_sums *sums[AS_MAX_RANK]; /* of lines of two dims */
    struct words again[AS_MAX_RANK]; /* each line, for every tile of the level around gone through again */
    struct words unused;             /* the same of all dims that the tensor does not use */
    bool looked;                     /* both are set */
};

/* Elements of each line. */
static const double *whole_of(const struct cross *cross)
{
    return cross->clip ? cross->crossings->line_read[cross->t] : cross->crossings->line_touched[cross->t];
}

static double span_of(const struct as_line *line, double i, double j)
{
    return (double)line->a * (i - 1) + (double)line->b * (j - 1) + 1;
}

/* Coordinates from one tile of dim x to the next. */
static double step_of(const struct as_link *const *link, const struct as_line *line, int x)
{
    return (double)(x ? line->b : line->a) * (double)link[line->dim[x]]->block;
}

/* Elements that two tiles may share whose coordinates differ by `apart` at least. */
static double shared(const struct as_link *const *link, const struct as_line *line, double apart)
{
    double span = span_of(line, (double)link[line->dim[0]]->block, (double)link[line->dim[1]]->block);
    return span > apart ? apart > 0 ? span - apart : span : 0;
}

/* Elements of line m in all steps before the level around goes on, to those in all steps, at most. */
static double last_part(const struct cross *cross, int m)
{
    const struct as_line *line = &cross->model->tensor[cross->t].line[m];
    double tile = 1, outer = 1, all = whole_of(cross)[m];
    if (line->dim[0] < 0)
        return 1;
    if (line->dim[1] < 0) {
        tile = (double)cross->link[line->dim[0]]->block;
        outer = cross->link[line->dim[0]]->most_outer;
    } else { /* instances that overlap have what they share each */
        tile =
            span_of(line, (double)cross->link[line->dim[0]]->tile, (double)cross->link[line->dim[1]]->tile);
        for (int x = 0; x < 2; x++) {
            const struct as_link *link = cross->link[line->dim[x]];
            tile *= ceil((double)link->block / (double)link->tile);
            outer *= link->most_outer;
        }
        all = cross->sums[m]->all[cross->clip];
    }
    return min(1, tile * outer / all);
}

/* Of what ways along dim x end with, the part that is there when the level around goes on, at most. */
static double leaving_part(const struct cross *cross, int n, int x)
{
    const struct as_tensor_plan *plan = &cross->model->tensor[cross->t];
    double part = cross->link[plan->line[n].dim[1 - x]]->leaving;
    for (int d = 0; d < cross->model->problem.n_dims; d++)
        part *= as_uses(plan, d) || (cross->inside >> d & 1) ? 1 : cross->link[d]->leaving;
    for (int m = 0; m < plan->n_lines; m++)
        part *= m == n ? 1 : last_part(cross, m);
    return part;
}

/* Elements of ways along dim x that the next way finds there. The other dim may go on when a way ends; and in
 * some of those ends the level around goes on along x, and the other dim may come back. */
static double kept_at_ends(const struct cross *cross, int n, int x)
{
    const struct as_line *line = &cross->model->tensor[cross->t].line[n];
    const struct as_link *const *link = cross->link;
    const struct as_link *along = link[line->dim[x]], *other = link[line->dim[1 - x]];
    double step = step_of(link, line, x), halo = shared(link, line, step);
    double whole = step * (double)(along->trips - 1);
    bool both = other->innermost >= 0, inside = other->innermost == cross->l - 1;
    double within = shared(link, line, inside ? whole - step_of(link, line, 1 - x) : whole);
    double leaving = both ? shared(link, line, 0) : halo;
    if (leaving > within && (along->open || along->outer > 1 || (both && !inside)))
        within += leaving_part(cross, n, x) * (leaving - within);
    if (!along->open)
        return within * along->outer * other->steps;
    /* Ways between unknown ends: neighbours share the halo at least, which the coarsest sums count once. */
    return (halo * along->outer + max(within - halo, 0) * along->ways) * other->steps;
}

/* Whatever advances with dim x, an instance goes on to elements it does not hold. */
static bool never_shares(const struct as_link *const *link, const struct as_line *line, int x)
{
    double span = span_of(line, (double)link[line->dim[0]]->tile, (double)link[line->dim[1]]->tile);
    return link[line->dim[1 - x]]->innermost < 0 && span <= step_of(link, line, x);
}

/* All tiles of a line; with x >= 0 taken in a row along dim x. */
static struct words line_words(const struct cross *cross, int n, int x)
{
    const struct as_line *line = &cross->model->tensor[cross->t].line[n];
    const double *whole = whole_of(cross);
    if (line->dim[0] < 0 || line->dim[1] < 0)
        return (struct words){whole[n], cross->crossings->line_touched[cross->t][n], 0};
    const struct as_link *i = cross->link[line->dim[0]], *j = cross->link[line->dim[1]];
    const struct as_line_sums *sums = cross->sums[n];
    if (x < 0)
        return (struct words){sums->all[cross->clip], sums->copies, 0};
    const struct as_link *along = x ? j : i;
    double kept = kept_at_ends(cross, n, x);
    double left = sums->sweep[x][cross->clip] - kept, copies = sums->sweep[x][0] - kept;
    if (never_shares(cross->link, line, x)) {
        if (!along->open && along->outer <= 1)
            return (struct words){sums->all[cross->clip], sums->copies, 0};
        /* But a way that ends with a part of an array's tile is followed closely by the next. */
        double span = span_of(line, (double)i->tile, (double)j->tile);
        double halo = span - (double)(x ? line->b * j->tile : line->a * i->tile);
        copies = sums->copies * (1 - (halo > 0 ? halo / span / (double)along->trips : 0));
    }
    return (struct words){left > 0 ? left : 0, copies > 0 ? copies : 0, 0};
}

/* The part of dim d that iterates may be the one that is padding. */
static double stored_part(const struct cross *cross, int d, double part)
{
    const struct as_tensor_plan *plan = &cross->model->tensor[cross->t];
    for (int n = 0; n < plan->n_lines && cross->clip && part < 1; n++)
        if (plan->line[n].padded && (plan->line[n].dim[0] == d || plan->line[n].dim[1] == d))
            return 0;
    return part;
}

/* Every step of c brings another tile. */
static struct words moved_words(const struct cross *cross)
{
    const struct as_tensor_plan *plan = &cross->model->tensor[cross->t];
    double moves = stored_part(cross, cross->class.c, cross->link[cross->class.c]->moves);
    struct words all = {moves, moves, 1};
    for (int n = 0; n < plan->n_lines; n++) {
        const struct as_line *line = &plan->line[n];
        struct words words = line_words(cross, n,
            line->dim[1] < 0                 ? -1
            : line->dim[0] == cross->class.c ? 0
            : line->dim[1] == cross->class.c ? 1
                                             : -1);
        all.words *= words.words;
        all.copies *= words.copies;
    }
    for (int d = 0; d < cross->model->problem.n_dims; d++)
        if (!as_uses(plan, d)) {
            bool inside = cross->inside >> d & 1;
            all.words *= inside ? cross->link[d]->outer : cross->link[d]->steps;
            all.copies *= inside ? cross->link[d]->first_tiles : cross->link[d]->tiles;
        }
    return all;
}

/* Sets what repeated_words multiplies. */
static void look_again(struct cross *cross)
{
    const struct as_tensor_plan *plan = &cross->model->tensor[cross->t];
    for (int n = 0; n < plan->n_lines; n++) {
        const struct as_line_sums *sums = cross->sums[n];
        cross->again[n] = sums ? (struct words){sums->region[cross->clip], sums->region[0], 1}
                               : (struct words){line_words(cross, n, -1).words,
                                     cross->crossings->line_touched[cross->t][n], 1};
    }
    cross->looked = true;
    cross->unused = (struct words){1, 1, 1};
    for (int d = 0; d < cross->model->problem.n_dims; d++)
        if (!as_uses(plan, d)) {
            const struct as_link *link = cross->link[d];
            cross->unused.words *= link->outer;
            cross->unused.copies *= link->first_tiles;
            cross->unused.share *= (double)link->tile * link->outer / link->points;
        }
}

/* Each tile of the level around is gone through again, as dim d of the line (-1: of an axis of one dim) makes
 * the way through it end somewhere else than where it began. */
static struct words repeated_words(struct cross *cross, double part, int n_line, int x)
{
    const struct as_tensor_plan *plan = &cross->model->tensor[cross->t];
    if (!cross->looked)
        look_again(cross);
    struct words all = cross->unused;
    all.words *= part;
    all.copies *= part;
    for (int n = 0; n < plan->n_lines; n++) {
        const struct as_line *line = &plan->line[n];
        double words = cross->again[n].words, copies = cross->again[n].copies;
        if (n == n_line) {
            double kept = shared(cross->link, line, step_of(cross->link, line, x)) *
                          cross->link[line->dim[0]]->outer * cross->link[line->dim[1]]->outer;
            words = max(words - kept, 0);
            copies = max(copies - kept, 0);
        }
        all.words *= words;
        all.copies *= copies;
    }
    return all;
}

/* The level around goes on to other elements in every step; those that an instance may have kept while it was
 * idle are none of them. */
static bool goes_on_around(const struct cross *cross, const struct as_line *line)
{
    const struct as_link *around = cross->class.around;
    if (!around || line->dim[1] >= 0 || line->dim[0] != cross->class.around_c)
        return false;
    const struct as_link *link = cross->link[line->dim[0]];
    return link->block <= link->tile || around->even || around->trips > 2;
}

static void raise(struct words *most, struct words words)
{
    if (words.words > most->words)
        *most = words;
}

/* Whatever the class is. */
static struct words words_of_all(struct cross *cross)
{
    const struct as_tensor_plan *plan = &cross->model->tensor[cross->t];
    const struct as_crossings *crossings = cross->crossings;
    double touched = crossings->touched[cross->t];
    struct words most = {cross->clip ? crossings->read[cross->t] : touched, touched, 1};
    cross->looked = false;
    for (int d = 0; d < cross->model->problem.n_dims; d++)
        if (!as_uses(plan, d))
            most.share *= (double)cross->link[d]->tile / cross->link[d]->points;
    for (int n = 0; n < plan->n_lines; n++)
        for (int x = 0; x < 2 && plan->line[n].dim[x] >= 0; x++) {
            if (goes_on_around(cross, &plan->line[n]))
                raise(
                    &most, repeated_words(cross,
                               stored_part(cross, cross->class.around_c, cross->class.around->moves), -1, 0));
            int d = plan->line[n].dim[x], other = plan->line[n].dim[1 - x];
            if (cross->link[d]->own_moves <= 0 || (other >= 0 && cross->link[other]->innermost >= 0))
                continue;
            double part = stored_part(cross, d, cross->link[d]->own_moves);
            raise(&most, repeated_words(cross, part, other < 0 ? -1 : n, x));
        }
    return most;
}

/* most: of all classes. */
static struct words words_of_class(const struct cross *cross, struct words most)
{
    int c = cross->class.c;
    if (c >= 0 && as_uses(&cross->model->tensor[cross->t], c) && cross->link[c]->moves > 0)
        raise(&most, moved_words(cross));
    if (most.copies < most.words && !cross->clip)
        most.copies = most.words;
    most.share = min(most.share, 1);
    return most;
}

/* ---- the boundary ---- */

/* Words of a tensor on the way between a level and the one that hands it the tensor, at least. */
struct flow {
    int outer; /* -1: the level does not keep it */
    double down, up, share, pj;
    const struct as_ends *ends;
};

/* Words that the model of time may leave out (bound.c says why). */
static double unsaid(const struct cross *cross, bool below_array)
{
    const struct as_tensor_plan *plan = &cross->model->tensor[cross->t];
    double first = 1, stored = 1;
    for (int i = 0; i < plan->n_lines && cross->clip; i++) {
        const struct as_line *line = &plan->line[i];
        double most = 1, last = 0, coef[2] = {(double)line->a, (double)line->b};
        for (int x = 0; x < 2 && line->dim[x] >= 0; x++) {
            most += coef[x] * (double)(cross->link[line->dim[x]]->tile - 1);
            last += coef[x] * (double)(cross->model->problem.dim[line->dim[x]].extent - 1);
        }
        if (line->padded && below_array)
            return INFINITY;
        double pad = !line->padded ? 0
                                   : (line->low > 0 ? (double)line->low : 0) +
                                         ((double)line->high < last ? last - (double)line->high : 0);
        first *= most;
        stored *= most > pad ? most - pad : 0;
    }
    return first - stored;
}

/* A tensor on its way into a level, whatever the class is. */
struct course {
    struct cross cross;
    int outer;             /* the level that hands it on */
    bool clip, below;      /* an array */
    struct words words[2]; /* with the padding that is filled in [1] or as handed on [0] */
    double missing;
    struct as_ends ends;
};

/* What was asked for last: of one class after the other most is the same. */
struct as_latest {
    const struct as_link *link[AS_MAX_DIMS], *around;
    int around_c;
    bool known;
    struct course course[AS_MAX_TENSORS];
};

static void find_sums(struct cross *cross)
{
    const struct as_tensor_plan *plan = &cross->model->tensor[cross->t];
    for (int n = 0; n < plan->n_lines; n++) {
        const struct as_line *line = &plan->line[n];
        bool two = line->dim[0] >= 0 && line->dim[1] >= 0;
        cross->sums[n] = two ? as_line_sums(cross->crossings, cross->t, n, line, cross->link[line->dim[0]],
                                   cross->link[line->dim[1]])
                             : NULL;
    }
}

static void find_course(struct course *course, int l)
{
    struct cross *cross = &course->cross;
    const struct as_accel *accel = &cross->model->accel;
    const unsigned *keeps = cross->crossings->keeps;
    int t = cross->t;
    course->below = cross->crossings->array >= 0 && l > cross->crossings->array;
    course->outer = l - 1;
    while (course->outer > 0 && !(keeps[course->outer] >> t & 1))
        course->outer--;
    course->clip = t != cross->model->problem.output && course->outer == 0 && !accel->padding_stored;
    find_sums(cross);
    cross->clip = false;
    if (course->clip && !course->below)
        course->words[1] = words_of_all(cross);
    cross->clip = course->clip;
    course->words[0] = words_of_all(cross);
    course->missing = unsaid(cross, course->below);
    course->ends =
        as_ends_of(cross->model, t, l, cross->clip, cross->link, cross->class.around_c, cross->class.around);
}

static struct as_latest *look_at(
    struct as_crossings *crossings, int l, const struct as_class *class, const struct as_link *const *link)
{
    struct as_latest *latest = &crossings->latest[l];
    int n = crossings->plans->model->problem.n_dims;
    size_t size = (size_t)n * sizeof *link;
    if (latest->known && latest->around == class->around && latest->around_c == class->around_c &&
        memcmp(latest->link, link, size) == 0)
        return latest;
    memcpy(latest->link, link, size);
    latest->around = class->around;
    latest->around_c = class->around_c;
    latest->known = true;
    for (int t = 0; t < crossings->plans->model->problem.n_tensors; t++)
        if (crossings->keeps[l] >> t & 1) {
            latest->course[t].cross.class = *class;
            find_course(&latest->course[t], l);
        }
    return latest;
}

static struct flow flow_of(struct course *course, int l, int c)
{
    struct cross *cross = &course->cross;
    const struct as_accel *accel = &cross->model->accel;
    int t = cross->t;
    struct flow flow = {.outer = course->outer, .ends = &course->ends};
    const struct as_level *from = &accel->level[flow.outer], *to = &accel->level[l];
    cross->class.c = c;
    struct words words = words_of_class(cross, course->words[0]);
    double copies = course->below ? words.copies : words.words;
    flow.share = words.share;
    if (t == cross->model->problem.output) {
        double touched = cross->crossings->touched[t];
        flow.up = words.words;
        flow.down = words.words > touched ? words.words - touched : 0;
        flow.pj = flow.up * from->write_pj + flow.down * (from->read_pj + to->write_pj + from->hop_pj) +
                  (accel->accounting != AS_TIMELOOP ? copies * to->read_pj : 0) +
                  (copies - words.words) * from->hop_pj;
        return flow;
    }
    if (course->clip && !course->below) { /* what is read without padding is filled with it */
        cross->clip = false;
        copies = words_of_class(cross, course->words[1]).words;
        cross->clip = true;
    }
    flow.pj = words.words * from->read_pj + copies * (to->write_pj + from->hop_pj);
    flow.down = words.words > course->missing ? words.words - course->missing : 0;
    return flow;
}

/* Cycles on a port of what sequences begin with, or end with: of all tensors, and of one of them at least. */
struct ends {
    double words, most;
};

static void load_ends(const struct as_ends *of_one, double rate, struct ends *ends)
{
    ends->words += of_one->words;
    ends->most = max(ends->most, of_one->times * as_whole(of_one->each / rate));
}

static void load_port(const struct as_model *model, const struct as_port *port, int m,
    const struct flow *flow, struct as_crossing *crossing)
{
    double down = 0, up = 0, rate = port->words_per_cycle;
    struct ends begin = {0, 0}, end = {0, 0};
    for (int t = 0; t < model->problem.n_tensors; t++) {
        unsigned role = (unsigned)model->tensor[t].role;
        if (flow[t].outer < 0 || flow[t].outer > m || model->instances[flow[t].outer] > 1)
            continue;
        double own = (port->down & role ? flow[t].down : 0) + (port->up & role ? flow[t].up : 0);
        down += port->down & role ? flow[t].down : 0;
        up += port->up & role ? flow[t].up : 0;
        if (t != model->problem.output && (port->down & role))
            load_ends(flow[t].ends, rate, &begin);
        if (t == model->problem.output && (port->up & role))
            load_ends(flow[t].ends, rate, &end);
        /* Words of the output that leave and come back move in different steps. */
        own = t == model->problem.output ? (port->up & role ? flow[t].up : 0) : own;
        crossing->stall[t] = max(crossing->stall[t], own / rate);
        crossing->share[t] = flow[t].share;
    }
    crossing->down = max(crossing->down, down / rate);
    crossing->up = max(crossing->up, up / rate);
    crossing->both = max(crossing->both, (down + up) / rate);
    crossing->begin = max(crossing->begin, max(begin.most, begin.words / rate));
    crossing->end = max(crossing->end, max(end.most, end.words / rate));
}

void as_cross(struct as_crossings *crossings, int l, struct as_class class, const struct as_link *const *link,
    struct as_crossing *crossing)
{
    const struct as_model *model = crossings->plans->model;
    struct as_latest *latest = look_at(crossings, l, &class, link);
    struct flow flow[AS_MAX_TENSORS];
    *crossing = (struct as_crossing){.sequences = 1};
    for (int d = 0; d < model->problem.n_dims; d++)
        crossing->sequences *= link[d]->outer;
    crossing->tail = l == 1 ? as_ends_last(model, crossings->keeps, link) : crossing->sequences;
    for (int t = 0; t < model->problem.n_tensors; t++) {
        flow[t] = (struct flow){.outer = -1};
        if (!(crossings->keeps[l] >> t & 1))
            continue;
        flow[t] = flow_of(&latest->course[t], l, class.c);
        crossing->pj += flow[t].pj;
    }
    for (int m = 0; m < l; m++)
        for (int p = 0; p < model->accel.level[m].n_ports; p++)
            if (model->accel.level[m].port[p].words_per_cycle > 0)
                load_port(model, &model->accel.level[m].port[p], m, flow, crossing);
}

double as_cross_one(struct as_crossings *crossings, int l, int t, struct as_class class, unsigned inside,
    const struct as_link *const *link)
{
    struct course *course = &look_at(crossings, l, &class, link)->course[t];
    course->cross.inside = inside;
    double pj = flow_of(course, l, class.c).pj;
    course->cross.inside = 0;
    return pj;
}

/* ---- what depends on the problem alone ---- */

bool as_crossings_cover(const struct as_model *model)
{
    for (int l = 0; l < model->accel.n_levels; l++)
        if (model->accel.level[l].n_axes > 0 && l != model->accel.n_levels - 2)
            return false;
    return model->covered && model->accel.n_levels > 2 && model->accel.accounting == AS_NAAS;
}

void as_crossings_init(struct as_crossings *crossings, struct naas_ctx *ctx, const struct as_plans *plans)
{
    const struct as_model *model = plans->model;
    int array = model->accel.n_levels - 2;
    memset(crossings, 0, sizeof *crossings);
    crossings->ctx = ctx;
    crossings->plans = plans;
    crossings->array = array >= 0 && model->accel.level[array].n_axes > 0 ? array : -1;
    crossings->links = as_links_new(ctx, plans);
    crossings->sums = as_line_sums_new(ctx);
    crossings->latest = naas_alloc(ctx, AS_MAX_LEVELS, sizeof *crossings->latest);
    for (int l = 0; l < AS_MAX_LEVELS; l++)
        for (int t = 0; t < AS_MAX_TENSORS; t++) {
            struct cross *cross = &crossings->latest[l].course[t].cross;
            *cross = (struct cross){
                .crossings = crossings, .model = model, .link = crossings->latest[l].link, .t = t, .l = l};
        }
    for (int t = 0; t < model->problem.n_tensors; t++) {
        crossings->touched[t] = crossings->read[t] = 1;
        for (int i = 0; i < model->tensor[t].n_lines; i++) {
            const struct as_line *line = &model->tensor[t].line[i];
            crossings->line_touched[t][i] = as_line_elements(model, line, false);
            crossings->line_read[t][i] = as_line_elements(model, line, true);
            crossings->touched[t] *= crossings->line_touched[t][i];
            crossings->read[t] *= crossings->line_read[t][i];
        }
    }
}

void as_crossings_keep(struct as_crossings *crossings, const unsigned *keeps)
{
    const struct as_model *model = crossings->plans->model;
    double macs = (double)model->macs;
    memcpy(crossings->keeps, keeps, sizeof crossings->keeps);
    for (int l = 0; l < model->accel.n_levels; l++)
        crossings->latest[l].known = false;
    crossings->fixed_pj =
        macs * model->accel.mac_pj + (double)model->problem.finish_reads * model->accel.level[0].read_pj;
    for (int t = 0; t < model->problem.n_tensors; t++) {
        int l = model->accel.n_levels - 1;
        while (l > 0 && !(keeps[l] >> t & 1))
            l--;
        crossings->fixed_pj += macs * model->accel.level[l].read_pj;
        if (t == model->problem.output)
            crossings->fixed_pj += macs * model->accel.level[l].write_pj;
    }
}

bool as_cross_starts_over(
    const struct as_crossings *crossings, int t, int d, const struct as_link *const *link)
{
    const struct as_model *model = crossings->plans->model;
    for (int n = 0; n < model->tensor[t].n_lines && link[d]->own_moves >= 1; n++) {
        const struct as_line *line = &model->tensor[t].line[n];
        for (int x = 0; x < 2; x++)
            if (line->dim[x] == d)
                return line->dim[1] < 0 ||
                       (link[line->dim[1 - x]]->innermost < 0 &&
                           shared(link, line, step_of(link, line, x) * (double)(link[d]->trips - 1)) <= 0);
    }
    return false;
}

unsigned as_cross_classes(
    const struct as_crossings *crossings, const struct as_link *const *link, int known, bool *none)
{
    unsigned any = 0, innermost = 0;
    int deepest = -1, n = crossings->plans->model->problem.n_dims;
    *none = true;
    for (int d = 0; d < n; d++) {
        deepest = link[d]->innermost > deepest ? link[d]->innermost : deepest;
        *none = *none && link[d]->block >= crossings->plans->model->problem.dim[d].extent;
    }
    for (int d = 0; d < n && deepest >= 0; d++) {
        any |= (unsigned)(link[d]->innermost >= 0) << d;
        innermost |= (unsigned)(link[d]->innermost == deepest) << d;
    }
    return deepest >= known ? innermost : any;
}

/* Beside the last tile of a sequence nothing comes in. */
double as_cross_busy(const struct as_crossing *crossing)
{
    return max(crossing->both, crossing->down + crossing->tail + crossing->end);
}

double as_cross_time(const struct as_model *model, int l, const struct as_crossing *crossing, double inside)
{
    if (model->accel.level[l].buffers < 2)
        return inside + crossing->down + crossing->up;
    double time = max(inside + crossing->begin + crossing->end, as_cross_busy(crossing));
    for (int t = 0; t < model->problem.n_tensors && l == model->accel.n_levels - 1; t++) {
        double other = max(inside * (1 - crossing->share[t]), crossing->sequences);
        time = max(time, crossing->stall[t] + (t == model->problem.output ? crossing->begin : crossing->end) +
                             (crossing->stall[t] > 0 ? other : inside * (1 - crossing->share[t])));
    }
    return time;
}
