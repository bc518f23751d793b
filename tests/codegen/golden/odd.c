/*
 * naas_odd: the loops of made at line 1 on small.
 */
struct naas_odd_args {
    const float *x;
    const float *w;
    float *y;
};

static const naas_rt_problem naas_odd_problem = {
    .name = "fc",
    .n_dims = 2,
    .dim_name = {"k", "c"},
    .extent = {10, 6},
    .reduce = NAAS_RT_SUM,
    .n_tensors = 3,
    .output = 2,
    .tensor = {
        {
            .name = "x", .role = NAAS_RT_INPUT, .type = NAAS_RT_F32, .fill = 0, .rank = 1,
            .axis = {
                {.n_terms = 1, .dim = {1}, .coef = {1}, .offset = 0, .extent = 6, .stride = 1},
            },
        },
        {
            .name = "w", .role = NAAS_RT_WEIGHT, .type = NAAS_RT_F32, .fill = 0, .rank = 2,
            .axis = {
                {.n_terms = 1, .dim = {0}, .coef = {1}, .offset = 0, .extent = 10, .stride = 6},
                {.n_terms = 1, .dim = {1}, .coef = {1}, .offset = 0, .extent = 6, .stride = 1},
            },
        },
        {
            .name = "y", .role = NAAS_RT_OUTPUT, .type = NAAS_RT_F32, .fill = 0, .rank = 1,
            .axis = {
                {.n_terms = 1, .dim = {0}, .coef = {1}, .offset = 0, .extent = 10, .stride = 1},
            },
        },
    },
};

static const naas_rt_accel naas_odd_accel = {
    .name = "small",
    .macs_per_cycle = 1,
    .padding_stored = 0,
    .n_levels = 3,
    .level = {
        {.name = "DRAM", .buffers = 1, .keeps = 0x7,
            .n_axes = 1, .size = {3}},
        {.name = "L2", .buffers = 2, .keeps = 0x6,
            .n_axes = 1, .size = {4}},
        {.name = "L1", .buffers = 1, .keeps = 0x7},
    },
};

/* One tile on one PE. */
static void naas_odd_kernel(const naas_rt_pe *naas_pe)
{
    const long long *const naas_low = naas_pe->box.low;
    const long long *const naas_high = naas_pe->box.high;
    const long long x_c = naas_pe->stride[0][0];
    const long long w_c = naas_pe->stride[1][1];
    const float *const x = (const float *)naas_pe->base[0];
    const float *const w = (const float *)naas_pe->base[1]
        + naas_pe->stride[1][0] * naas_low[0];
    float *const y = (float *)naas_pe->base[2]
        + naas_pe->stride[2][0] * naas_low[0];

    float naas_sum = *y;
    for (long long c_tile = naas_low[1]; c_tile < naas_high[1]; c_tile += 4) {
        for (long long c = c_tile; c < c_tile + 4 && c < naas_high[1]; c++) {
            if (c >= 0 && 5 >= c && 9 >= (9 - naas_low[0]) && (9 - naas_low[0]) >= 0 && c >= 0 && 5 >= c) {
                naas_sum += x[x_c * c] * w[w_c * c];
            }
        }
    }
    *y = naas_sum;
}

/* What follows the reduction, once per output element. */
static void naas_odd_finish(const long long *naas_index, const void *naas_sum, const void *naas_data)
{
    const struct naas_odd_args *const naas_args = naas_data;
    const long long k = 9 - naas_index[0];

    naas_args->y[-k + 9] += *(const float *)naas_sum;
}

/* 0: done. Else nothing has been written, and the original loops have to run. */
static int naas_odd(const void *x, const void *w, void *y)
{
    enum { naas_L2 = 1, naas_L1 = 2 };
    enum { naas_x = 0, naas_w = 1, naas_y = 2 };
    const struct naas_odd_args naas_args = {x, w, y};

    naas_rt *const naas_run =
        naas_rt_open("sim", &naas_odd_problem, &naas_odd_accel, naas_odd_kernel, naas_odd_finish, &naas_args);
    naas_rt_bind(naas_run, naas_x, naas_args.x);
    naas_rt_bind(naas_run, naas_w, naas_args.w);
    for (long long k_L2 = 0; k_L2 < 10; k_L2 += 7) {
        const long long k_L2_end = k_L2 + 7 < 10 ? k_L2 + 7 : 10;
        for (long long k_G = k_L2; k_G < k_L2_end; k_G += 3) {
            const long long k_G_end = k_G + 3 < k_L2_end ? k_G + 3 : k_L2_end;
            const int pe_L2 = (int)((k_G - k_L2) / 3);
            const naas_rt_box tile_L2 = {{k_G, 0}, {k_G_end, 6}};
            naas_rt_load(naas_run, naas_L2, pe_L2, naas_w, &tile_L2);
            naas_rt_store(naas_run, naas_L2, pe_L2, naas_y, &tile_L2);
        }
        for (long long k_L1 = k_L2; k_L1 < (k_L2 + 3 < k_L2_end ? k_L2 + 3 : k_L2_end); k_L1 += 2) {
            for (long long k_G = k_L2; k_G < k_L2_end; k_G += 3) {
                const long long k_G_end = k_G + 3 < k_L2_end ? k_G + 3 : k_L2_end;
                const long long k_L1_at = k_G + (k_L1 - k_L2);
                if (k_L1_at >= k_G_end)
                    continue;
                const long long k_L1_at_end = k_L1_at + 2 < k_G_end ? k_L1_at + 2 : k_G_end;
                for (long long k_X = k_L1_at; k_X < k_L1_at_end; k_X++) {
                    const int pe_L1 = (int)((k_G - k_L2) / 3 * 4 + (k_X - k_L1_at));
                    const naas_rt_box tile_L1 = {{k_X, 0}, {k_X + 1, 6}};
                    naas_rt_load(naas_run, naas_L1, pe_L1, naas_x, &tile_L1);
                    naas_rt_load(naas_run, naas_L1, pe_L1, naas_w, &tile_L1);
                    naas_rt_store(naas_run, naas_L1, pe_L1, naas_y, &tile_L1);
                }
            }
            naas_rt_run(naas_run);
        }
    }
    const int naas_status = naas_rt_wait(naas_run);
    naas_rt_close(naas_run);
    return naas_status;
}
