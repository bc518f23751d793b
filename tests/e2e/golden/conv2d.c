/*
 * naas_conv2d: the loops of conv2d at line 15 on default.
 *
 * schedule conv2d on default
 * DRAM: tile k 64 p 56 q 56 c 64 r 3 s 3; holds in 215296 weight 36864 out 200704
 *   for k_L2 in [0, +64) by 32    2 trips
 *     for q_L2 in [0, +56) by 14    4 trips
 *       for p_L2 in [0, +56) by 7    8 trips
 *         L2: tile k 32 p 7 q 14 c 64 r 3 s 3; holds in 9216 weight 18432 out 3136
 *           for q_L1 in [q_L2, +14) by 3    5 trips, last ragged
 *             for p_L1 in [p_L2, +7) by 1    7 trips
 *               for c_X in [0, +64) by 4    16 trips, spatial along X
 *                 for c_Y in [c_X, +4) by 1    4 trips, spatial along Y
 *                   for k_Y in [k_L2, +32) by 8    4 trips, spatial along Y
 *                     L1: tile k 8 p 1 q 3 c 1 r 3 s 3; holds in 15 weight 72 out 24
 *                       for k in [k_Y, +8) by 1    8 trips
 *                         for q in [q_L1, +3) by 1    3 trips
 *                           for r in [0, +3) by 1    3 trips
 *                             for s in [0, +3) by 1    3 trips
 *                               S1
 * finish of an element: S0, S1, S2
 */
struct naas_conv2d_args {
    const float *in;
    const float *weight;
    const float *bias;
    float *out;
};

