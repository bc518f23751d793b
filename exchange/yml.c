#include "exchange/yml.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

struct yml_document {
    struct naas_ctx *ctx;
    const char *path;
    yaml_document_t yaml;
    bool failed;
};

enum naas_status yml_read(struct naas_ctx *ctx, const char *path, struct yml_node *root)
{
    char *text;
    size_t length;
    yaml_parser_t parser;
    struct yml_document *document = naas_alloc(ctx, 1, sizeof *document);
    *root = (struct yml_node){NULL, 0};
    enum naas_status status = naas_read_file(ctx, path, &text, &length);
    if (status != NAAS_OK)
        return status;
    document->ctx = ctx;
    document->path = naas_strdup(ctx, path);
    if (!yaml_parser_initialize(&parser))
        return NAAS_SYSTEM;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    if (yaml_parser_load(&parser, &document->yaml)) {
        *root = (struct yml_node){document, yaml_document_get_root_node(&document->yaml) ? 1 : 0};
    } else {
        naas_diag(ctx, NAAS_ERROR,
            (struct naas_loc){document->path, (unsigned)parser.problem_mark.line + 1,
                (unsigned)parser.problem_mark.column + 1},
            "%s", parser.problem ? parser.problem : "not YAML");
        status = NAAS_BAD_INPUT;
    }
    yaml_parser_delete(&parser);
    return status;
}

void yml_free(struct yml_node root)
{
    if (root.document)
        yaml_document_delete(&root.document->yaml);
}

static yaml_node_t *inside(struct yml_node node)
{
    return node.id ? yaml_document_get_node(&node.document->yaml, node.id) : NULL;
}

bool yml_is_list(struct yml_node node)
{
    return node.id && inside(node)->type == YAML_SEQUENCE_NODE;
}

bool yml_is_map(struct yml_node node)
{
    return node.id && inside(node)->type == YAML_MAPPING_NODE;
}

const char *yml_text(struct yml_node node)
{
    const yaml_node_t *scalar = inside(node);
    return scalar && scalar->type == YAML_SCALAR_NODE ? (const char *)scalar->data.scalar.value : NULL;
}

const char *yml_tag(struct yml_node node)
{
    const yaml_node_t *own = inside(node);
    return own && own->tag && own->tag[0] == '!' ? (const char *)own->tag : "";
}

int yml_length(struct yml_node node)
{
    if (yml_is_list(node))
        return (int)(inside(node)->data.sequence.items.top - inside(node)->data.sequence.items.start);
    if (yml_is_map(node))
        return (int)(inside(node)->data.mapping.pairs.top - inside(node)->data.mapping.pairs.start);
    return 0;
}

struct yml_node yml_at(struct yml_node list, int i)
{
    return (struct yml_node){list.document, inside(list)->data.sequence.items.start[i]};
}

struct yml_node yml_value(struct yml_node map, int i, const char **key)
{
    yaml_node_pair_t pair = inside(map)->data.mapping.pairs.start[i];
    const char *text = yml_text((struct yml_node){map.document, pair.key});
    *key = text ? text : "";
    return (struct yml_node){map.document, pair.value};
}

struct yml_node yml_get(struct yml_node map, const char *key)
{
    struct yml_node merged = {map.document, 0};
    if (!yml_is_map(map))
        return merged;
    for (int i = 0; i < yml_length(map); i++) {
        const char *own;
        struct yml_node value = yml_value(map, i, &own);
        if (strcmp(own, key) == 0)
            return value;
        if (strcmp(own, "<<") != 0)
            continue;
        for (int k = 0; !yml_present(merged) && k < (yml_is_list(value) ? yml_length(value) : 1); k++)
            merged = yml_get(yml_is_list(value) ? yml_at(value, k) : value, key);
    }
    return merged;
}

struct yml_node yml_get2(struct yml_node map, const char *key, const char *other)
{
    struct yml_node node = yml_get(map, key);
    return yml_present(node) ? node : yml_get(map, other);
}

struct naas_loc yml_loc(struct yml_node node)
{
    const yaml_node_t *own = inside(node);
    if (!node.document)
        return (struct naas_loc){0};
    return (struct naas_loc){node.document->path, own ? (unsigned)own->start_mark.line + 1 : 0,
        own ? (unsigned)own->start_mark.column + 1 : 0};
}

void yml_error(struct yml_node node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    naas_vdiag(node.document->ctx, NAAS_ERROR, yml_loc(node), "", format, arguments);
    va_end(arguments);
    node.document->failed = true;
}

void yml_warn(struct yml_node node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    naas_vdiag(node.document->ctx, NAAS_WARNING, yml_loc(node), "", format, arguments);
    va_end(arguments);
}

bool yml_failed(struct yml_node node)
{
    return node.document && node.document->failed;
}

double yml_number(struct yml_node node, double low, double high, double fallback)
{
    const char *text = yml_text(node);
    char *end;
    if (!yml_present(node))
        return fallback;
    double number = text ? strtod(text, &end) : 0;
    if (!text || end == text || *end)
        yml_error(node,
            text ? "'%s' is not a number; expressions and templates are not worked out here"
                 : "a number belongs here%s",
            text ? text : "");
    else if (!(number >= low && number <= high))
        yml_error(node, "%s is not between %g and %g", text, low, high);
    else
        return number;
    return fallback;
}

bool yml_true(struct yml_node node)
{
    const char *text = yml_text(node);
    return text && (strcasecmp(text, "true") == 0 || strcasecmp(text, "yes") == 0);
}
