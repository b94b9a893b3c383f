const { readFileSync } = require('node:fs')
const { join } = require('node:path')

const DOCUMENT = join(__dirname, '../../docs/STATES.md')

/**
 * What the diagram under `<!-- states: NAME -->` of docs/STATES.md draws, sorted: `lost --> starting`, with `[*]` for before the
 * beginning and after the end. Labels are for readers.
 */
exports.drawnTransitions = (name) => {
  const [, after] = readFileSync(DOCUMENT, 'utf8').split(`<!-- states: ${name} -->\n`)
  const diagram = /^```mermaid\n([^]*?)^```$/m.exec(after ?? '')?.[1]
  if (diagram === undefined) throw new Error(`${DOCUMENT} has no diagram '${name}'`)
  const names = new Map([...diagram.matchAll(/^ *state "(.+)" as (\w+)$/gm)].map(([, text, id]) => [id, text]))
  const drawn = [...diagram.matchAll(/^ *(\S+) --> (\S+?)(?: : .*)?$/gm)]
  return drawn.map(([, from, to]) => `${names.get(from) ?? from} --> ${names.get(to) ?? to}`).sort()
}
