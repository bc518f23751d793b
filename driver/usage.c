#include "driver/usage.h"
#include "driver/man.h"
#include "driver/options.h"
#include <stdio.h>

void usage_help(void)
{
    puts("usage: naascc [options of the C compiler] [options below] file.c ...\n"
         "\n"
         "Compiles C in which `#pragma naas` marks loop nests that are to run on an accelerator.\n"
         "It stands in for the host compiler, $NAAS_CC or cc, which gets every other option.\n"
         "\n"
         "  naascc -O2 -Rnaas conv2d.c -o conv2d\n"
         "\n"
         "options:");
    options_help(stdout);
    puts("\nThe help of the host compiler follows.\n");
    fflush(stdout);
}

void usage_man(void)
{
    man_begin(stdout, "naascc", "a C compiler that maps annotated loop nests onto neural accelerators",
        "naascc [options of the C compiler] [options below] file.c ...");
    man_section(stdout, "DESCRIPTION");
    man_paragraph(stdout, "Compiles C in which `#pragma naas` marks loop nests that are to run on an "
                          "accelerator. It stands in for the host "
                          "compiler, which gets every option not listed here. What cannot be mapped gets a "
                          "warning and is compiled as it is.");
    man_section(stdout, "OPTIONS");
    options_man(stdout);
    man_section(stdout, "ENVIRONMENT");
    man_item(stdout, "NAAS_CC", "the host compiler, and options before all others", "Default: cc");
    man_item(
        stdout, "TMPDIR", "where temporary folders are made", "Default, and where it cannot be used: /tmp");
    man_environment_of_programs(stdout);
    man_section(stdout, "EXIT STATUS");
    man_paragraph(stdout, "That of the host compiler; 1 for errors of its own.");
    man_section(stdout, "EXAMPLE");
    man_example(stdout, "naascc -O2 -Rnaas conv2d.c -o conv2d");
    man_section(stdout, "SEE ALSO");
    man_paragraph(stdout, "naas(1), cc(1), and the manual in share/doc/naascc/manual.md.");
}
