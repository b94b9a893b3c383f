// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  type DocComment,
  type DocNode,
  type DocSection,
  DocCodeSpan,
  DocErrorText,
  DocEscapedText,
  DocFencedCode,
  DocHtmlEndTag,
  DocHtmlStartTag,
  DocLinkTag,
  DocNodeKind,
  DocParagraph,
  DocPlainText
} from '@microsoft/tsdoc'

/** The Markdown of a link to a name; undefined where the page has no such name. */
export type LinkTo = (link: DocLinkTag) => string | undefined

/** What the extractor says of a constructor of which nobody says anything. */
const filler = /^Constructs a new instance of the /

/** The paragraphs of a text as Markdown, one string each; so is a list. */
export function paragraphsOf(section: DocSection, linkTo: LinkTo): string[] {
  return section.nodes
    .flatMap((node) => (node instanceof DocParagraph ? unwrapped(markdown(node, linkTo)) : [markdown(node, linkTo)]))
    .map((text) => text.trim())
    .filter((text) => text !== '' && !filler.test(text))
}

/** TSDoc knows no lists: to it they are lines of a paragraph. */
function unwrapped(paragraph: string): string[] {
  const texts: string[] = []
  for (const line of paragraph.split('\n').map((one) => one.trim())) {
    const last = texts.at(-1)
    const isItem = line.startsWith('- ')
    if (last === undefined || (isItem && !last.startsWith('- '))) texts.push(line)
    else texts[texts.length - 1] = `${last}${isItem ? '\n' : ' '}${line}`
  }
  return texts.map((text) => text.replace(/ +/g, ' '))
}

/** The blocks of a docstring with that tag, `@throws`, `@example`: the paragraphs of each. */
export function blocksOf(comment: DocComment, tag: string, linkTo: LinkTo): string[][] {
  return comment.customBlocks
    .filter(({ blockTag }) => blockTag.tagNameWithUpperCase === tag.toUpperCase())
    .map(({ content }) => paragraphsOf(content, linkTo))
}

function markdown(node: DocNode, linkTo: LinkTo): string {
  if (node instanceof DocPlainText) return node.text
  if (node instanceof DocCodeSpan) return `\`${node.code}\``
  if (node instanceof DocErrorText) return node.text
  if (node instanceof DocEscapedText) return node.decodedText
  if (node instanceof DocFencedCode) return `\`\`\`${node.language}\n${node.code}\`\`\``
  if (node instanceof DocHtmlStartTag || node instanceof DocHtmlEndTag) return node.emitAsHtml()
  if (node instanceof DocLinkTag) return linkMarkdown(node, linkTo)
  if (node.kind === DocNodeKind.SoftBreak) return '\n'
  return node
    .getChildNodes()
    .map((child) => markdown(child, linkTo))
    .join('')
}

function linkMarkdown(link: DocLinkTag, linkTo: LinkTo): string {
  if (link.urlDestination !== undefined) return `[${link.linkText ?? link.urlDestination}](${link.urlDestination})`
  const names = link.codeDestination?.memberReferences.map(({ memberIdentifier }) => memberIdentifier?.identifier ?? '')
  return linkTo(link) ?? `\`${link.linkText ?? names?.join('.') ?? ''}\``
}

/** It says something. */
export function isWritten(comment: DocComment | undefined): comment is DocComment {
  if (comment === undefined) return false
  const { params, returnsBlock, customBlocks, summarySection } = comment
  return params.count > 0 || returnsBlock !== undefined || customBlocks.length > 0 || hasText(summarySection)
}

function hasText(section: DocSection): boolean {
  return paragraphsOf(section, () => undefined).length > 0
}
