// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  ApiClass,
  ApiDeclaredItem,
  ApiEnum,
  ApiInterface,
  ApiItemKind,
  type ApiItem
} from '@microsoft/api-extractor-model'
import type { DocComment } from '@microsoft/tsdoc'
import type { Catalogue, Export } from './catalogue'
import { blocksOf, paragraphsOf, type LinkTo } from './docstring'
import type { PublicApi } from './extract'
import { isInternal } from './internals'

/** The headings of a page, and what stands under them. */
const groups: readonly (readonly [string, readonly ApiItemKind[]])[] = [
  ['Functions', [ApiItemKind.Function]],
  ['Classes', [ApiItemKind.Class]],
  ['Interfaces', [ApiItemKind.Interface]],
  ['Types', [ApiItemKind.TypeAlias]],
  ['Enumerations', [ApiItemKind.Enum]],
  ['Constants', [ApiItemKind.Variable]]
]

/** A heading, and what stands under it. */
type Group = readonly [string, readonly Export[]]

const notice = 'Made from the docstrings of the code: change those, not this page. [All pages](README.md)'

const internalNotice =
  'Internal: what only the other packages make use of. Programs need none of it, and it may change with any release.'

class Page {
  private readonly forUsers: readonly Group[]
  private readonly internal: readonly Group[]
  private readonly anchors: ReadonlyMap<Export, string>

  constructor(
    private readonly api: PublicApi,
    private readonly catalogue: Catalogue
  ) {
    const [forUsers, internal] = groupsOf(catalogue.exports(api))
    this.forUsers = forUsers
    this.internal = internal
    this.anchors = anchorsOf([...forUsers, ...internal])
  }

  text(): string {
    const { specifier, description } = this.api.door
    const sections = [...this.forUsers, ...this.internal].flatMap(([title, exports]) => [
      `## ${title}`,
      ...exports.flatMap((e) => this.entry(e))
    ])
    const contents = [
      ...this.contents(this.forUsers),
      ...(this.internal.length === 0 ? [] : [internalNotice, ...this.contents(this.internal)])
    ]
    return `${[`# ${specifier}`, `${description}.`, notice, ...contents, ...sections].join('\n\n')}\n`
  }

  private contents(grouped: readonly Group[]): string[] {
    return grouped.map(([title, exports]) => {
      const rows = exports.map((one) => `| ${this.link(one)} | ${this.firstSentence(one)} |`)
      return [`| ${title} | |`, '|---|---|', ...rows].join('\n')
    })
  }

