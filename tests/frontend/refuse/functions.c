/* Functions that cannot be followed: the diagnostic stands where they do what they may not. */
float x[16];
int state;

static int next(void)
{
    state++; //~ 5: called function changes memory | let it return a value
    return state;
}
static int global_state(int i)
{
    return i + state; //~ 16: called function uses 'state' | pass it as an argument
}
union halves {
    long long whole;
    int half[2];
    struct {
        int low, high;
    } part;
};
static int low(int i)
{
    union halves both;
    both.part.low = i; //~ 5: assignment to a member of 'both' | use a variable for each member
    return (int)both.whole;
}
static int recursive(int i)
{
    return recursive(i - 1); //~ 12: call of 'recursive' cannot be followed
}

void functions(void)
{
    int i;
#pragma naas
    for (i = 0; i < 4; i++)
        x[i] = next();
#pragma naas
    for (i = 0; i < 4; i++)
        x[i] = global_state(i);
#pragma naas
    for (i = 0; i < 4; i++)
        x[i] = low(i);
#pragma naas
    for (i = 0; i < 4; i++)
        x[i] = recursive(i);
}
