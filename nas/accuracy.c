#include "nas/accuracy.h"
#include "accelsearch/jsonform.h"
#include "nas/regression.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum kind { REGRESSION, PERCEPTRON, TABLE, COMMAND };

/* Terms of a regression. */
enum term { LOG_MACS, LOG_MACS_SQUARED, LOG_PARAMETERS, INVERSE_MACS, N_TERM_KINDS };
static const char *const term_names[] = {"log_macs", "log_macs_squared", "log_parameters", "inverse_macs"};

struct layer {
    int n_in, n_out;
    double *weight, *bias; /* [out][in], [out] */
};

struct row {
    char code[NAS_CODE];
    double top1, error;
};

struct nas_oracle {
    const struct nas_space *space;
    enum kind kind;
    char *words;
    double error;

    struct nas_regression fit;
    int n_terms;
    enum term term[NAS_MAX_TERMS];

    int n_inputs, n_layers;
    int *gene; /* of an input, which is 1 where the gene has the value */
    double *value;
    struct layer *layer;
    double scale, offset;

    int n_rows;
    struct row *row; /* sorted by code */

    const char *command;
};

/* ---- regression ---- */

static void fill_row(const struct nas_oracle *oracle, struct nas_size size, double row[NAS_MAX_TERMS])
{
    double macs = log(size.macs);
    row[0] = 1;
    for (int t = 0; t < oracle->n_terms; t++)
        switch (oracle->term[t]) {
        case LOG_MACS:
            row[t + 1] = macs;
            break;
        case LOG_MACS_SQUARED:
            row[t + 1] = macs * macs;
            break;
        case LOG_PARAMETERS:
            row[t + 1] = log(size.parameters);
            break;
        default:
            row[t + 1] = 1e9 / size.macs;
        }
}

static void read_regression(struct naas_ctx *ctx, struct json_node root, struct nas_oracle *oracle)
{
    double(*row)[NAS_MAX_TERMS] = naas_alloc(ctx, NAS_MAX_POINTS, sizeof *row), top1[NAS_MAX_POINTS];
    struct json_node terms = json_need(root, "terms"), points = json_need(root, "points");
    int n = json_length(points);
    oracle->n_terms = json_length(terms);
    if (oracle->n_terms < 1 || oracle->n_terms >= NAS_MAX_TERMS || n > NAS_MAX_POINTS) {
        json_error(
            root, "1 to %d terms and at most %d points are possible", NAS_MAX_TERMS - 1, NAS_MAX_POINTS);
        return;
    }
    for (int t = 0; t < oracle->n_terms; t++)
        oracle->term[t] = (enum term)json_choice(json_at(terms, t), term_names, N_TERM_KINDS, LOG_MACS);
    for (int p = 0; p < n; p++) {
        struct json_node point = json_at(points, p);
        as_json_notes(point);
        struct nas_size size = {json_number(json_need(point, "macs"), 1, 1e15, 1),
            json_number(json_need(point, "parameters"), 1, 1e15, 1)};
        top1[p] = json_number(json_need(point, "top1"), 0, 100, 0);
        fill_row(oracle, size, row[p]);
    }
    if (!nas_regression_fit(&oracle->fit, oracle->n_terms + 1, n, row, top1))
        json_error(points, "%d points do not determine %d terms and a constant", n, oracle->n_terms);
    oracle->error = oracle->fit.leave_one_out;
    oracle->words = naas_format(ctx,
        "a regression on %d published points: predicted, not measured; leaving one out it is off by %.2f "
        "points (rms), %.2f at most",
        n, oracle->fit.leave_one_out, oracle->fit.largest);
}

/* ---- perceptron ---- */

static int find_gene(const struct nas_space *space, const char *name)
{
    for (int g = 0; g < space->n_genes; g++)
        if (strcmp(space->gene[g].name, name) == 0)
            return g;
    return -1;
}

static void read_inputs(struct naas_ctx *ctx, struct json_node inputs, struct nas_oracle *oracle)
{
    oracle->n_inputs = json_length(inputs);
    oracle->gene = naas_alloc(ctx, (size_t)oracle->n_inputs + 1, sizeof *oracle->gene);
    oracle->value = naas_alloc(ctx, (size_t)oracle->n_inputs + 1, sizeof *oracle->value);
    for (int i = 0; i < oracle->n_inputs; i++) {
        struct json_node input = json_at(inputs, i);
        if (json_length(input) != 2) {
            json_error(input, "an input is [gene, value]");
            continue;
        }
        const char *name = json_string(json_at(input, 0), "");
        oracle->gene[i] = find_gene(oracle->space, name);
        oracle->value[i] = json_number(json_at(input, 1), -1e9, 1e9, 0);
        if (oracle->gene[i] < 0) {
            json_error(input, "space %s has no gene '%s'", oracle->space->name, name);
            oracle->gene[i] = 0;
        }
    }
}

