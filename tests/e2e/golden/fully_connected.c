/*
 * naas_fc8: the loops of fully_connected at line 17 on default.
 *
 * schedule fc8 on default
 * DRAM: tile k 1000 c 4096; holds input 4096 weight 4096000 output 1000
 *   for c_L2 in [0, +4096) by 4    1024 trips
 *     L2: tile k 1000 c 4; holds input 4 weight 4000 output 1000
 *       for c_L1 in [c_L2, +4) by 1    4 trips
 *         for k_Y in [0, +1000) by 63    16 trips, last ragged, spatial along Y
 *           L1: tile k 63 c 1; holds input 1 weight 63 output 63
 *             for k in [k_Y, +63) by 1    63 trips
 *               S1
 * finish of an element: S0, S1
 */
struct naas_fc8_args {
    const float *input;
    const float *weight;
    float *output;
    const float *offset;
};

static const naas_rt_problem naas_fc8_problem = {
    .name = "fc8",
    .n_dims = 2,
    .dim_name = {"k", "c"},
    .extent = {1000, 4096},
    .reduce = NAAS_RT_SUM,
    .n_tensors = 3,
    .output = 2,
    .tensor = {
        {
            .name = "input", .role = NAAS_RT_INPUT, .type = NAAS_RT_F32, .fill = 0, .rank = 1,
            .axis = {
                {.n_terms = 1, .dim = {1}, .coef = {1}, .offset = 0, .extent = 4096, .stride = 1},
            },
        },
        {
            .name = "weight", .role = NAAS_RT_WEIGHT, .type = NAAS_RT_F32, .fill = 0, .rank = 2,
            .axis = {
                {.n_terms = 1, .dim = {0}, .coef = {1}, .offset = 0, .extent = 1000, .stride = 4096},
                {.n_terms = 1, .dim = {1}, .coef = {1}, .offset = 0, .extent = 4096, .stride = 1},
            },
        },
        {
            .name = "output", .role = NAAS_RT_OUTPUT, .type = NAAS_RT_F32, .fill = 0, .rank = 1,
            .axis = {
                {.n_terms = 1, .dim = {0}, .coef = {1}, .offset = 0, .extent = 1000, .stride = 1},
            },
        },
    },
};

static const naas_rt_accel naas_fc8_accel = {
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
static void naas_fc8_kernel(const naas_rt_pe *naas_pe)
{
    const long long *const naas_low = naas_pe->box.low;
    const long long *const naas_high = naas_pe->box.high;
    const long long weight_k = naas_pe->stride[1][0];
    const long long output_k = naas_pe->stride[2][0];
    const float *const input = (const float *)naas_pe->base[0]
        + naas_pe->stride[0][0] * naas_low[1];
    const float *const weight = (const float *)naas_pe->base[1]
        + naas_pe->stride[1][1] * naas_low[1];
    float *const output = (float *)naas_pe->base[2];

    for (long long k = naas_low[0]; k < naas_high[0]; k++) {
        output[output_k * k] += weight[weight_k * k] * *input;
    }
}

/* What follows the reduction, once per output element. */
static void naas_fc8_finish(const long long *naas_index, const void *naas_sum, const void *naas_data)
{
    const struct naas_fc8_args *const naas_args = naas_data;
    const long long k = naas_index[0];

    naas_args->output[k] = naas_args->offset[k];
    naas_args->output[k] += *(const float *)naas_sum;
}

/* 0: done. Else nothing has been written, and the original loops have to run. */
static int naas_fc8(const void *input, const void *weight, void *output, const void *offset)
{
    enum { naas_L2 = 1, naas_L1 = 2 };
    enum { naas_input = 0, naas_weight = 1, naas_output = 2 };
    const struct naas_fc8_args naas_args = {input, weight, output, offset};

    naas_rt *const naas_run =
        naas_rt_open("sim", &naas_fc8_problem, &naas_fc8_accel, naas_fc8_kernel, naas_fc8_finish, &naas_args);
    naas_rt_bind(naas_run, naas_input, naas_args.input);
    naas_rt_bind(naas_run, naas_weight, naas_args.weight);
    for (long long c_L2 = 0; c_L2 < 4096; c_L2 += 4) {
        const naas_rt_box tile_L2 = {{0, c_L2}, {1000, c_L2 + 4}};
        naas_rt_load(naas_run, naas_L2, 0, naas_input, &tile_L2);
        naas_rt_load(naas_run, naas_L2, 0, naas_weight, &tile_L2);
        naas_rt_store(naas_run, naas_L2, 0, naas_output, &tile_L2);
        for (long long c_L1 = c_L2; c_L1 < c_L2 + 4; c_L1++) {
            for (long long k_Y = 0; k_Y < 1000; k_Y += 63) {
                const long long k_Y_end = k_Y + 63 < 1000 ? k_Y + 63 : 1000;
                const int pe_L1 = (int)(k_Y / 63);
                const naas_rt_box tile_L1 = {{k_Y, c_L1}, {k_Y_end, c_L1 + 1}};
                naas_rt_load(naas_run, naas_L1, pe_L1, naas_input, &tile_L1);
                naas_rt_load(naas_run, naas_L1, pe_L1, naas_weight, &tile_L1);
                naas_rt_store(naas_run, naas_L1, pe_L1, naas_output, &tile_L1);
            }
            naas_rt_run(naas_run);
        }
    }
    const int naas_status = naas_rt_wait(naas_run);
    naas_rt_close(naas_run);
    return naas_status;
}
