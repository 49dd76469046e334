/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions have an entry and a return.
 */
fbt::vfs_read:middle
{
}
