/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { normalize(@nosuch, 2); }
