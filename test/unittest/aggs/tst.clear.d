/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-13: clear() keeps the keys.
 */

#pragma D option quiet

BEGIN { @["a"] = sum(5); @["b"] = sum(6); }
BEGIN { printa("%s %@d\n", @); clear(@); printa("%s %@d\n", @); exit(0); }
