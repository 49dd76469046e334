/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { x = alloca(1000000); }