static void read_layer(struct naas_ctx *ctx, struct json_node node, int n_in, struct layer *layer)
{
    struct json_node weights = json_need(node, "weights"), bias = json_get(node, "bias");
    layer->n_in = n_in;
    layer->n_out = json_length(weights);
    layer->weight = naas_alloc(ctx, (size_t)layer->n_out * (size_t)n_in + 1, sizeof *layer->weight);
    layer->bias = naas_alloc(ctx, (size_t)layer->n_out + 1, sizeof *layer->bias);
    if (json_present(bias) && json_length(bias) != layer->n_out)
        json_error(bias, "%d numbers belong here, one for each row of the weights", layer->n_out);
    for (int o = 0; o < layer->n_out; o++) {
        struct json_node row = json_at(weights, o);
        layer->bias[o] = json_present(bias) ? json_number(json_at(bias, o), -1e9, 1e9, 0) : 0;
        if (json_length(row) != n_in) {
            json_error(row, "%d numbers belong here, one for each input", n_in);
            return;
        }
        /* The items of an array are a list: walk it instead of counting from its start. */
        int i = 0;
        for (const cJSON *item = row.item->child; item; item = item->next, i++)
            if (cJSON_IsNumber(item))
                layer->weight[o * n_in + i] = item->valuedouble;
            else
                json_error(json_at(row, i), "a number belongs here");
    }
}

static void read_perceptron(struct naas_ctx *ctx, struct json_node root, struct nas_oracle *oracle)
{
    read_inputs(ctx, json_need(root, "inputs"), oracle);
    struct json_node layers = json_need(root, "layers");
    oracle->n_layers = json_length(layers);
    oracle->layer = naas_alloc(ctx, (size_t)oracle->n_layers + 1, sizeof *oracle->layer);
    int n = oracle->n_inputs;
    for (int l = 0; l < oracle->n_layers; l++) {
        read_layer(ctx, json_at(layers, l), n, &oracle->layer[l]);
        n = oracle->layer[l].n_out;
    }
    if (oracle->n_layers < 1 || n != 1)
        json_error(layers, "the last layer has one row of weights");
    oracle->scale = json_number(json_get(root, "scale"), -1e9, 1e9, 1);
    oracle->offset = json_number(json_get(root, "offset"), -1e9, 1e9, 0);
    oracle->error = json_number(json_get(root, "error"), 0, 100, NAN);
    oracle->words = naas_format(ctx, "a trained predictor: predicted, not measured; %s",
        isnan(oracle->error) ? "its file states no error"
                             : naas_format(ctx, "its file states an error of %.2f points", oracle->error));
}

static bool perceptron(
    struct naas_ctx *ctx, const struct nas_oracle *oracle, const struct nas_subnet *subnet, double *value)
{
    double *x = naas_alloc(ctx, (size_t)oracle->n_inputs + 1, sizeof *x);
    bool *seen = naas_alloc(ctx, NAS_MAX_GENES, sizeof *seen),
         *wanted = naas_alloc(ctx, NAS_MAX_GENES, sizeof *wanted);
    for (int i = 0; i < oracle->n_inputs; i++) {
        int g = oracle->gene[i];
        double choice = nas_choice(oracle->space, subnet, g);
        wanted[g] = wanted[g] || !isnan(choice);
        x[i] = fabs(choice - oracle->value[i]) < 1e-9;
        seen[g] = seen[g] || x[i] > 0;
    }
    for (int g = 0; g < NAS_MAX_GENES; g++)
        if (wanted[g] && !seen[g])
            return false; /* a choice it was not trained for */
    for (int l = 0; l < oracle->n_layers; l++) {
        const struct layer *layer = &oracle->layer[l];
        double *y = naas_alloc(ctx, (size_t)layer->n_out + 1, sizeof *y);
        for (int o = 0; o < layer->n_out; o++) {
            y[o] = layer->bias[o];
            for (int i = 0; i < layer->n_in; i++)
                y[o] += layer->weight[o * layer->n_in + i] * x[i];
            if (l + 1 < oracle->n_layers && y[o] < 0)
                y[o] = 0;
        }
        x = y;
    }
    *value = oracle->scale * x[0] + oracle->offset;
    return true;
}

/* ---- table ---- */

static int compare_rows(const void *a, const void *b)
{
    return strcmp(((const struct row *)a)->code, ((const struct row *)b)->code);
}

