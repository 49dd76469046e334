/* SPDX-License-Identifier: BSD-2-Clause */
/* There is no such process. */

pid4194304:libc:malloc:entry
{
}
