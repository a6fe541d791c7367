import type { XmlCause } from './errors.ts'

/** Thrown inside the scanner only, where a Result through every character would hide the grammar. */
export class XmlError extends Error {
  readonly xmlCause: XmlCause
  constructor(xmlCause: XmlCause, message: string) {
    super(message)
    this.xmlCause = xmlCause
  }
}
