/** Strips the types of a test and of what it tests, one file at a time: `tsc` has checked them in the build. */
const { createHash } = require('node:crypto')
const { readFileSync } = require('node:fs')
const { transformSync, version } = require('esbuild')

const options = { loader: 'ts', format: 'cjs', target: 'node20', sourcemap: 'external', sourcesContent: false }
const own = readFileSync(__filename, 'utf8') + version

module.exports = {
  canInstrument: false,
  getCacheKey: (source, file) => createHash('sha256').update(own).update(file).update(source).digest('hex'),
  process: (source, sourcefile) => transformSync(source, { ...options, sourcefile })
}