/* code,top1[,error] */
static const char *read_row(
    struct naas_ctx *ctx, const struct nas_oracle *oracle, char *line, struct row *row)
{
    struct nas_subnet subnet;
    char *top1 = strchr(line, ','), *end;
    if (!top1)
        return "it has no second column";
    *top1++ = '\0';
    if (!nas_decode(oracle->space, line, &subnet))
        return naas_format(ctx, "'%s' is no subnet of %s", line, oracle->space->name);
    *row = (struct row){.error = NAN};
    strcpy(row->code, line);
    row->top1 = strtod(top1, &end);
    if (end == top1 || (*end && *end != ',') || !(row->top1 >= 0 && row->top1 <= 100))
        return naas_format(ctx, "'%s' is no accuracy in percent", top1);
    if (*end != ',')
        return NULL;
    char *error = end + 1;
    row->error = strtod(error, &end);
    return end == error || *end || !(row->error >= 0) ? naas_format(ctx, "'%s' is no error", error) : NULL;
}

static enum naas_status read_table(struct naas_ctx *ctx, const char *path, struct nas_oracle *oracle)
{
    char *text;
    int capacity = 0;
    unsigned number = 0;
    enum naas_status status = naas_read_file(ctx, path, &text, NULL);
    if (status != NAAS_OK)
        return status;
    for (char *line = text, *next; line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        line[strcspn(line, "\r")] = '\0';
        if (++number == 1 || !*line) {
            if (number == 1 && strcmp(line, "code,top1") != 0 && strcmp(line, "code,top1,error") != 0) {
                naas_diag(ctx, NAAS_ERROR, (struct naas_loc){path, 1, 1},
                    "a table of accuracies begins with code,top1 or code,top1,error");
                return NAAS_BAD_INPUT;
            }
            continue;
        }
        oracle->row = naas_grow(ctx, oracle->row, oracle->n_rows, &capacity, sizeof *oracle->row);
        const char *fault = read_row(ctx, oracle, line, &oracle->row[oracle->n_rows++]);
        if (fault) {
            naas_diag(ctx, NAAS_ERROR, (struct naas_loc){path, number, 1}, "%s", fault);
            return NAAS_BAD_INPUT;
        }
    }
    if (oracle->n_rows == 0) {
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = path}, "the table is empty");
        return NAAS_BAD_INPUT;
    }
    qsort(oracle->row, (size_t)oracle->n_rows, sizeof *oracle->row, compare_rows);
    oracle->words =
        naas_format(ctx, "the table %s of %d subnets, with the errors it states", path, oracle->n_rows);
    return NAAS_OK;
}

static bool look_up(
    const struct nas_oracle *oracle, const struct nas_subnet *subnet, struct nas_accuracy *accuracy)
{
    struct row key;
    nas_code(oracle->space, subnet, key.code);
    const struct row *row =
        bsearch(&key, oracle->row, (size_t)oracle->n_rows, sizeof *oracle->row, compare_rows);
    if (!row)
        return false;
    accuracy->top1 = row->top1;
    accuracy->error = row->error;
    return true;
}

/* ---- command ---- */

static enum naas_status bad_answer(struct naas_ctx *ctx, const struct nas_oracle *oracle, const char *what)
{
    naas_diag(
        ctx, NAAS_ERROR, (struct naas_loc){0}, "the command for accuracies, %s, %s", oracle->command, what);
    return NAAS_BAD_INPUT;
}

static enum naas_status read_answers(struct naas_ctx *ctx, const struct nas_oracle *oracle, FILE *answers,
    int n, struct nas_accuracy *accuracy)
{
    char line[256];
    for (int i = 0; i < n; i++) {
        if (!fgets(line, sizeof line, answers))
            return bad_answer(ctx, oracle, naas_format(ctx, "answered %d of %d subnets", i, n));
        char *end, *error;
        if (line[0] == '-')
            continue;
        accuracy[i].top1 = strtod(line, &end);
        if (end == line || !(accuracy[i].top1 >= 0 && accuracy[i].top1 <= 100))
            return bad_answer(
                ctx, oracle, naas_format(ctx, "wrote no percentage: %.*s", (int)strcspn(line, "\n"), line));
        accuracy[i].error = strtod(end, &error);
        if (error == end)
            accuracy[i].error = NAN;
        accuracy[i].known = true;
    }
    return NAAS_OK;
}

