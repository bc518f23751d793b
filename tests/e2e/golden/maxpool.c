/*
 * naas_maxpool: the loops of maxpool at line 16 on default.
 *
 * schedule maxpool on default
 * DRAM: tile c 64 p 56 q 56 r 3 s 3; holds in 817216 out 200704
 *   for c_L2 in [0, +64) by 32    2 trips
 *     for p_L2 in [0, +56) by 1    56 trips
 *       L2: tile c 32 p 1 q 56 r 3 s 3; holds in 10848 out 1792
 *         for r_L1 in [0, +3) by 1    3 trips
 *           for q_X in [0, +56) by 14    4 trips, spatial along X
 *             for c_Y in [c_L2, +32) by 2    16 trips, spatial along Y
 *               L1: tile c 2 p 1 q 14 r 1 s 3; holds in 58 out 28
 *                 for c in [c_Y, +2) by 1    2 trips
 *                   for q in [q_X, +14) by 1    14 trips
 *                     for s in [0, +3) by 1    3 trips
 *                       S1
 * finish of an element: S0, S1, S2
 */
struct naas_maxpool_args {
    const float *in;
    float *out;
};

static const naas_rt_problem naas_maxpool_problem = {
    .name = "maxpool",
    .n_dims = 5,
    .dim_name = {"c", "p", "q", "r", "s"},
    .extent = {64, 56, 56, 3, 3},
    .reduce = NAAS_RT_MAX,
    .n_tensors = 2,
    .output = 1,
    .tensor = {
        {
            .name = "in", .role = NAAS_RT_INPUT, .type = NAAS_RT_F32, .fill = -__builtin_inf(), .rank = 3,
            .axis = {
                {.n_terms = 1, .dim = {0}, .coef = {1}, .offset = 0, .extent = 64, .stride = 12544},
                {.n_terms = 2, .dim = {1, 3}, .coef = {2, 1}, .offset = -1, .extent = 112, .stride = 112},
                {.n_terms = 2, .dim = {2, 4}, .coef = {2, 1}, .offset = -1, .extent = 112, .stride = 1},
            },
        },
        {
            .name = "out", .role = NAAS_RT_OUTPUT, .type = NAAS_RT_F32, .fill = 0, .rank = 3,
            .axis = {
                {.n_terms = 1, .dim = {0}, .coef = {1}, .offset = 0, .extent = 64, .stride = 0},
                {.n_terms = 1, .dim = {1}, .coef = {1}, .offset = 0, .extent = 56, .stride = 0},
                {.n_terms = 1, .dim = {2}, .coef = {1}, .offset = 0, .extent = 56, .stride = 0},
            },
        },
    },
};

static const naas_rt_accel naas_maxpool_accel = {
    .name = "default",
    .macs_per_cycle = 1,
    .padding_stored = 0,
    .n_levels = 3,
    .level = {
        {.name = "DRAM", .buffers = 1, .keeps = 0x3, .n_partitions = 1, .partition = {{NAAS_RT_INPUT | NAAS_RT_WEIGHT | NAAS_RT_OUTPUT, 0}},
            .n_ports = 1, .port = {
                {.name = "bus", .down = NAAS_RT_INPUT | NAAS_RT_WEIGHT | NAAS_RT_OUTPUT, .up = NAAS_RT_INPUT | NAAS_RT_WEIGHT | NAAS_RT_OUTPUT, .words_per_cycle = 4},
            }},
        {.name = "L2", .buffers = 2, .keeps = 0x3, .n_partitions = 1, .partition = {{NAAS_RT_INPUT | NAAS_RT_WEIGHT | NAAS_RT_OUTPUT, 262144}},
            .n_axes = 2, .size = {16, 16},
            .n_ports = 1, .port = {
                {.name = "bus", .down = NAAS_RT_INPUT | NAAS_RT_WEIGHT | NAAS_RT_OUTPUT, .up = NAAS_RT_INPUT | NAAS_RT_WEIGHT | NAAS_RT_OUTPUT, .words_per_cycle = 16},
            }},
        {.name = "L1", .buffers = 2, .keeps = 0x3, .n_partitions = 1, .partition = {{NAAS_RT_INPUT | NAAS_RT_WEIGHT | NAAS_RT_OUTPUT, 1024}}},
    },
};

