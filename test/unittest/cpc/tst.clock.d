/* SPDX-License-Identifier: BSD-2-Clause */
/* CPC-02: time spent in programs interrupts programs only. @@trigger: calls getppid=2000000 */

#pragma D option quiet

cpc:::cpu_clock-user-1000000
{
	@[arg0 ? "kernel" : arg1 ? "program" : "nowhere"] = count();
}
