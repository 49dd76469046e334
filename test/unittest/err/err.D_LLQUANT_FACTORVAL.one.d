/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { @ = llquantize(1, 1, 0, 2, 10); }