/* One tile on one PE. */
static void naas_maxpool_kernel(const naas_rt_pe *naas_pe)
{
    const long long *const naas_low = naas_pe->box.low;
    const long long *const naas_high = naas_pe->box.high;
    const long long in_c = naas_pe->stride[0][0];
    const long long in_q = 2 * naas_pe->stride[0][2];
    const long long in_s = naas_pe->stride[0][2];
    const long long out_c = naas_pe->stride[1][0];
    const long long out_q = naas_pe->stride[1][2];
    const float *const in = (const float *)naas_pe->base[0]
        - naas_pe->stride[0][1] + 2 * naas_pe->stride[0][1] * naas_low[1] + naas_pe->stride[0][1] * naas_low[3]
        - naas_pe->stride[0][2];
    float *const out = (float *)naas_pe->base[1]
        + naas_pe->stride[1][1] * naas_low[1];

    for (long long c = naas_low[0]; c < naas_high[0]; c++) {
        for (long long q = naas_low[2]; q < naas_high[2]; q++) {
            float *const out_at = out + out_c * c + out_q * q;
            float naas_sum = *out_at;
            const float *const in_at = in + in_c * c + in_q * q;
            for (long long s = naas_low[4]; s < naas_high[4]; s++) {
                const float naas_term = in_at[in_s * s];
                if (naas_term > naas_sum)
                    naas_sum = naas_term;
            }
            *out_at = naas_sum;
        }
    }
}

/* What follows the reduction, once per output element. */
static void naas_maxpool_finish(const long long *naas_index, const void *naas_sum, const void *naas_data)
{
    const struct naas_maxpool_args *const naas_args = naas_data;
    const long long c = naas_index[0];
    const long long p = naas_index[1];
    const long long q = naas_index[2];
    float most;

    most = -3.40282347e+38f;
    if (*(const float *)naas_sum > most)
        most = *(const float *)naas_sum;
    naas_args->out[c * 3136 + p * 56 + q] = most;
}

/* 0: done. Else nothing has been written, and the original loops have to run. */
static int naas_maxpool(const void *in, void *out)
{
    enum { naas_L2 = 1, naas_L1 = 2 };
    enum { naas_in = 0, naas_out = 1 };
    const struct naas_maxpool_args naas_args = {in, out};

    naas_rt *const naas_run =
        naas_rt_open("sim", &naas_maxpool_problem, &naas_maxpool_accel, naas_maxpool_kernel, naas_maxpool_finish, &naas_args);
    naas_rt_bind(naas_run, naas_in, naas_args.in);
    for (long long c_L2 = 0; c_L2 < 64; c_L2 += 32) {
        for (long long p_L2 = 0; p_L2 < 56; p_L2++) {
            const naas_rt_box tile_L2 = {{c_L2, p_L2, 0, 0, 0}, {c_L2 + 32, p_L2 + 1, 56, 3, 3}};
            naas_rt_load(naas_run, naas_L2, 0, naas_in, &tile_L2);
            naas_rt_store(naas_run, naas_L2, 0, naas_out, &tile_L2);
            for (long long r_L1 = 0; r_L1 < 3; r_L1++) {
                for (long long q_X = 0; q_X < 56; q_X += 14) {
                    for (long long c_Y = c_L2; c_Y < c_L2 + 32; c_Y += 2) {
                        const int pe_L1 = (int)(q_X / 14 * 16 + (c_Y - c_L2) / 2);
                        const naas_rt_box tile_L1 = {{c_Y, p_L2, q_X, r_L1, 0}, {c_Y + 2, p_L2 + 1, q_X + 14, r_L1 + 1, 3}};
                        naas_rt_load(naas_run, naas_L1, pe_L1, naas_in, &tile_L1);
                        naas_rt_store(naas_run, naas_L1, pe_L1, naas_out, &tile_L1);
                    }
                }
                naas_rt_run(naas_run);
            }
        }
    }
    const int naas_status = naas_rt_wait(naas_run);
    naas_rt_close(naas_run);
    return naas_status;
}
