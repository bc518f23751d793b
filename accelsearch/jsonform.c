/* Pieces of the JSON forms that several readers and writers use. */
#include "accelsearch/jsonform.h"

#include <stdlib.h>
#include <string.h>

const char *const as_role_names[3] = {"input", "weight", "output"};

/* What a note says; "" when it is not there. */
static const char *read_note(struct json_node note)
{
    if (!json_present(note))
        return "";
    if (!cJSON_IsArray(note.item))
        return json_string(note, "");
    struct naas_buf text = naas_buf_new(json_ctx(note));
    for (int i = 0; i < json_length(note); i++)
        naas_buf_printf(&text, "%s%s", i ? "; " : "", json_string(json_at(note, i), ""));
    return text.text;
}

const char *as_json_source(struct json_node object)
{
    read_note(json_get(object, "notes"));
    return read_note(json_get(object, "source"));
}

void as_json_notes(struct json_node object)
{
    as_json_source(object);
}

void as_json_name(struct json_node node, char name[AS_NAME])
{
    if (!json_present(node))
        return;
    const char *text = json_string(node, name);
    size_t length = strlen(text);
    if (length == 0 || length >= AS_NAME)
        json_error(node, "a name has 1 to %d bytes", AS_NAME - 1);
    else
        memmove(name, text, length + 1);
}

int64_t as_bytes_of(const char *text)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
    static const double most = 0x1p50;
    char *end;
    double number = strtod(text, &end);
    if (end == text)
        return 0;
    end += strspn(end, " ");
    for (int i = 0; i < 4; i++) {
        double bytes = number * (double)(1LL << 10 * i);
        if (strcmp(end, units[i]) == 0 && bytes >= 1 && bytes <= most)
            return (int64_t)bytes;
    }
    return 0;
}

unsigned as_json_roles(struct json_node node, unsigned fallback)
{
    if (!json_present(node))
        return fallback;
    if (cJSON_IsString(node.item)) {
        json_choice(node, (const char *const[]){"all"}, 1, 0);
        return AS_ALL_ROLES;
    }
    unsigned roles = 0;
    for (int i = 0; i < json_length(node); i++) {
        int role = json_choice(json_at(node, i), as_role_names, 3, -1);
        if (role >= 0 && (roles & 1u << role))
            json_error(json_at(node, i), "%s is listed twice", as_role_names[role]);
        if (role >= 0)
            roles |= 1u << role;
    }
    return roles;
}

void as_write_number(struct naas_buf *out, double number)
{
    char text[40];
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    naas_buf_puts(out, text);
}

void as_write_roles(struct naas_buf *out, unsigned roles)
{
    if (roles == AS_ALL_ROLES) {
        naas_buf_puts(out, "\"all\"");
        return;
    }
    const char *separator = "";
    naas_buf_puts(out, "[");
    for (int r = 0; r < 3; r++) {
        if (!(roles & 1u << r))
            continue;
        naas_buf_printf(out, "%s\"%s\"", separator, as_role_names[r]);
        separator = ", ";
    }
    naas_buf_puts(out, "]");
}
