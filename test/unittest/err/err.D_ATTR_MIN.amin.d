/* SPDX-License-Identifier: BSD-2-Clause */
#pragma D option amin=Stable/Stable/Common
BEGIN { trace(curthread); }
