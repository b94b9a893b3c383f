// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { parsers } from 'prettier/plugins/yaml'

/** As much of the parser's tree as values need. */
interface Node {
  readonly type: string
  readonly value?: string
  readonly children?: readonly (Node | null)[]
}

/** What files under `deploy` are made of: every scalar as its text. */
export type Value = string | undefined | Value[] | { [name: string]: Value }

const parts = ({ children = [] }: Node): Node[] => children.filter((child) => child !== null)

function mapping(node: Node): Value {
  const entries = parts(node).map((item) => {
    const [name, content] = parts(item)
    return [valueOf(parts(name)[0]) as string, content === undefined ? undefined : valueOf(parts(content)[0])] as const
  })
  const names = entries.map(([name]) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Error(`'${twice}' is there twice`)
  return Object.fromEntries(entries)
}

function valueOf(node: Node | undefined): Value {
  switch (node?.type) {
    case undefined:
    case 'null':
      return undefined
    case 'mapping':
    case 'flowMapping':
      return mapping(node)
    case 'sequence':
    case 'flowSequence':
      return parts(node).map((item) =>
        valueOf(item.type === 'sequenceItem' || item.type === 'flowSequenceItem' ? parts(item)[0] : item)
      )
    case 'plain':
    case 'quoteSingle':
    case 'quoteDouble':
      return node.value
    default:
      throw new Error(`A '${node?.type}' is not read here`)
  }
}

/** The documents of a text; throws where it is no YAML. The parser is the formatter's own: what it reads, it also checks. */
export async function readYaml(text: string): Promise<Value[]> {
  const root = (await parsers.yaml.parse(text, {} as Parameters<typeof parsers.yaml.parse>[1])) as Node
  return parts(root).map((document) => {
    const body = parts(document).find(({ type }) => type === 'documentBody')
    return valueOf(body === undefined ? undefined : parts(body)[0])
  })
}
