/* Annotations by the operator, plain and in a macro; other pragmas in macros are none. */
#define NAAS _Pragma("naas name(macro)")
#define OTHER _Pragma("ivdep")
float x[4];

void operator_form(void)
{
    _Pragma("naas") //~ 5: annotation is not a #pragma line of its own
    for (int i = 0; i < 4; i++)
        x[i] = 1;
    NAAS //~ 5: annotation is not a #pragma line of its own
    for (int i = 0; i < 4; i++)
        x[i] = 1;
    OTHER
    for (int i = 0; i < 4; i++)
        x[i] = 1;
}
