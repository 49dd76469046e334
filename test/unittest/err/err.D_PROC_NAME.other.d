/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions have an entry and a return. */

pid1:libc:malloc:begin
{
}
