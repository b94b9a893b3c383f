// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// The code in the documentation. Every ```ts block is a module that must compile as strictly as our own code, against
// the built packages; one marked ```ts run is a program that must also end with exit code 0, and one marked
// ```ts declaration is made from the code and only shows it.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import type { Check } from './check.ts'
import { examplesFolder, rootFolder, runCompiled, runNode } from './program.ts'

/** One fenced block of TypeScript. */
export interface CodeBlock {
  /** Line of its opening fence, counted from 1. */
  readonly line: number
  readonly runnable: boolean
  readonly code: string
}

/** A block as a file, and where it comes from. */
interface Extracted extends CodeBlock {
  readonly document: string
  readonly file: string
}

const outputFolder = join(examplesFolder, 'temp', 'docs')

/** The TypeScript blocks of one document; a fence that is never closed is an error. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let open: { line: number; language: string; lines: string[] } | undefined
  for (const [index, text] of markdown.split('\n').entries()) {
    if (open === undefined) {
      const fence = /^```(.*)$/.exec(text)
      if (fence !== null) open = { line: index + 1, language: fence[1].trim(), lines: [] }
    } else if (text === '```') {
      const [language, mark] = open.language.split(/\s+/)
      if ((language === 'ts' || language === 'typescript') && mark !== 'declaration') {
        blocks.push({ line: open.line, runnable: mark === 'run', code: open.lines.join('\n') })
      }
      open = undefined
    } else {
      open.lines.push(text)
    }
  }
  if (open !== undefined) throw new Error(`the fence at line ${open.line} is never closed`)
  return blocks
}

/** README, docs and the examples' README. */
export function documents(): string[] {
  const docs = join(rootFolder, 'docs')
  const listed = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))
  return [join(rootFolder, 'README.md'), join(examplesFolder, 'README.md'), ...listed.sort().map((n) => join(docs, n))]
}

function extract(document: string): Extracted[] {
  const name = relative(rootFolder, document)
  return codeBlocks(readFileSync(document, 'utf8')).map((block) => {
    const file = join(outputFolder, `${name.replace(/\.md$/, '').replace(/[\\/]/g, '_')}-${block.line}.ts`)
    // Placed at its own line, so that an error names the line of the document
    writeFileSync(file, `${'\n'.repeat(block.line)}${block.code}\nexport {}\n`)
    return { ...block, document: name, file }
  })
}

async function compile(): Promise<string> {
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: { incremental: false, tsBuildInfoFile: null, rootDir: '.', outDir: 'lib' },
    include: ['*.ts']
  }
  writeFileSync(join(outputFolder, 'tsconfig.json'), JSON.stringify(config))
  const compiler = join(examplesFolder, 'node_modules', 'typescript', 'bin', 'tsc')
  return await runNode([compiler, '--pretty', 'false', '-p', outputFolder]).catch((error: Error) => error.message)
}

/** Extracts all blocks; the first check that runs compiles them together, and programs are run as the compiler leaves them. */
export function docsCodeChecks(): Check[] {
  rmSync(outputFolder, { recursive: true, force: true })
  mkdirSync(outputFolder, { recursive: true })
  const blocks = documents().flatMap(extract)
  let compiling: Promise<string> | undefined
  const compiled = async (): Promise<string> => await (compiling ??= compile())
  return blocks.flatMap(({ document, line, file, runnable }) => {
    const check: Check = {
      title: `${document}:${line} compiles`,
      run: async () => {
        const output = await compiled()
        const errors = output.split('\n').filter((text) => text.includes(`${basename(file)}(`))
        if (errors.length > 0) throw new Error(errors.join('\n'))
        // An error that belongs to no block, as of the configuration, is everybody's
        if (output !== '' && !/temp[\\/]docs[\\/][^(]+\(\d/.test(output)) throw new Error(output)
      }
    }
    const run: Check = {
      title: `${document}:${line} runs`,
      run: async () => {
        await compiled()
        await runCompiled(join(outputFolder, 'lib', basename(file).replace(/ts$/, 'js')))
      }
    }
    return runnable ? [check, run] : [check]
  })
}
