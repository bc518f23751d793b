/* An annotation that is no line: there is no text to put a call in front of. */
float x[16];

void operator(void)
{
    _Pragma("naas name(a)") //~ 5: annotation is not a #pragma line of its own
    for (int i = 0; i < 4; i++)
        x[i] = 0;
}
