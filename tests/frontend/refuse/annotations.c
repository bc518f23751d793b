/* Annotations that say too little, too much, or are about nothing. */
float x[16];
#define ALL for (int i = 0; i < 4; i++) x[i] = 0
#define TWO x[i] = 0; x[0] = 1

#pragma scop //~ 1: annotation stands outside of any function
int nothing;
#pragma endscop
void annotations(int n)
{
#pragma naas nmae(conv) //~ 14: unknown clause 'nmae' | clauses are name(id) accel("file") target(sim|native) extent(variable=value, ...) constant(array, ...)
    for (int i = 0; i < 4; i++)
        x[i] = 0;
#pragma naas name(1st) //~ 19: name clause expects a word | clauses are name(id) accel("file") target(sim|native) extent(variable=value, ...) constant(array, ...)
    for (int i = 0; i < 4; i++)
        x[i] = 0;
#pragma naas name(a) name(b) //~ 22: clause 'name' stands twice | clauses are name(id) accel("file") target(sim|native) extent(variable=value, ...) constant(array, ...)
    for (int i = 0; i < 4; i++)
        x[i] = 0;
#pragma naas accel(file.json) //~ 20: accel clause expects a file name in quotes | clauses are name(id) accel("file") target(sim|native) extent(variable=value, ...) constant(array, ...)
    for (int i = 0; i < 4; i++)
        x[i] = 0;
#pragma naas target(gpu) //~ 21: unknown target 'gpu' | clauses are name(id) accel("file") target(sim|native) extent(variable=value, ...) constant(array, ...)
    for (int i = 0; i < 4; i++)
        x[i] = 0;
#pragma naas extent(n=many) //~ 23: value of an extent is not an integer constant | clauses are name(id) accel("file") target(sim|native) extent(variable=value, ...) constant(array, ...)
    for (int i = 0; i < n; i++)
        x[i] = 0;
#pragma naas extent(n=4, n=5) //~ 26: extent is given twice | clauses are name(id) accel("file") target(sim|native) extent(variable=value, ...) constant(array, ...)
    for (int i = 0; i < n; i++)
        x[i] = 0;
#pragma naas constant(1) //~ 23: constant clause expects names of arrays | clauses are name(id) accel("file") target(sim|native) extent(variable=value, ...) constant(array, ...)
    for (int i = 0; i < 4; i++)
        x[i] = 0;
#pragma naas constant(x) //~ 1: constant(x) is no array that the nest only reads
    for (int i = 0; i < 4; i++)
        x[i] = 0;
#pragma naas name conv //~ 19: expected '(' after 'name' | clauses are name(id) accel("file") target(sim|native) extent(variable=value, ...) constant(array, ...)
    for (int i = 0; i < 4; i++)
        x[i] = 0;
#pragma naas 7 //~ 14: expected a clause | clauses are name(id) accel("file") target(sim|native) extent(variable=value, ...) constant(array, ...)
    for (int i = 0; i < 4; i++)
        x[i] = 0;
#pragma naas
here: //~ 1: a label stands between the annotation and its loop | put it in front of the annotation
    for (int i = 0; i < 4; i++)
        x[i] = 0;
#pragma naas //~ 1: annotation is not followed by a for or while loop or a block | put it right in front of the outermost loop, or of braces around several
    x[0] = 1;
#pragma naas //~ 1: annotation is not followed by a for or while loop or a block | put it right in front of the outermost loop, or of braces around several
    ALL;
#pragma naas
    for (int i = 0; i < 4; i++) TWO; //~ 5: statements are not whole in the file's text | the loops have to stand in the file itself
    if (n)
#pragma naas
        for (int i = 0; i < 4; i++) //~ 9: loop or block is not a statement of a block | put braces around the annotation and its loop
            x[i] = 0;
    if (n)
#pragma naas
    { //~ 5: loop or block is not a statement of a block | put braces around the annotation and its loop
        for (int i = 0; i < 4; i++)
            x[i] = 0;
    }
#pragma naas
    { //~ 5: nest does nothing
    }
    goto here;
#pragma scop //~ 1: region is empty
#pragma endscop
#pragma scop
    int k; //~ 5: declaration beside the loops | declare it in front of the region
    for (k = 0; k < 4; k++)
        x[k] = 0;
#pragma endscop
}
