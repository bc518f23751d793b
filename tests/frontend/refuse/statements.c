/* What stands in a nest and is not an assignment. */
float x[16], y[16];
void touch(void);

void statements(int n)
{
#pragma naas
    for (int i = 0; i < 4; i++) {
        while (n--) //~ 9: start of loop counter 'n' is not known | set it in the header of the loop
            x[i] = 0;
    }
#pragma naas
    for (int i = 0; i < 4; i++)
        do //~ 9: do loop | write it as a for loop
            x[i] = 0;
        while (n);
#pragma naas
    for (int i = 0; i < 4; i++) {
        if (x[i] > 0)
            break; //~ 13: break leaves the loop early | every iteration has to run
        y[i] = 1;
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        if (i > 2)
            break; //~ 13: break leaves the loop early | every iteration has to run
        y[i] = 1;
    }
#pragma naas
    for (int i = 0; i < 4; i++)
        return; //~ 9: return leaves the nest | every iteration has to run
#pragma naas
    for (int i = 0; i < 4; i++) {
        int count = 0;
        for (int j = 0; j < 4; j++)
            if (i + j > 2)
                count++;
        if (count == 0) {
            y[i] = 0;
            return; //~ 13: return leaves the nest | every iteration has to run
        }
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        goto out; //~ 9: goto
    }
out:;
#pragma naas
    for (int i = 0; i < 4; i++) {
    again: //~ 5: label
        x[i] = 0;
    }
#pragma naas
    for (int i = 0; i < 4; i++)
        switch (i) { //~ 9: switch | use conditional expressions
        case 0:
            x[i] = 0;
        }
#pragma naas
    for (int i = 0; i < 4; i++)
        touch(); //~ 9: call with side effects | only functions that compute a value may be called
#pragma naas
    for (int i = 0; i < 4; i++)
        __asm__("nop"); //~ 9: assembly
#pragma naas
    for (int i = 0; i < 4; i++) //~ 5: nest does nothing
        ;
}
