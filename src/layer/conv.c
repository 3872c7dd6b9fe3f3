#include "conv.h"

#include "nnmpi/tensor.h"
#include "unfold.h"
#include "window_keys.h"

#define AT(member) offsetof(nn_conv_options, member)

const nn_key nn_conv_keys[] = {
    NN_KEY_FILTERS(AT(filters)),
    NN_KEY_WINDOW_SIZE("kernel_size", AT(window.size)),
    NN_KEY_STRIDES("1", AT(window.strides)),
    NN_KEY_PADDING(AT(window.padding)),
    NN_KEY_DILATION(AT(window.dilation_rate)),
    {.name = "groups",
     .type = NN_KEY_INT,
     .offset = AT(groups),
     .preset = "1",
     .min = 1,
     .max = 1 << 30,
     .help = "groups of channels that do not see each other"},
    NN_KEY_ACTIVATION(AT(activation)),
    NN_KEY_USE_BIAS(AT(use_bias)),
    NN_KEY_INITIALIZER("kernel_initializer", "glorot_uniform", AT(kernel_initializer), "W"),
    NN_KEY_INITIALIZER("bias_initializer", "zeros", AT(bias_initializer), "b"),
    {0}};

typedef struct plan {
    nn_window w;
    int64_t in, filters; /* channels */
    int64_t groups, row; /* numbers of a row of one group: taps in / groups */
    int64_t block;       /* rows of a block */
    bool copies, tiles, bias;
} plan;

static bool check_groups(nn_layer *l, const nn_conv_options *o, int64_t in) {
    if (in % o->groups == 0 && o->filters % o->groups == 0) return true;
    return nn_layer_complain(l, "groups", NULL, "groups %lld does not divide the %lld %s",
                             (long long)o->groups, (long long)(in % o->groups ? in : o->filters),
                             in % o->groups ? "channels of its input" : "filters");
}

/* W: (k..., in / groups, filters) */
static bool add_weights(nn_layer *l, const nn_conv_options *o, int axes, int64_t in) {
    nn_shape kernel = {.rank = axes + 2};
    for (int i = 0; i < axes; i++) kernel.dim[i] = o->window.size.value[i];
    kernel.dim[axes] = in / o->groups;
    kernel.dim[axes + 1] = o->filters;
    if (!nn_window_check_size(l, "a kernel", &kernel)) return false;
    nn_layer_add_param(l, "kernel", kernel, o->kernel_initializer);
    if (o->use_bias)
        nn_layer_add_param(l, "bias", nn_shape_of(1, &o->filters), o->bias_initializer);
    return true;
}

bool nn_conv_setup(nn_layer *l, int axes) {
    nn_conv_options *o = NN_NEW(l->arena, nn_conv_options);
    plan *c = NN_NEW(l->arena, plan);
    *o = *(const nn_conv_options *)l->options;
    l->options = o; /* with lists of full length, as Keras wants them */
    if (!nn_window_spread_all(l, "kernel_size", axes, &o->window) ||
        !nn_window_fit(l, "kernel_size", axes, &o->window, &c->w))
        return false;
    int64_t in = l->in[0].dim[axes];
    if (!check_groups(l, o, in) || !add_weights(l, o, axes, in)) return false;
    c->in = in, c->filters = o->filters, c->groups = o->groups, c->bias = o->use_bias;
    c->row = c->w.taps * (in / o->groups);
    c->block = nn_window_block(c->row);
    c->copies = nn_window_copies(&c->w);
    c->tiles = nn_window_tiles(&c->w);
    l->plan = c;
    l->out = nn_window_output(c->w.out, axes, o->filters);
    if (!c->copies) l->temp = c->block * c->row;
    l->keeps_input = true;
    nn_layer_use_activation(l, o->activation);
    return true;
}

static int64_t rows_of(const plan *c, int64_t first, int64_t total) {
    return total - first < c->block ? total - first : c->block;
}

static nn_channels channels_of(const plan *c, int64_t g) {
    int64_t n = c->in / c->groups;
    return (nn_channels){c->in, g * n, n};
}

