#include "support/json.h"
#include <math.h>

void json_write_string(struct naas_buf *out, const char *text)
{
    naas_buf_puts(out, "\"");
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\')
            naas_buf_printf(out, "\\%c", *c);
        else if ((unsigned char)*c < ' ')
            naas_buf_printf(out, "\\u%04x", (unsigned)*c);
        else
            naas_buf_write(out, c, 1);
    }
    naas_buf_puts(out, "\"");
}

void json_write_number(struct naas_buf *out, double number)
{
    if (isfinite(number))
        naas_buf_printf(out, "%.17g", number);
    else
        naas_buf_puts(out, "null");
}
