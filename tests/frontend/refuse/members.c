/* Members of structs that cannot be followed. */
struct cell {
    float x[4];
    float v;
    int n;
    unsigned bits : 3;
    union {
        int i;
        float f;
    } u;
    volatile float port;
};
struct list {
    struct cell cell;
    struct list *next;
    float *p;
};
struct cell cells[4];
signed char bytes[16];

void members(struct list *list, struct list *other, signed char *raw)
{
    int i;
    struct cell own;
#pragma naas
    for (i = 0; i < 4; i++)
        cells[i].v = 0; //~ 9: element of an array of structs changes with the loops | use an array for each member
#pragma naas
    for (i = 0; i < 4; i++)
        own.x[i] = own.bits; //~ 20: member is not handled | copy it to a variable in front of the nest
#pragma naas
    for (i = 0; i < 4; i++)
        own.x[i] = own.u.f; //~ 20: member of a union | copy it to a variable in front of the nest
#pragma naas
    for (i = 0; i < 4; i++)
        own.x[i] = own.port; //~ 20: access is volatile | every access to it has to happen, in order
#pragma naas
    for (i = 0; i < list->cell.n; i++) //~ 21: 'list->cell.n' is not known at compile time | add extent(list->cell.n=...) to the pragma
        own.x[i] = 0;
#pragma naas
    for (i = 0; i < 4; i++)
        raw[i] = list->p[i]; //~ 18: 'list->p' may change while the nest runs | copy the pointer to a local variable in front of the nest
#pragma naas
    for (i = 0; i < 4; i++) {
        list = list->next; //~ 16: 'list' changes in the nest | use another variable
        list->cell.v += 1;
    }
#pragma naas
    for (i = 0; i < 4; i++) {
        struct cell c = own; //~ 25: type 'struct cell' is not handled
        own.x[i] = c.v;
    }
#pragma naas extent(own.n = 4)
    for (i = 0; i < own.n; i++) //~ 21: 'own.n' may change while the nest runs | copy it to a local variable in front of the nest
        own.n = 3;
#pragma naas
    for (i = 0; i < 4; i++)
        own.x[i] = (own.x[i] > 0) ? other->cell.v : 0; //~ 37: 'other->cell.v' is read under a condition on data | read it into a variable in front of the nest
}