static const naas_rt_problem naas_conv2d_problem = {
    .name = "conv2d",
    .n_dims = 6,
    .dim_name = {"k", "p", "q", "c", "r", "s"},
    .extent = {64, 56, 56, 64, 3, 3},
    .reduce = NAAS_RT_SUM,
    .n_tensors = 3,
    .output = 2,
    .tensor = {
        {
            .name = "in", .role = NAAS_RT_INPUT, .type = NAAS_RT_F32, .fill = 0, .rank = 3,
            .axis = {
                {.n_terms = 1, .dim = {3}, .coef = {1}, .offset = 0, .extent = 64, .stride = 3136},
                {.n_terms = 2, .dim = {1, 4}, .coef = {1, 1}, .offset = -1, .extent = 56, .stride = 56},
                {.n_terms = 2, .dim = {2, 5}, .coef = {1, 1}, .offset = -1, .extent = 56, .stride = 1},
            },
        },
        {
            .name = "weight", .role = NAAS_RT_WEIGHT, .type = NAAS_RT_F32, .fill = 0, .rank = 4,
            .axis = {
                {.n_terms = 1, .dim = {0}, .coef = {1}, .offset = 0, .extent = 64, .stride = 576},
                {.n_terms = 1, .dim = {3}, .coef = {1}, .offset = 0, .extent = 64, .stride = 9},
                {.n_terms = 1, .dim = {4}, .coef = {1}, .offset = 0, .extent = 3, .stride = 3},
                {.n_terms = 1, .dim = {5}, .coef = {1}, .offset = 0, .extent = 3, .stride = 1},
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

static const naas_rt_accel naas_conv2d_accel = {
    .name = "default",
    .macs_per_cycle = 1,
    .padding_stored = 0,
    .n_levels = 3,
    .level = {
        {.name = "DRAM", .buffers = 1, .keeps = 0x7, .n_partitions = 1, .partition = {{NAAS_RT_INPUT | NAAS_RT_WEIGHT | NAAS_RT_OUTPUT, 0}},
            .n_ports = 1, .port = {
                {.name = "bus", .down = NAAS_RT_INPUT | NAAS_RT_WEIGHT | NAAS_RT_OUTPUT, .up = NAAS_RT_INPUT | NAAS_RT_WEIGHT | NAAS_RT_OUTPUT, .words_per_cycle = 4},
            }},
        {.name = "L2", .buffers = 2, .keeps = 0x7, .n_partitions = 1, .partition = {{NAAS_RT_INPUT | NAAS_RT_WEIGHT | NAAS_RT_OUTPUT, 262144}},
            .n_axes = 2, .size = {16, 16},
            .n_ports = 1, .port = {
                {.name = "bus", .down = NAAS_RT_INPUT | NAAS_RT_WEIGHT | NAAS_RT_OUTPUT, .up = NAAS_RT_INPUT | NAAS_RT_WEIGHT | NAAS_RT_OUTPUT, .words_per_cycle = 16},
            }},
        {.name = "L1", .buffers = 2, .keeps = 0x7, .n_partitions = 1, .partition = {{NAAS_RT_INPUT | NAAS_RT_WEIGHT | NAAS_RT_OUTPUT, 1024}}},
    },
};

/* One tile on one PE. */
static void naas_conv2d_kernel(const naas_rt_pe *naas_pe)
{
    const long long *const naas_low = naas_pe->box.low;
    const long long *const naas_high = naas_pe->box.high;
    const long long in_r = naas_pe->stride[0][1];
    const long long in_q = naas_pe->stride[0][2];
    const long long in_s = naas_pe->stride[0][2];
    const long long weight_k = naas_pe->stride[1][0];
    const long long weight_r = naas_pe->stride[1][2];
    const long long weight_s = naas_pe->stride[1][3];
    const long long out_k = naas_pe->stride[2][0];
    const long long out_q = naas_pe->stride[2][2];
    const float *const in = (const float *)naas_pe->base[0]
        + naas_pe->stride[0][0] * naas_low[3]
        - naas_pe->stride[0][1] + naas_pe->stride[0][1] * naas_low[1]
        - naas_pe->stride[0][2];
    const float *const weight = (const float *)naas_pe->base[1]
        + naas_pe->stride[1][1] * naas_low[3];
    float *const out = (float *)naas_pe->base[2]
        + naas_pe->stride[2][1] * naas_low[1];

    for (long long k = naas_low[0]; k < naas_high[0]; k++) {
        for (long long q = naas_low[2]; q < naas_high[2]; q++) {
            float *const out_at = out + out_k * k + out_q * q;
            float naas_sum = *out_at;
            for (long long r = naas_low[4]; r < naas_high[4]; r++) {
                const float *const in_at = in + in_q * q + in_r * r;
                const float *const weight_at = weight + weight_k * k + weight_r * r;
                for (long long s = naas_low[5]; s < naas_high[5]; s++) {
                    naas_sum += in_at[in_s * s] * weight_at[weight_s * s];
                }
            }
            *out_at = naas_sum;
        }
    }
}

/* What follows the reduction, once per output element. */
static void naas_conv2d_finish(const long long *naas_index, const void *naas_sum, const void *naas_data)
{
    const struct naas_conv2d_args *const naas_args = naas_data;
    const long long k = naas_index[0];
    const long long p = naas_index[1];
    const long long q = naas_index[2];
    float acc;

    acc = naas_args->bias[k];
    acc += *(const float *)naas_sum;
    naas_args->out[k * 3136 + p * 56 + q] = acc > 0 ? acc : 0;
}

/* 0: done. Else nothing has been written, and the original loops have to run. */
static int naas_conv2d(const void *in, const void *weight, const void *bias, void *out)
{
    enum { naas_L2 = 1, naas_L1 = 2 };
    enum { naas_in = 0, naas_weight = 1, naas_out = 2 };
    const struct naas_conv2d_args naas_args = {in, weight, bias, out};

    naas_rt *const naas_run =
        naas_rt_open("sim", &naas_conv2d_problem, &naas_conv2d_accel, naas_conv2d_kernel, naas_conv2d_finish, &naas_args);
    naas_rt_bind(naas_run, naas_in, naas_args.in);
    naas_rt_bind(naas_run, naas_weight, naas_args.weight);
    for (long long k_L2 = 0; k_L2 < 64; k_L2 += 32) {
        for (long long q_L2 = 0; q_L2 < 56; q_L2 += 14) {
            for (long long p_L2 = 0; p_L2 < 56; p_L2 += 7) {
                const naas_rt_box tile_L2 = {{k_L2, p_L2, q_L2, 0, 0, 0}, {k_L2 + 32, p_L2 + 7, q_L2 + 14, 64, 3, 3}};
                naas_rt_load(naas_run, naas_L2, 0, naas_in, &tile_L2);
                naas_rt_load(naas_run, naas_L2, 0, naas_weight, &tile_L2);
                naas_rt_store(naas_run, naas_L2, 0, naas_out, &tile_L2);
                for (long long q_L1 = q_L2; q_L1 < q_L2 + 14; q_L1 += 3) {
                    const long long q_L1_end = q_L1 + 3 < q_L2 + 14 ? q_L1 + 3 : q_L2 + 14;
                    for (long long p_L1 = p_L2; p_L1 < p_L2 + 7; p_L1++) {
                        for (long long c_X = 0; c_X < 64; c_X += 4) {
                            for (long long c_Y = c_X; c_Y < c_X + 4; c_Y++) {
                                for (long long k_Y = k_L2; k_Y < k_L2 + 32; k_Y += 8) {
                                    const int pe_L1 = (int)(c_X / 4 * 16 + (c_Y - c_X) * 4 + (k_Y - k_L2) / 8);
                                    const naas_rt_box tile_L1 = {{k_Y, p_L1, q_L1, c_Y, 0, 0}, {k_Y + 8, p_L1 + 1, q_L1_end, c_Y + 1, 3, 3}};
                                    naas_rt_load(naas_run, naas_L1, pe_L1, naas_in, &tile_L1);
                                    naas_rt_load(naas_run, naas_L1, pe_L1, naas_weight, &tile_L1);
                                    naas_rt_store(naas_run, naas_L1, pe_L1, naas_out, &tile_L1);
                                }
                            }
                        }
                        naas_rt_run(naas_run);
                    }
                }
            }
        }
    }
    const int naas_status = naas_rt_wait(naas_run);
    naas_rt_close(naas_run);
    return naas_status;
}
