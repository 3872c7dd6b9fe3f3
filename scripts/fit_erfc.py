#!/usr/bin/python3
"""fit_erfc.py: the coefficients of nn_erfc in include/nnmpi/exponential.h (needs python3-mpmath).

(1 + 2y) e^(y^2) erfc(y) as a Chebyshev fit in t = (y - 3) / (y + 3) over 0 <= y <= limit
(Shepherd and Laframboise, Mathematics of Computation 36, 1981)."""
import mpmath as mp

mp.mp.dps = 40
K = 3


def scaled(t):
    y = K * (1 + t) / (1 - t)
    return (1 + 2 * y) * mp.exp(y * y) * mp.erfc(y)


for name, degree, limit, digits in (("float", 10, 11, 10), ("double", 22, 28, 19)):
    c, error = mp.chebyfit(scaled, [-1, mp.mpf(limit - K) / (limit + K)], degree + 1, error=True)
    print(f"/* {name}: largest error {mp.nstr(error, 2)} */")
    print("#define NN_ERFC_TERMS", ", ".join(mp.nstr(x, digits) for x in c))
