#include "described.h"
#include "frontend/frontend.h"
#include "polyhedral/polyhedral.h"
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct parsed {
    struct naas_ctx *ctx;
    enum naas_status status;
    struct poly_scop *scop;
    struct poly_plan *plan;
};

static enum naas_status parse(struct parsed *p, const char *source, bool reassociate)
{
    struct poly_options options = {.reassociate = reassociate};
    struct fe_options fe_options = {0};
    struct fe_unit *unit;
    char path[] = "/tmp/naas_problem_XXXXXX.c";
    int fd = mkstemps(path, 2);
    enum naas_status status;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, source, strlen(source)), strlen(source));
    close(fd);
    status = fe_parse(p->ctx, path, &fe_options, &unit);
    unlink(path);
    if (status != NAAS_OK || unit->n_nests != 1)
        return NAAS_BAD_INPUT;
    status = poly_scop_build(p->ctx, unit->nest[0], &options, &p->scop);
    return status != NAAS_OK ? status : poly_plan_build(p->ctx, p->scop, &p->plan);
}

static void put_axis(struct naas_buf *out, const struct as_problem *p, const struct as_axis *axis)
{
    naas_buf_puts(out, "[");
    for (int i = 0; i < axis->n_terms; i++) {
        naas_buf_puts(out, i ? "+" : "");
        if (axis->term[i].coef != 1)
            naas_buf_printf(out, "%d", (int)axis->term[i].coef);
        naas_buf_puts(out, p->dim[axis->term[i].dim].name);
    }
    if (axis->offset || axis->n_terms == 0)
        naas_buf_printf(out, axis->n_terms ? "%+d" : "%d", (int)axis->offset);
    naas_buf_printf(out, ":%d]", (int)axis->extent);
}

/* As described.h has it. */
static void put_problem(struct naas_buf *out, const struct poly_problem *problem)
{
    static const char *const reduces[] = {"sum", "max", "min", "none"};
    static const char *const inits[] = {"neutral", "memory", "operand"};
    const struct as_problem *p = &problem->problem;

    for (int d = 0; d < p->n_dims; d++)
        naas_buf_printf(out, "%s%s%d%s", d ? " " : "", p->dim[d].name, (int)p->dim[d].extent,
            p->dim[d].kind == AS_REDUCTION ? "*" : "");
    for (int t = 0; t < p->n_tensors; t++) {
        naas_buf_printf(out, "; %s %s",
            p->tensor[t].role == AS_INPUT    ? "in"
            : p->tensor[t].role == AS_WEIGHT ? "w"
                                             : "out",
            p->tensor[t].name);
        for (int j = 0; j < p->tensor[t].rank; j++)
            put_axis(out, p, &p->tensor[t].axis[j]);
    }
    naas_buf_printf(out, "; %s %s %s %d;", reduces[p->reduce], p->combine == AS_PRODUCT ? "product" : "copy",
        inits[p->init], (int)p->finish_reads);
    for (int i = 0; i < problem->n_finish; i++)
        naas_buf_printf(out, " S%d", problem->finish[i].stmt->id);
    if (problem->update->n_guards && problem->guards_implied)
        naas_buf_printf(out, "; fill %g", problem->fill[0]);
    naas_buf_puts(out, problem->guards_implied ? "" : "; guarded");
    naas_buf_puts(out, problem->finish_last ? "; last" : "");
}

/* i(S0 j(S1)) */
static void put_nodes(struct naas_buf *out, int n, const struct fe_node *node)
{
    for (int i = 0; i < n; i++) {
        naas_buf_puts(out, i ? " " : "");
        if (node[i].stmt) {
            naas_buf_printf(out, "S%d", node[i].stmt->id);
            continue;
        }
        naas_buf_printf(out, "%s(", node[i].loop->name);
        put_nodes(out, node[i].n_children, node[i].child);
        naas_buf_puts(out, ")");
    }
}

/* Parts between " | ", those of the host as their loops, then the buffers. */
static const char *described(const struct parsed *parsed)
{
    const struct poly_plan *plan = parsed->plan;
    struct naas_buf out = naas_buf_new(parsed->ctx);

    for (int i = 0; i < plan->n_parts; i++) {
        naas_buf_puts(&out, i ? " | " : "");
        if (plan->part[i].problem)
            put_problem(&out, plan->part[i].problem);
        else
            put_nodes(&out, plan->part[i].n_roots, plan->part[i].root);
    }
    for (int i = 0; i < plan->n_buffers; i++) {
        naas_buf_printf(&out, "; via %s", plan->buffer[i]->name);
        for (int j = 0; j < plan->buffer[i]->rank; j++)
            naas_buf_printf(&out, "[%d]", (int)plan->buffer[i]->extent[j]);
    }
    return out.text;
}

static const char *messages(const struct naas_ctx *ctx)
{
    struct naas_buf out = naas_buf_new((struct naas_ctx *)(uintptr_t)ctx);

    for (int i = 0; i < naas_n_diags(ctx); i++) {
        const struct naas_diagnostic *diag = naas_diag_at(ctx, i);

        naas_buf_printf(&out, "%u:%u: %s\n", diag->loc.line, diag->loc.column, diag->message);
    }
    return out.text;
}

void accepts(const char *source, const char *expected)
{
    struct parsed p = {.ctx = naas_ctx_new()};

    if (parse(&p, source, true) != NAAS_OK) {
        print_error("%s\n%s", source, messages(p.ctx));
        fail();
    }
    assert_string_equal(described(&p), expected);
    poly_scop_free(p.scop);
    naas_ctx_free(p.ctx);
}

void refuses_with(const char *source, bool reassociate, const char *expected)
{
    struct parsed p = {.ctx = naas_ctx_new()};
    enum naas_status status = parse(&p, source, reassociate);

    if (status != NAAS_UNSUPPORTED)
        print_error("%s\n%s", source, messages(p.ctx));
    assert_int_equal(status, NAAS_UNSUPPORTED);
    assert_string_equal(messages(p.ctx), expected);
    poly_scop_free(p.scop);
    naas_ctx_free(p.ctx);
}

void refuses(const char *source, const char *expected)
{
    refuses_with(source, true, expected);
}
