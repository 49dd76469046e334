/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { nosuchfunction(1); }
