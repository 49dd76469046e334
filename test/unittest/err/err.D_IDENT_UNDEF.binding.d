/* SPDX-License-Identifier: BSD-2-Clause */
#pragma D option version=1.0
#pragma D binding "1.5" newer
inline int newer = 5;
BEGIN { trace(newer); }
