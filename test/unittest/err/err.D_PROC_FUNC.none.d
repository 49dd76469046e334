/* SPDX-License-Identifier: BSD-2-Clause */
/* The object has no such function. */

pid$ppid:libc:no_such_function:entry
{
}
