"""The inverse of the normal distribution: Wichura's algorithm AS 241 (PPND16; Applied Statistics 37, 1988).

It is right to about 1e-15 of its value. `near` and `far` are compiled as they stand where there is Numba, and take the
same steps where there is not, so that both give the same bits. (Compiled code that is kept on disk does not see a
change in this file; `tests/engine/test_draws.py` does.)
"""

from math import log, sqrt

import numpy as np

from ripple.engine.team_arrays import Floats

NEAR = 0.425
"""How far from 1/2 a probability may be for `near`."""

SMALLEST = 2.0**-54
"""In place of 0; the generator's largest number is 1 - 2**-53."""


def near(q: Floats) -> Floats:
    """The score of a probability 1/2 + q with |q| <= `NEAR`: of a number, or of each of an array.

    >>> float(near(0.0))
    0.0
    """
    r = 0.180625 - q * q
    upper = 2.5090809287301226727e3 * r + 3.3430575583588128105e4
    upper = (upper * r + 6.7265770927008700853e4) * r + 4.5921953931549871457e4
    upper = (upper * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3
    upper = (upper * r + 1.3314166789178437745e2) * r + 3.3871328727963666080e0
    lower = 5.2264952788528545610e3 * r + 2.8729085735721942674e4
    lower = (lower * r + 3.9307895800092710610e4) * r + 2.1213794301586595867e4
    lower = (lower * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2
    lower = (lower * r + 4.2313330701600911252e1) * r + 1.0
    return q * upper / lower


def far(p: float) -> float:
    """The score of any other probability, from 0 (taken as `SMALLEST`) to 1.

    >>> round(far(0.975), 6), round(far(1e-12), 6)
    (1.959964, -7.034484)
    """
    r = sqrt(-log(max(min(p, 1.0 - p), SMALLEST)))
    if r <= 5.0:
        r -= 1.6
        upper = 7.74545014278341407640e-4 * r + 2.27238449892691845833e-2
        upper = (upper * r + 2.41780725177450611770e-1) * r + 1.27045825245236838258e0
        upper = (upper * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0
        upper = (upper * r + 4.63033784615654529590e0) * r + 1.42343711074968357734e0
        lower = 1.05075007164441684324e-9 * r + 5.47593808499534494600e-4
        lower = (lower * r + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1
        lower = (lower * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0
        lower = (lower * r + 2.05319162663775882187e0) * r + 1.0
    else:
        r -= 5.0
        upper = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
        upper = (upper * r + 1.24266094738807843860e-3) * r + 2.65321895265761230930e-2
        upper = (upper * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0
        upper = (upper * r + 5.46378491116411436990e0) * r + 6.65790464350110377720e0
        lower = 2.04426310338993978564e-15 * r + 1.42151175831644588870e-7
        lower = (lower * r + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4
        lower = (lower * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1
        lower = (lower * r + 5.99832206555887937690e-1) * r + 1.0
    return -upper / lower if p < 0.5 else upper / lower


def scores(uniform: Floats) -> Floats:
    """The score of each probability.

    >>> scores(np.array([0.5, 0.975])).round(6).tolist()
    [0.0, 1.959964]
    """
    q = uniform - 0.5
    found, beyond = near(q), np.abs(q) > NEAR
    found[beyond] = [far(p) for p in uniform[beyond].tolist()]
    return found
