/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A function that does not exist.
 */
fbt::no_such_function_at_all:entry
{
}
