/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { 1 ? trace(1) : trace(2); }
