// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** The shells that are known. */
export const shells = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof shells)[number]

/** Each asks the tool itself what may stand there: `network complete -- <words>`, a word and its meaning on each line. */
export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: String.raw`_network_complete() {
  local IFS=$'\n'
  COMPREPLY=($(network complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -F _network_complete network`.replaceAll('\\$', '$'),
  zsh: String.raw`#compdef network
_network() {
  local -a found
  local line
  while IFS= read -r line; do
    found+=("\${\${line%%$'\t'*}//:/\\:}:\${line#*$'\t'}")
  done < <(network complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe network found
}
compdef _network network`.replaceAll('\\$', '$'),
  fish: String.raw`complete -c network -f -a '(network complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`
}
