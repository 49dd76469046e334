/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * END can print what was gathered.
 */

#pragma D option quiet

BEGIN { @["x"] = sum(4); exit(0); }
END { printa("%s=%@d\n", @); }
