'use strict'
/** Keeps registry URLs out of the lock file: pnpm records `tarball:` when a mirror serves non-standard URLs. */
function afterAllResolved(lockfile) {
  for (const pkg of Object.values(lockfile.packages ?? {})) {
    if (pkg.resolution?.integrity !== undefined) delete pkg.resolution.tarball
  }
  return lockfile
}
module.exports = { hooks: { afterAllResolved } }
