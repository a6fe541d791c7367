/** Cuts a stream of text into lines; `flush` hands out a last line that did not end. */
export function lineSplitter(onLine: (line: string) => void) {
  let rest = ''
  return {
    write(text: string) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) onLine(line)
    },
    flush() {
      if (rest) onLine(rest)
      rest = ''
    },
  }
}