  private firstSentence({ declarations }: Export): string {
    for (const item of declarations) {
      const comment = this.catalogue.docstring(item)
      if (comment === undefined) continue
      const [first = ''] = paragraphsOf(comment.summarySection, this.linkFrom(item))
      const sentence = /^.*?\.(?= [A-Z`[]|$)/.exec(first)?.[0] ?? first.replace(/:$/, '.')
      return sentence.replace(/\|/g, '\\|')
    }
    return ''
  }

  private entry(one: Export): string[] {
    return [`### ${one.name}`, ...one.declarations.flatMap((item) => this.declaration(item))]
  }

  private declaration(item: ApiDeclaredItem): string[] {
    const signature = item.excerpt.text.replace(/^export (declare )?/, '').trimEnd()
    return [
      `\`\`\`ts declaration\n${signature}\n\`\`\``,
      ...this.docstring(item, this.catalogue.docstring(item)),
      ...this.typesOf(item),
      ...this.members(item)
    ]
  }

  /** Paragraphs, then a list of what goes in, comes out and goes wrong. */
  private docstring(item: ApiItem, comment: DocComment | undefined): string[] {
    if (comment === undefined) return []
    const list = this.list(item, comment)
    return [...this.body(item, comment), ...(list.length === 0 ? [] : [list.map((text) => `- ${text}`).join('\n')])]
  }

  private body(item: ApiItem, comment: DocComment): string[] {
    const linkTo = this.linkFrom(item)
    const { summarySection, remarksBlock, deprecatedBlock } = comment
    return [
      ...paragraphsOf(summarySection, linkTo),
      ...(remarksBlock === undefined ? [] : paragraphsOf(remarksBlock.content, linkTo)),
      ...(deprecatedBlock === undefined
        ? []
        : [`Deprecated: ${paragraphsOf(deprecatedBlock.content, linkTo).join(' ')}`]),
      ...blocksOf(comment, '@example', linkTo).flat()
    ]
  }

  private list(item: ApiItem, comment: DocComment): string[] {
    const linkTo = this.linkFrom(item)
    const parameters = [...comment.typeParams.blocks, ...comment.params.blocks]
    const named = parameters.map(
      ({ parameterName, content }) => `\`${parameterName}\`: ${paragraphsOf(content, linkTo).join(' ')}`
    )
    const returns = comment.returnsBlock === undefined ? [] : [paragraphsOf(comment.returnsBlock.content, linkTo)]
    return [
      ...named,
      ...returns.map((text) => `returns ${text.join(' ')}`),
      ...blocksOf(comment, '@throws', linkTo).map((text) => `throws ${text.join(' ')}`),
      ...blocksOf(comment, '@defaultValue', linkTo).map((text) => `default: ${text.join(' ')}`)
    ]
  }

  private typesOf(item: ApiDeclaredItem): string[] {
    const names = this.catalogue.named(item.excerpt).filter(({ declarations }) => !declarations.includes(item))
    return names.length === 0 ? [] : [`See ${names.map((one) => this.link(one)).join(', ')}.`]
  }

  private members(item: ApiDeclaredItem): string[] {
    if (!(item instanceof ApiClass || item instanceof ApiInterface || item instanceof ApiEnum)) return []
    const members = (item.members as readonly ApiItem[]).filter((member) => member instanceof ApiDeclaredItem)
    return members.length === 0 ? [] : [members.map((member) => this.member(member)).join('\n')]
  }

  private member(item: ApiDeclaredItem): string {
    const comment = this.catalogue.docstring(item)
    const head = `- **\`${oneLine(item.excerpt.text)}\`**`
    if (comment === undefined) return head
    const [first, ...more] = this.body(item, comment)
    const list = this.list(item, comment).map((text) => `  - ${text}`)
    const lead = first === undefined ? head : `${head}  \n  ${indented(first)}`
    return [lead, ...more.map((text) => `\n  ${indented(text)}`), ...list].join('\n')
  }

  private linkFrom(item: ApiItem): LinkTo {
    return (link) => {
      const names = link.codeDestination?.memberReferences.map(({ memberIdentifier }) => memberIdentifier?.identifier)
      const [name] = names ?? []
      const packageName = link.codeDestination?.packageName ?? item.getAssociatedPackage()?.name
      const found = this.catalogue.find(`${packageName}!${name}`) ?? this.catalogue.find(`${packageName}!~${name}`)
      return found === undefined ? undefined : this.link(found, `\`${link.linkText ?? names?.join('.')}\``)
    }
  }

  private link(one: Export, text = `\`${one.name}\``): string {
    const page = one.api.door === this.api.door ? '' : `${one.api.door.name}.md`
    const anchors =
      one.api.door === this.api.door ? this.anchors : anchorsOf(groupsOf(this.catalogue.exports(one.api)).flat())
    return `[${text}](${page}#${anchors.get(one)})`
  }
}

/** The reference of one door as Markdown. */
export function pageOf(api: PublicApi, catalogue: Catalogue): string {
  return new Page(api, catalogue).text()
}

/** What users need, and then what is internal. */
function groupsOf(exports: readonly Export[]): [Group[], Group[]] {
  const internal = exports.filter(isInternal)
  const ofTitle = (title: string): string => `Internal ${title.toLowerCase()}`
  return [
    grouped(
      exports.filter((one) => !isInternal(one)),
      (title) => title
    ),
    grouped(internal, ofTitle)
  ]
}

function grouped(exports: readonly Export[], titleOf: (title: string) => string): Group[] {
  return groups.flatMap(([title, kinds]): Group[] => {
    const members = exports.filter(({ declarations }) => kinds.includes(declarations[0].kind))
    return members.length === 0 ? [] : [[titleOf(title), members]]
  })
}

/** As GitHub makes them: a heading that there was before gets a number. */
function anchorsOf(headings: readonly Group[]): Map<Export, string> {
  const anchors = new Map<Export, string>()
  const counts = new Map<string, number>()
  const anchor = (heading: string): string => {
    const plain = heading.toLowerCase().replace(/ /g, '-')
    const count = counts.get(plain) ?? 0
    counts.set(plain, count + 1)
    return count === 0 ? plain : `${plain}-${count}`
  }
  for (const [title, exports] of headings) {
    anchor(title)
    for (const one of exports) anchors.set(one, anchor(one.name))
  }
  return anchors
}

function oneLine(signature: string): string {
  return signature.replace(/\s+/g, ' ').replace('( ', '(').replace(/;$/, '').trim()
}

function indented(text: string): string {
  return text.replace(/\n/g, '\n  ')
}
