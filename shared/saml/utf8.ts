const NOT_ASCII = /[^\0-\x7f]/

/** The text that these UTF-8 bytes, each as one character, stand for. */
export const fromUtf8 = (utf8: string) =>
  NOT_ASCII.test(utf8) ? Buffer.from(utf8, 'latin1').toString() : utf8

/** The UTF-8 bytes of a text, each as one character. */
export const toUtf8 = (text: string) =>
  NOT_ASCII.test(text) ? Buffer.from(text).toString('latin1') : text