/* The questions lie in memory as a file does, so that neither side waits for the other. */
static enum naas_status ask_command(struct naas_ctx *ctx, const struct nas_oracle *oracle, int n,
    const struct nas_subnet *subnet, const struct nas_size *size, struct nas_accuracy *accuracy)
{
    char code[NAS_CODE];
    int descriptor = memfd_create("subnets", 0);
    FILE *questions = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (!questions)
        return bad_answer(ctx, oracle, naas_format(ctx, "cannot be asked: %s", strerror(errno)));
    for (int i = 0; i < n; i++) {
        nas_code(oracle->space, &subnet[i], code);
        fprintf(questions, "%s %.0f %.0f\n", code, size[i].macs, size[i].parameters);
    }
    enum naas_status status = fflush(questions) == 0 ? NAAS_OK : bad_answer(ctx, oracle, "cannot be asked");
    const char *command = naas_format(ctx, "(%s) </dev/fd/%d", oracle->command, descriptor);
    FILE *answers = status == NAAS_OK ? popen(command, "r") : NULL;
    if (status == NAAS_OK)
        status = answers ? read_answers(ctx, oracle, answers, n, accuracy)
                         : bad_answer(ctx, oracle, "cannot be run");
    if (answers && pclose(answers) != 0 && status == NAAS_OK)
        status = bad_answer(ctx, oracle, "failed");
    fclose(questions);
    return status;
}

/* ---- all of them ---- */

static enum naas_status read_json(struct naas_ctx *ctx, const char *path, struct nas_oracle *oracle)
{
    static const char *const methods[] = {"regression", "perceptron"};
    struct json_node root;
    enum naas_status status = json_parse_file(ctx, path, &root);
    if (status != NAAS_OK)
        return status;
    json_expect_kind(root, "accuracy");
    struct json_node of = json_need(root, "space"), source = json_need(root, "source"),
                     caveat = json_get(root, "caveat");
    if (strcmp(json_string(of, ""), oracle->space->name) != 0)
        json_error(of, "these are accuracies of %s, not of %s", json_string(of, "?"), oracle->space->name);
    const char *from = json_string(source, ""), *but = json_present(caveat) ? json_string(caveat, "") : NULL;
    json_get(root, "notes");
    oracle->kind = json_choice(json_need(root, "method"), methods, 2, 0) ? PERCEPTRON : REGRESSION;
    if (oracle->kind == REGRESSION)
        read_regression(ctx, root, oracle);
    else
        read_perceptron(ctx, root, oracle);
    if (oracle->words)
        oracle->words =
            naas_format(ctx, "%s; source: %s%s%s", oracle->words, from, but ? "; " : "", but ? but : "");
    return json_done(root);
}

enum naas_status nas_oracle_open(
    struct naas_ctx *ctx, const char *source, const struct nas_space *space, struct nas_oracle **oracle)
{
    struct nas_oracle *o = *oracle = naas_alloc(ctx, 1, sizeof *o);
    size_t length = strlen(source);
    o->space = space;
    o->error = NAN;
    if (source[0] == '|') {
        o->kind = COMMAND;
        o->command = source + 1;
        o->words = naas_format(ctx, "what the command %s says, with the errors it states", o->command);
        return NAAS_OK;
    }
    if (length > 4 && strcmp(source + length - 4, ".csv") == 0) {
        o->kind = TABLE;
        return read_table(ctx, source, o);
    }
    return read_json(ctx, source, o);
}

enum naas_status nas_oracle_ask(struct naas_ctx *ctx, const struct nas_oracle *oracle, int n,
    const struct nas_subnet *subnet, const struct nas_size *size, struct nas_accuracy *accuracy)
{
    double row[NAS_MAX_TERMS];
    for (int i = 0; i < n; i++)
        accuracy[i] = (struct nas_accuracy){.error = oracle->error};
    if (oracle->kind == COMMAND)
        return n ? ask_command(ctx, oracle, n, subnet, size, accuracy) : NAAS_OK;
    for (int i = 0; i < n; i++) {
        if (oracle->kind == TABLE) {
            accuracy[i].known = look_up(oracle, &subnet[i], &accuracy[i]);
        } else if (oracle->kind == PERCEPTRON) {
            accuracy[i].known = perceptron(ctx, oracle, &subnet[i], &accuracy[i].top1);
        } else {
            fill_row(oracle, size[i], row);
            accuracy[i].known = nas_regression_at(&oracle->fit, row, &accuracy[i].top1);
        }
    }
    return NAAS_OK;
}

struct nas_subnet nas_oracle_draw(const struct nas_oracle *oracle, struct as_random *random)
{
    struct nas_subnet subnet;
    if (oracle->kind != TABLE)
        return nas_draw(oracle->space, random);
    nas_decode(oracle->space, oracle->row[as_random_below(random, oracle->n_rows)].code, &subnet);
    return subnet;
}

bool nas_oracle_lists(const struct nas_oracle *oracle)
{
    return oracle->kind == TABLE;
}

const char *nas_oracle_words(const struct nas_oracle *oracle)
{
    return oracle->words;
}
