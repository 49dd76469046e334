/* SPDX-License-Identifier: BSD-2-Clause */
/* PID-01: the provider names a process by its number. */

pid0:libc:malloc:entry
{
}
