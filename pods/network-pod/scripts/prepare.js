/** Builds what the bundle is made of where it is missing, as in a fresh clone. A present build is left alone. */
const { execFileSync } = require('node:child_process')
const { existsSync } = require('node:fs')
const { join } = require('node:path')

const root = join(__dirname, '..', '..', '..')
const rush = (...args) =>
  execFileSync(process.execPath, [join(root, 'common/scripts/install-run-rush.js'), ...args], {
    cwd: root,
    stdio: 'inherit'
  })

const { name, dependencies, devDependencies } = require('../package.json')
const built = Object.entries({ ...dependencies, ...devDependencies })
  .filter(([, version]) => version.startsWith('workspace:'))
  .map(([dependency]) => join(__dirname, '..', 'node_modules', dependency))
  .every((folder) => {
    if (!existsSync(folder)) return false
    const { main } = require(join(folder, 'package.json'))
    return main === undefined || existsSync(join(folder, main))
  })

if (!built) {
  rush('install')
  rush('build', '--to', name)
}
