/** Deletes from `lib` what was compiled from sources that are no more, so that no package ships it: `tsc` does not. */
const { existsSync, readdirSync, rmSync } = require('node:fs')
const { join } = require('node:path')

const COMPILED = /\.(?:js|d\.ts)(?:\.map)?$/

for (const file of readdirSync('lib', { recursive: true, encoding: 'utf8' })) {
  if (!COMPILED.test(file) || existsSync(join('src', file.replace(COMPILED, '.ts')))) continue
  rmSync(join('lib', file))
}
