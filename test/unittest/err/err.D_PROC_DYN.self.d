/* SPDX-License-Identifier: BSD-2-Clause */
/* PID-09: dtrace does not trace itself. */

pid$pid:libc:malloc:entry
{
}
