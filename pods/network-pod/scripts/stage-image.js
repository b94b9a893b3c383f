/**
 * Lays out bundle/image, which becomes /app in the image: the bundle, its source map, the licence, and of `zeromq` and its
 * loader only what runs on the base image (Linux with glibc, one binary for each processor).
 */
const { cpSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } = require('node:fs')
const { dirname, join } = require('node:path')

const pod = join(__dirname, '..')
const image = join(pod, 'bundle', 'image')
const modules = join(image, 'node_modules')
const zeromq = realpathSync(join(pod, 'node_modules', 'zeromq'))
// Its neighbour in the store of pnpm
const loader = realpathSync(join(dirname(zeromq), 'cmake-ts'))

function copy(from, to, files) {
  for (const file of files) {
    mkdirSync(dirname(join(to, file)), { recursive: true })
    cpSync(join(from, file), join(to, file), {
      recursive: true,
      dereference: true,
      filter: (name) => !unused.test(name)
    })
  }
}
/** Types and maps of modules */
const unused = /\.d\.ts$|\.js\.map$|\.tsbuildinfo$|[\\/]ts3\.7$/

rmSync(image, { recursive: true, force: true })
mkdirSync(image, { recursive: true })
for (const file of ['bundle.js', 'bundle.js.map']) cpSync(join(pod, 'bundle', file), join(image, file))
cpSync(join(pod, '..', '..', 'LICENSE'), join(image, 'LICENSE'))

copy(zeromq, join(modules, 'zeromq'), ['package.json', 'LICENSE.txt', 'LICENSE_MPL-2.0.txt', 'lib'])
copy(loader, join(modules, 'cmake-ts'), ['package.json', 'build/loader.js'])

/** The newest binary of each processor. Keys describe a binary in JSON, values are its path. */
const newest = new Map()
for (const [key, path] of Object.entries(JSON.parse(readFileSync(join(zeromq, 'build', 'manifest.json'), 'utf8')))) {
  const { os, libc, arch, abi } = JSON.parse(key)
  if (os !== 'linux' || libc !== 'glibc' || abi < (newest.get(arch)?.abi ?? 0)) continue
  newest.set(arch, { key, path, abi })
}
const kept = [...newest.values()].map(({ key, path }) => [key, path])
if (kept.length === 0) throw new Error(`${zeromq} has no binary for Linux with glibc`)
const binaries = kept.map(([, path]) => join('build', path))
copy(zeromq, join(modules, 'zeromq'), binaries)
writeFileSync(join(modules, 'zeromq', 'build', 'manifest.json'), JSON.stringify(Object.fromEntries(kept)))

console.log(`bundle/image: the bundle and ${binaries.length} binaries of zeromq`)
