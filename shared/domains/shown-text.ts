const SHOWN_LENGTH = 200

/** Controls, invisible characters, and what would turn the direction of a text around. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu

/** A text from outside as a page may show it: one line, nothing hidden in it, cut. */
export function shownText(text: string): string {
  const line = text.slice(0, 4 * SHOWN_LENGTH).replace(HIDDEN, '\u{FFFD}')
  const characters = [...line]
  const isCut = characters.length > SHOWN_LENGTH || text.length > line.length
  return isCut ? `${characters.slice(0, SHOWN_LENGTH).join('')}…` : line
}
