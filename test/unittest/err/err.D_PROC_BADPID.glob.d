/* SPDX-License-Identifier: BSD-2-Clause */
/* PID-01: patterns are not for processes. */

pid*:libc:malloc:entry
{
}
