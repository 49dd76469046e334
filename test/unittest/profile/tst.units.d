/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PRF-01: units.
 * @@sort
 */

#pragma D option quiet

tick-1000us { @["us"] = count(); }
tick-2000000ns { @["ns"] = count(); }
tick-100hz { @["hz"] = count(); }
tick-100 { @["bare"] = count(); }
tick-1s
{
	printa("%s %@d\n", @);
	exit(0);
}
