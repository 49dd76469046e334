/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { @ = lquantize(1, 10, 5, 1); }
