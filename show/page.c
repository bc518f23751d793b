#include "show/page.h"
#include "show/svg.h"
#include "show_assets.h"
#include <string.h>

static const char *find_field(int n, const struct show_field *fields, const char *name, size_t length)
{
    for (int i = 0; i < n; i++)
        if (strlen(fields[i].name) == length && strncmp(fields[i].name, name, length) == 0)
            return fields[i].text;
    return "";
}

void show_fill(struct naas_buf *out, const char *template, int n, const struct show_field *fields)
{
    const char *open, *close;
    while ((open = strstr(template, "{{")) && (close = strstr(open, "}}"))) {
        naas_buf_write(out, template, (size_t)(open - template));
        naas_buf_puts(out, find_field(n, fields, open + 2, (size_t)(close - open) - 2));
        template = close + 2;
    }
    naas_buf_puts(out, template);
}

const char *show_escaped(struct naas_ctx *ctx, const char *text)
{
    struct naas_buf out = naas_buf_new(ctx);
    svg_escape(&out, text);
    return out.text;
}

void show_page_head(struct naas_buf *out, const char *title)
{
    const struct show_field fields[] = {{"title", show_escaped(out->ctx, title)},
        {"picture_css", asset_picture_css}, {"page_css", asset_page_css}, {"page_js", asset_page_js}};
    show_fill(out, asset_page_html, sizeof fields / sizeof fields[0], fields);
}
