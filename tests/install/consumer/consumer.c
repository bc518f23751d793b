/* A program that is linked with the runtime without naascc. */
#include <naas_rt.h>
#include <stddef.h>

int main(void)
{
    static const naas_rt_problem problem;
    static const naas_rt_accel accel;
    naas_rt *rt = naas_rt_open("nowhere", &problem, &accel, NULL, NULL, NULL);
    int status = naas_rt_wait(rt);
    naas_rt_close(rt);
    return status == NAAS_RT_NO_TARGET ? 0 : 1;
}
