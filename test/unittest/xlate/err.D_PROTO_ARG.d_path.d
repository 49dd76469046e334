/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { trace(d_path(curthread)); }
