/*
 * naas_rt.h: what the C that naascc emits calls. C99; includes nothing, so that it may stand above any
 * user code, preprocessed code too.
 *
 * A kernel describes its problem (dims, tensors with affine subscripts) and its accelerator (storage levels,
 * arrays) in two constant structs, opens a target, and then *declares* what each storage level holds:
 *
 *     naas_rt *rt = naas_rt_open("sim", &problem, &accel, pe_kernel, finish, &args);
 *     for (k_L2 ...) {
 *         naas_rt_load(rt, L2, 0, X, box);      (1)
 *         naas_rt_store(rt, L2, 0, Y, box);     (2)
 *         for (c_L1 ...) {
 *             for (k_pe ...)
 *                 naas_rt_load(rt, L1, pe, X, box);
 *             naas_rt_run(rt);                  (3)
 *         }
 *     }
 *     status = naas_rt_wait(rt);                (4)
 *     naas_rt_close(rt);
 *
 * (1) From the next run on, L2 holds the elements of X that the box touches, (2) and collects the sums of the
 * elements of Y that the box touches. (3) Moves data, then runs pe_kernel on every PE declared since the last
 * run. (4) Writes back what is left, then calls finish for every output element.
 *
 * Moving is the runtime's work: elements that a level already holds stay; the others come from the next level
 * outwards that holds the tensor, one read serving every instance that needs the element in that step;
 * elements outside the array are filled. Sums that leave a tile are drained outwards, sums of one element
 * drained by several instances in one step being added on the way; an unfinished sum that comes back is read
 * again, by one instance. An instance that is not declared in a step keeps its tile.
 *
 * When the tile of a level moves on, every tensor that it keeps is declared anew, on every instance that has
 * something to do, outer levels before inner ones.
 *
 * Errors stick: after the first one, calls do nothing, naas_rt_wait returns it, and finish is never called,
 * so the caller's arrays are untouched and the original loops can run instead. There is no state but the
 * handle's; with NAAS_RT_STATS=1 in the environment naas_rt_wait prints the counters on stderr.
 */
#ifndef NAAS_RT_H
#define NAAS_RT_H

