// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// Required: it is outside the sources, and a bundler takes it in all the same
const { version: released } = require('../package.json') as { readonly version: string }

/** Of these packages: they share one. */
export const version: string = released
