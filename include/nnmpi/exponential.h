/* e^x - 1 and what comes from it, for x <= 0, without branches, calls or tables: a loop around them
 * becomes vector code, some five times faster than libm. Errors: a few units in the last place.
 *
 *     x = k log 2 + r, |r| <= log(2)/2:    e^x - 1 = 2^k (e^r - 1) + (2^k - 1),
 *
 * e^r - 1 by Taylor. e^x stays above the smallest normal number. A NaN stays one. */
#ifndef NNMPI_EXPONENTIAL_H
#define NNMPI_EXPONENTIAL_H

#include "nnmpi/real.h"

#ifdef NN_DOUBLE
typedef uint64_t nn_bits;
#define NN_LOWEST (-708.0)
#define NN_ROUNDER 0x1.8p52 /* x + it - it is x rounded to a whole number */
#define NN_MANTISSA 52
#define NN_BIAS 1023
#define NN_TAYLOR 13
#define NN_LOG1P_TERMS 17
#define NN_LOG2_HIGH 6.93145751953125e-1 /* log 2 in two parts: k times the first is exact */
#define NN_LOG2_LOW 1.42860682030941723212e-6
#define NN_ERFC_LIMIT ((nn_real)28)
#define NN_ERFC_TERMS                                                                              \
    -4.210104975119194874e-9, -8.500119502115306551e-9, 3.291634396766320205e-8,                   \
        9.186243026143846608e-8, -1.311166137536458821e-7, -6.050048623933503678e-7,               \
        3.48991978897442946e-7, 3.463997532352904219e-6, -7.275875746667182953e-7,                 \
        -0.00002009663087595395243, 4.948147875576539471e-6, 0.0001250981517486432149,             \
        -0.0001051594903377597439, -0.0007798320379611114899, 0.001888690312003781901,             \
        0.002529391788270445378, -0.02377051491423367136, 0.0683080273458045873,                   \
        -0.1192736634155285327, 0.1296451587027055158, -0.04756229435344637276,                    \
        -0.1356211061245806848, 1.253008058269729637
#else
typedef uint32_t nn_bits;
#define NN_LOWEST (-87.0f)
#define NN_ROUNDER 0x1.8p23f
#define NN_MANTISSA 23
#define NN_BIAS 127
#define NN_TAYLOR 8
#define NN_LOG1P_TERMS 8
#define NN_LOG2_HIGH 0.693359375f
#define NN_LOG2_LOW (-2.12194440e-4f)
#define NN_ERFC_LIMIT ((nn_real)11)
#define NN_ERFC_TERMS                                                                              \
    -0.0002690068022f, -0.000775897423f, 0.002009782327f, 0.00257290446f, -0.02380005901f,         \
        0.06829274811f, -0.119270944f, 0.1296468575f, -0.04756237295f, -0.1356211556f,             \
        1.253008059f
#endif

/* e^x - 1 = power * part + (power - 1) */
typedef struct nn_exp_parts {
    nn_real power, part;
} nn_exp_parts;

static inline nn_exp_parts nn_exp_split(nn_real x) {
    union {
        nn_real real;
        nn_bits bits;
    } whole, power;
    x = x < NN_LOWEST ? NN_LOWEST : x;
    x = x > 0 ? 0 : x;
    whole.real = x * (nn_real)1.44269504088896340736 + NN_ROUNDER; /* its low bits are k */
    nn_real k = whole.real - NN_ROUNDER;
    nn_real r = (x - k * NN_LOG2_HIGH) - k * NN_LOG2_LOW, sum = 1;
#pragma GCC unroll 16
    for (int i = NN_TAYLOR; i > 1; i--) sum = 1 + r * ((nn_real)1 / (nn_real)i) * sum;
    power.bits = (whole.bits + NN_BIAS) << NN_MANTISSA;
    return (nn_exp_parts){power.real, r * sum};
}

static inline nn_real nn_exp(nn_real x) {
    nn_exp_parts e = nn_exp_split(x);
    return e.power * e.part + e.power;
}

static inline nn_real nn_expm1(nn_real x) {
    nn_exp_parts e = nn_exp_split(x);
    return e.power * e.part + (e.power - 1);
}

static inline nn_real nn_magnitude(nn_real x) {
    return x < 0 ? -x : x;
}

/* For every x:  tanh |x| = -m / (2 + m),  m = e^(-2|x|) - 1 */
static inline nn_real nn_tanh(nn_real x) {
    nn_real m = nn_expm1(-2 * nn_magnitude(x)), t = -m / (2 + m);
    return x < 0 ? -t : t;
}

/* For every x:  1 / (1 + e^-x), by e^-|x| */
static inline nn_real nn_sigmoid(nn_real x) {
    nn_real e = nn_exp(-nn_magnitude(x));
    return (x < 0 ? e : 1) / (1 + e);
}

/* For u in [0, 1]:  log(1 + u) = 2 artanh s,  s = u / (2 + u) <= 1/3 */
static inline nn_real nn_log1p(nn_real u) {
    nn_real s = u / (2 + u), q = s * s, sum = 0;
#pragma GCC unroll 32
    for (int i = NN_LOG1P_TERMS; i >= 0; i--) sum = (nn_real)1 / (nn_real)(2 * i + 1) + q * sum;
    return 2 * s * sum;
}

/* For every x:  erfc |x| = e^(-x^2) p(t) / (1 + 2|x|),  t = (|x| - 3) / (|x| + 3), and erfc(-x) =
 * 2 - erfc(x). Shepherd and Laframboise, Mathematics of Computation 36, 1981; p by
 * scripts/fit_erfc.py. Where x > 1 rounding of x^2 makes an error of x^2 units in the last place.
 */
static inline nn_real nn_erfc(nn_real x) {
    static const nn_real term[] = {NN_ERFC_TERMS};
    nn_real y = nn_magnitude(x);
    y = y > NN_ERFC_LIMIT ? NN_ERFC_LIMIT : y;
    nn_real t = (y - 3) / (y + 3), sum = term[0];
#pragma GCC unroll 32
    for (unsigned i = 1; i < sizeof term / sizeof *term; i++) sum = term[i] + t * sum;
    nn_real e = nn_exp(-y * y) * sum / (1 + 2 * y);
    return x < 0 ? 2 - e : e;
}

#endif