#ifdef __cplusplus
extern "C" {
#endif

/* The library has its structs laid out as the machine does, whatever -fpack-struct=N says of the user's. */
#pragma pack(push, 16)

#define NAAS_RT_VERSION 1

enum {
    NAAS_RT_MAX_DIMS = 10,
    NAAS_RT_MAX_TENSORS = 4,
    NAAS_RT_MAX_RANK = 6,
    NAAS_RT_MAX_LEVELS = 5,
    NAAS_RT_MAX_AXES = 3,
    NAAS_RT_MAX_PORTS = 4,
    NAAS_RT_MAX_PARTITIONS = 3
};

/* Element types, and their roles (a bit each, so that sets are masks). */
enum naas_rt_type {
    NAAS_RT_I8,
    NAAS_RT_U8,
    NAAS_RT_I16,
    NAAS_RT_U16,
    NAAS_RT_I32,
    NAAS_RT_U32,
    NAAS_RT_I64,
    NAAS_RT_U64,
    NAAS_RT_F32,
    NAAS_RT_F64
};
enum naas_rt_role { NAAS_RT_INPUT = 1, NAAS_RT_WEIGHT = 2, NAAS_RT_OUTPUT = 4 };
enum naas_rt_reduce { NAAS_RT_SUM, NAAS_RT_MAX, NAAS_RT_MIN, NAAS_RT_NO_REDUCE };

/* Coordinate along an axis of a tensor: sum coef[i] * value of dim[i], plus offset; outside 0 <= coordinate <
 * extent it is padding. stride: distance of neighbours in the caller's array, in elements. */
typedef struct {
    int n_terms;
    int dim[2];
    long long coef[2];
    long long offset, extent, stride;
} naas_rt_axis;

typedef struct {
    const char *name;
    int role, type;
    double fill; /* of padding, converted to type; the output's element type is that of its partial sums */
    int rank;
    naas_rt_axis axis[NAAS_RT_MAX_RANK];
} naas_rt_tensor;

typedef struct {
    const char *name;
    int n_dims;
    const char *dim_name[NAAS_RT_MAX_DIMS];
    long long extent[NAAS_RT_MAX_DIMS];
    int n_tensors, output; /* output: index of the one tensor with role NAAS_RT_OUTPUT */
    naas_rt_tensor tensor[NAAS_RT_MAX_TENSORS];
    int reduce;
} naas_rt_problem;

typedef struct {
    int roles;
    long long bytes; /* 0: unlimited */
} naas_rt_partition;

/* Path between a level and the next one inwards; down, up: roles it carries. words_per_cycle 0: unlimited. */
typedef struct {
    const char *name;
    int down, up;
    double words_per_cycle;
} naas_rt_port;

typedef struct {
    const char *name;
    int buffers; /* 1, or 2 when double-buffered */
    int n_partitions;
    naas_rt_partition partition[NAAS_RT_MAX_PARTITIONS];
    int n_ports;
    naas_rt_port port[NAAS_RT_MAX_PORTS];
    int n_axes; /* of the array of next-level instances below each instance */
    int size[NAAS_RT_MAX_AXES];
    unsigned keeps; /* bit t: holds tensor t */
} naas_rt_level;

typedef struct {
    const char *name;
    int n_levels; /* level[0] is DRAM: the caller's memory */
    naas_rt_level level[NAAS_RT_MAX_LEVELS];
    int macs_per_cycle;
    int padding_stored;
} naas_rt_accel;

/* A box of the iteration space: low <= i < high per dim. */
typedef struct {
    long long low[NAAS_RT_MAX_DIMS], high[NAAS_RT_MAX_DIMS];
} naas_rt_box;

/* What a PE kernel sees: its box, and per tensor the address of the element with all coordinates 0 could it
 * be there: the element at coordinates c lies at base[t] + sum c[j] * stride[t][j] (elements of the tensor's
 * type; sums for the output). */
typedef struct {
    naas_rt_box box;
    char *base[NAAS_RT_MAX_TENSORS];
    long long stride[NAAS_RT_MAX_TENSORS][NAAS_RT_MAX_RANK];
    const void *args;
} naas_rt_pe;

typedef void naas_rt_kernel(const naas_rt_pe *pe);
/* Completes an output element: index = coordinates of the output's axes, sum = its reduced value. */
typedef void naas_rt_finish(const long long *index, const void *sum, const void *args);

enum naas_rt_status {
    NAAS_RT_OK = 0,
    NAAS_RT_NO_TARGET, /* unknown target */
    NAAS_RT_NO_MEMORY, /* the host is out of memory */
    NAAS_RT_OVERFLOW,  /* a tile does not fit the buffer that naas_rt_error names */
    NAAS_RT_BAD_CALL   /* calls that contradict the problem or accelerator */
};

typedef struct naas_rt naas_rt;

/* Never NULL but when memory for the handle itself is missing: the other functions accept that, naas_rt_wait
 * answers NAAS_RT_NO_MEMORY. problem and accel are kept, not copied. */
naas_rt *naas_rt_open(const char *target, const naas_rt_problem *problem, const naas_rt_accel *accel,
    naas_rt_kernel *kernel, naas_rt_finish *finish, const void *args);
/* The caller's memory of an input: address of the element with all coordinates 0. */
void naas_rt_bind(naas_rt *rt, int tensor, const void *base);

/* instance: row-major over the arrays above the level, outermost first. Declaring a tensor that the level
 * does not keep moves nothing: it only says that the instance takes part in the step. */
void naas_rt_load(naas_rt *rt, int level, int instance, int tensor, const naas_rt_box *box);
void naas_rt_store(naas_rt *rt, int level, int instance, int tensor, const naas_rt_box *box);
void naas_rt_run(naas_rt *rt);
int naas_rt_wait(naas_rt *rt);
void naas_rt_close(naas_rt *rt);

/* Why the latest status is not NAAS_RT_OK: one line; "" when it is. Valid until close. */
const char *naas_rt_error(const naas_rt *rt);

/* Counters, as docs/model.md defines them. They are complete after naas_rt_wait. */
typedef struct {
    long long reads, fills, drains, updates;
} naas_rt_count;
typedef struct {
    naas_rt_count count[NAAS_RT_MAX_LEVELS][NAAS_RT_MAX_TENSORS];
    long long deliveries[NAAS_RT_MAX_LEVELS], adds[NAAS_RT_MAX_LEVELS]; /* on the network below the level */
    long long macs, cycles, runs;
} naas_rt_counters;
void naas_rt_read_counters(const naas_rt *rt, naas_rt_counters *counters);

/* -fnaas-verify: a nest is run twice, by its kernel and by the original loops, whose result stays.
 *
 *     naas_rt_verify *v = naas_rt_verify_begin(n, ranges);      keeps what the nest may write
 *     v = naas_rt_verify_kernel(v, naas_conv1(x, w, y));        sets the kernel's results aside
 *     for (...) ...                                             the original loops
 *     naas_rt_verify_end(v, "conv1.c:12:5: nest 'conv1'");      compares
 *
 * Integers have to be equal. Floats have to be equal, which -0 and 0 are, or both be NaN, or be no further
 * apart than `rounding` x the largest finite magnitude in the range. A difference is reported on stderr; with
 * NAAS_RT_VERIFY=abort in the environment the program then aborts. Nothing is compared where the kernel did
 * not run, or memory is short: the handle is NULL then, which all three take. */
typedef struct {
    const char *name;
    int type;        /* naas_rt_type */
    void *base;      /* elements from here on */
    long long first; /* number of the first one in the array, for messages */
    long long elements;
    double rounding; /* 0: floats are exact, too */
} naas_rt_range;
typedef struct naas_rt_verify naas_rt_verify;
naas_rt_verify *naas_rt_verify_begin(int n, const naas_rt_range *range);
naas_rt_verify *naas_rt_verify_kernel(naas_rt_verify *verify, int status);
void naas_rt_verify_end(naas_rt_verify *verify, const char *nest);

/* ---- what kernels of the native target call ---- */

/* Memory for the time of a call, aligned to 64 bytes, with anything in it; NULL when there is none. Given
 * back, it is kept for a later call. */
void *naas_rt_scratch(unsigned long long bytes);
void naas_rt_scratch_end(void *scratch); /* NULL: nothing */

/* A kernel's packed copies of arrays that do not change while the program runs, by their addresses. Starts as
 * zeros. naas_rt_pack returns the copy of `array`; where there was none, *is_new is 1 and the caller fills it
 * and calls naas_rt_pack_end, until which other threads wait. ok = 0: it could not. */
typedef struct {
    struct naas_rt_pack *first;
    int lock;
} naas_rt_packs;
void *naas_rt_pack(naas_rt_packs *packs, const void *array, unsigned long long bytes, int *is_new);
void naas_rt_pack_end(naas_rt_packs *packs, int ok);

#pragma pack(pop)

#ifdef __cplusplus
}
#endif
#endif
