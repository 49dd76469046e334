/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { trace(curpsinfo ? 1 : 2); }
