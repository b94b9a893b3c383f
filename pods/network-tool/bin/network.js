#!/usr/bin/env node
// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// Installers link it, also in a clone in which nothing has been built yet. In one file with all that it needs it starts in half the time
require('../bundle/main.js')
