#include "driver/man.h"
#include "naas_config.h"

/* A hyphen that may be typed, and nothing that roff takes for a request. */
static void put(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '-' || *text == '\\')
            fprintf(out, "\\%s", *text == '-' ? "-" : "e");
        else if (*text == '\'' || *text == '`')
            fputs(*text == '`' ? "\\(ga" : "\\(aq", out);
        else
            fputc(*text, out);
    }
    fputc('\n', out);
}

void man_begin(FILE *out, const char *program, const char *what, const char *synopsis)
{
    fprintf(out, ".TH %s 1 \"\" \"naascc %s\"\n.SH NAME\n%s \\- ", program, NAAS_VERSION, program);
    put(out, what);
    fputs(".SH SYNOPSIS\n", out);
    put(out, synopsis);
}

void man_section(FILE *out, const char *title)
{
    fprintf(out, ".SH %s\n", title);
}

void man_paragraph(FILE *out, const char *text)
{
    fputs(".PP\n", out);
    put(out, text);
}

void man_item(FILE *out, const char *term, const char *meaning, const char *more)
{
    fputs(".TP\n.B ", out);
    put(out, term);
    put(out, meaning);
    if (more) {
        fputs(".br\n", out);
        put(out, more);
    }
}

void man_example(FILE *out, const char *line)
{
    fputs(".PP\n.nf\n", out);
    put(out, line);
    fputs(".fi\n", out);
}

void man_environment_of_programs(FILE *out)
{
    man_item(out, "NAAS_RT_STATS", "1: compiled programs print the counters of every nest on standard error",
        NULL);
    man_item(out, "NAAS_RT_VERIFY",
        "abort: programs compiled with -fnaas-verify abort where kernel and loops differ", NULL);
}
