/*
 * naas_maxpool: the loops of maxpool at line 16 on default.
 *
 * schedule maxpool on default
 * DRAM: tile c 64 p 56 q 56 r 3 s 3; holds in 817216 out 200704
 *   for c_L2 in [0, +64) by 11    6 trips, last ragged
 *     for q_L2 in [0, +56) by 6    10 trips, last ragged
 *       L2: tile c 11 p 56 q 6 r 3 s 3; holds in 16159 out 3696
 *         for q_L1 in [q_L2, +6) by 1    6 trips
 *           for s_L1 in [0, +3) by 1    3 trips
 *             for c_X in [c_L2, +11) by 1    11 trips, spatial along X
 *               for p_Y in [0, +56) by 28    2 trips, spatial along Y
 *                 L1: tile c 1 p 28 q 1 r 3 s 1; holds in 57 out 28
 *                   for p in [p_Y, +28) by 1    28 trips
 *                     for r in [0, +3) by 1    3 trips
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
    const long long in_p = 2 * naas_pe->stride[0][1];
    const long long in_r = naas_pe->stride[0][1];
    const long long out_p = naas_pe->stride[1][1];
    const float *const in = (const float *)naas_pe->base[0]
        + naas_pe->stride[0][0] * naas_low[0]
        - naas_pe->stride[0][1]
        - naas_pe->stride[0][2] + 2 * naas_pe->stride[0][2] * naas_low[2] + naas_pe->stride[0][2] * naas_low[4];
    float *const out = (float *)naas_pe->base[1]
        + naas_pe->stride[1][0] * naas_low[0]
        + naas_pe->stride[1][2] * naas_low[2];

    for (long long p = naas_low[1]; p < naas_high[1]; p++) {
        float *const out_at = out + out_p * p;
        float naas_sum = *out_at;
        const float *const in_at = in + in_p * p;
        for (long long r = naas_low[3]; r < naas_high[3]; r++) {
            const float naas_term = in_at[in_r * r];
            if (naas_term > naas_sum)
                naas_sum = naas_term;
        }
        *out_at = naas_sum;
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
    for (long long c_L2 = 0; c_L2 < 64; c_L2 += 11) {
        const long long c_L2_end = c_L2 + 11 < 64 ? c_L2 + 11 : 64;
        for (long long q_L2 = 0; q_L2 < 56; q_L2 += 6) {
            const long long q_L2_end = q_L2 + 6 < 56 ? q_L2 + 6 : 56;
            const naas_rt_box tile_L2 = {{c_L2, 0, q_L2, 0, 0}, {c_L2_end, 56, q_L2_end, 3, 3}};
            naas_rt_load(naas_run, naas_L2, 0, naas_in, &tile_L2);
            naas_rt_store(naas_run, naas_L2, 0, naas_out, &tile_L2);
            for (long long q_L1 = q_L2; q_L1 < q_L2_end; q_L1++) {
                for (long long s_L1 = 0; s_L1 < 3; s_L1++) {
                    for (long long c_X = c_L2; c_X < c_L2_end; c_X++) {
                        for (long long p_Y = 0; p_Y < 56; p_Y += 28) {
                            const int pe_L1 = (int)((c_X - c_L2) * 16 + p_Y / 28);
                            const naas_rt_box tile_L1 = {{c_X, p_Y, q_L1, 0, s_L1}, {c_X + 1, p_Y + 28, q_L1 + 1, 3, s_L1 + 1}};
                            naas_rt_load(naas_run, naas_L1, pe_L1, naas_in, &tile_L1);
                            naas_rt_store(naas_run, naas_L1, pe_L1, naas_out, &tile_L1);
                        }
                    }
                    naas_rt_run(naas_run);
                }
            }
        }
    }
    const int naas_status = naas_rt_wait(naas_run);
    naas_rt_close(naas_run);
    return naas_status;
}