/* R for m positions of one group, in `temp`, or where it lies in z(j-1) already. */
static const nn_real *gather(const plan *c, int64_t g, int64_t first, int64_t m, const nn_pass *p) {
    nn_channels channels = channels_of(c, g);
    if (c->copies) return p->z_in[0] + first * c->in + channels.at;
    nn_window_gather(&c->w, channels, first, m, p->z_in[0], p->temp);
    return p->temp;
}

void nn_conv_forward(const nn_layer *l, const nn_pass *p) {
    const plan *c = l->plan;
    int64_t total = p->n * c->w.n_out, F = c->filters, f = F / c->groups;
    int64_t length = c->copies ? c->in : c->row;
    for (int64_t first = 0, m; first < total; first += m) {
        m = rows_of(c, first, total);
        for (int64_t g = 0; g < c->groups; g++) {
            const nn_real *rows = gather(c, g, first, m, p);
            nn_gemm(false, false, m, f, c->row, rows, length, p->W[0] + g * f, F, 0,
                    p->z + first * F + g * f, F); /* x = R W */
        }
        nn_layer_bias_activate_rows(l, first, m, c->bias ? p->W[1] : NULL, p->z,
                                    p->kept); /* z(j) = f(x + b) */
    }
}

void nn_conv_backward_common(const nn_layer *l, const nn_pass *p) {
    nn_layer_activate_backward(l, p->n, p->kept, p->z, p->dz); /* dx = dz(j) . f'(x) */
}

void nn_conv_backward_params(const nn_layer *l, const nn_pass *p) {
    const plan *c = l->plan;
    int64_t total = p->n * c->w.n_out, F = c->filters, f = F / c->groups, first = 0, m;
    int64_t length = c->copies ? c->in : c->row;
    do {
        const nn_real *dx = p->dz + first * F;
        m = rows_of(c, first, total);
        for (int64_t g = 0; g < c->groups; g++) {
            const nn_real *rows = gather(c, g, first, m, p);
            nn_gemm(true, false, c->row, f, m, rows, length, dx + g * f, F,
                    first > 0 || p->dW_add[0], p->dW[0] + g * f, F); /* dW = R^T dx */
        }
        if (c->bias)
            nn_sum_rows(m, F, dx, first > 0 || p->dW_add[1], p->dW[1]); /* db = sum of rows of dx */
        first += m;
    } while (first < total);
}

static void backward_copied(const plan *c, const nn_pass *p, int64_t first, int64_t m) {
    int64_t F = c->filters, f = F / c->groups, n = c->in / c->groups;
    for (int64_t g = 0; g < c->groups; g++)
        nn_gemm(false, true, m, n, f, p->dz + first * F + g * f, F, p->W[0] + g * f, F,
                p->dz_in_add[0], p->dz_in[0] + first * c->in + g * n, c->in); /* dz(j-1) = dx W^T */
}

void nn_conv_backward_input(const nn_layer *l, const nn_pass *p) {
    const plan *c = l->plan;
    int64_t total = p->n * c->w.n_out, F = c->filters, f = F / c->groups;
    bool write = c->tiles && !p->dz_in_add[0];
    if (!p->dz_in[0]) return;
    for (int64_t first = 0, m; first < total; first += m) {
        m = rows_of(c, first, total);
        if (c->copies) {
            backward_copied(c, p, first, m);
            continue;
        }
        if (!write && !p->dz_in_add[0]) nn_window_zero_new(&c->w, c->in, first, m, p->dz_in[0]);
        for (int64_t g = 0; g < c->groups; g++) {
            nn_gemm(false, true, m, c->row, f, p->dz + first * F + g * f, F, p->W[0] + g * f, F, 0,
                    p->temp, c->row); /* dR = dx W^T */
            nn_window_scatter(&c->w, channels_of(c, g), first, m, p->temp, write, p->dz_in[0]);
        }
    }
}

double nn_conv_flops(const nn_layer *l) {
    const plan *c = l->plan;
    return 2.0 * (double)c->w.n_out * (double)c->row * (double)c->filters;
}
