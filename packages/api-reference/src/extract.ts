// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import { ApiPackage, EnumMemberOrder } from '@microsoft/api-extractor-model'
import { doors, type Door } from './doors'

/** What a door gives to its users. */
export interface PublicApi {
  readonly door: Door
  /** Its declarations without their texts, to be read as a diff. */
  readonly report: string
  readonly model: ApiPackage
  /** What is wrong with its docstrings, each with its place. */
  readonly complaints: readonly string[]
}

/** The typings are read alone: no sources, and no types but those of Node. */
const compilerOptions = {
  target: 'es2022',
  lib: ['es2023'],
  module: 'node16',
  moduleResolution: 'node16',
  strict: true,
  skipLibCheck: true,
  types: ['node'],
  typeRoots: [join(__dirname, '../node_modules/@types')]
}

/** Reads all doors. The packages must be built. */
export function extractAll(): PublicApi[] {
  const folder = mkdtempSync(join(tmpdir(), 'network-api-'))
  try {
    const configs = doors.map((door) => configOf(door, folder))
    // One program for all: most of the time goes into reading the typings of Node and of the language
    const compilerState = CompilerState.create(configs[0], {
      additionalEntryPoints: doors.map(({ typings }) => typings)
    })
    return doors.map((door, index) => extract(door, configs[index], compilerState))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function extract(door: Door, config: ExtractorConfig, compilerState: CompilerState): PublicApi {
  const complaints: string[] = []
  Extractor.invoke(config, {
    compilerState,
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true
      if (message.logLevel === ExtractorLogLevel.None || message.category === 'console') return
      complaints.push(message.formatMessageWithLocation(door.packageFolder))
    }
  })
  return {
    door,
    // Without lines, which change with every edit above them
    report: readFileSync(config.reportFilePath, 'utf8').replace(/^(\/\/ \S+):\d+:\d+ - /gm, '$1 - '),
    model: ApiPackage.loadFromJsonFile(config.apiJsonFilePath),
    complaints
  }
}

function configOf({ name, packageFolder, typings }: Door, folder: string): ExtractorConfig {
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(packageFolder, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: packageFolder,
      mainEntryPointFilePath: typings,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions, files: [typings] } },
      enumMemberOrder: EnumMemberOrder.Preserve,
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: folder,
        reportTempFolder: join(folder, 'temp')
      },
      docModel: { enabled: true, apiJsonFilePath: join(folder, `${name}.api.json`) },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning },
          // Everything that a door gives is public: there are no release tags
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          // `undocumented.ts` asks for less: what is inherited counts
          'ae-undocumented': { logLevel: ExtractorLogLevel.None },
          // Seen in the report, so that one more is noticed
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true }
        },
        tsdocMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning },
          'tsdoc-param-tag-missing-hyphen': { logLevel: ExtractorLogLevel.None }
        }
      }
    }
  })
}
