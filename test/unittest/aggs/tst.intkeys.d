/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-01: integer keys by width.
 */

#pragma D option quiet

BEGIN
{
	@i[42] = count();
	@l[(int64_t)-42] = count();
	@s[(int16_t)7] = count();
	@c[(int8_t)-7] = count();
	exit(0);
}
