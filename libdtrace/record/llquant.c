/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * llquantize()'s buckets: record.h has the numbering. Negative values are the mirror of positive
 * ones. Works on unsigned magnitudes, so that INT64_MIN has one, and stops at the first power that
 * would not fit: parameters are checked by sema, but the arithmetic is safe for any.
 */
#include "record/record.h"

/* factor^e, saturating. */
static uint64_t power(uint64_t factor, int64_t e)
{
	uint64_t p = 1;

	while (e-- > 0)
		if (__builtin_mul_overflow(p, factor, &p))
			return UINT64_MAX;
	return p;
}

static uint64_t per_magnitude(int64_t factor, int64_t steps)
{
	return (uint64_t)(steps - steps / factor);
}

uint32_t dt_llquant_nbuckets(int64_t factor, int64_t lmag, int64_t hmag, int64_t steps)
{
	if (factor < 2 || steps < 1 || lmag > hmag)
		return 3;
	return (uint32_t)(2 * (uint64_t)(hmag - lmag + 1) * per_magnitude(factor, steps) + 3);
}

uint32_t dt_llquant_bucket(int64_t factor, int64_t lmag, int64_t hmag, int64_t steps, int64_t v)
{
	uint64_t mag = v < 0 ? 0 - (uint64_t)v : (uint64_t)v, f = (uint64_t)factor;
	uint32_t last = dt_llquant_nbuckets(factor, lmag, hmag, steps) - 1, mid = last / 2, b;
	uint64_t low, high, width, per;

	if (factor < 2 || steps < 1 || lmag > hmag || mag < power(f, lmag))
		return mid;
	if (mag >= power(f, hmag + 1)) {
		b = last;
	} else {
		per = per_magnitude(factor, steps);
		for (int64_t m = lmag;; m++) {
			low = power(f, m);
			high = power(f, m + 1);
			if (mag < high)
				break;
			per += per_magnitude(factor, steps);
		}
		width = high / (uint64_t)steps;
		if (!width)
			width = 1;
		/* per counts the buckets up to the end of this magnitude */
		b = mid + 1 + (uint32_t)(per - per_magnitude(factor, steps) + (mag - low) / width);
	}
	return v < 0 ? last - b : b;
}
