/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { this->a[1] = 2; }
