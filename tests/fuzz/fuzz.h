/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>
#include <stdint.h>

/*
 * A fuzz target defines LLVMFuzzerTestOneInput(); LLVMFuzzerInitialize() may be defined too. In a
 * fuzzing build libFuzzer calls them; else standalone.c does, with each file of the corpus.
 */
int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
