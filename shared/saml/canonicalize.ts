import type { Canonicalization } from './algorithms.ts'
import { apexOf } from './canonicalize-apex.ts'
import { escapeAttribute, escapeText } from './characters.ts'
import { documentScope, lookup, type Scope } from './namespaces.ts'
import { toUtf8 } from './utf8.ts'
import { type Attribute, normalizedValue, textBetween, type XmlElement } from './xml-tree.ts'

type Options = {
  /** Exclusive if nothing is said. */
  method?: Canonicalization | undefined
  /** InclusiveNamespaces PrefixList of exclusive C14N; `#default` is the default namespace. */
  inclusivePrefixes?: readonly string[] | undefined
  /** An element that is left out with all below it: the enveloped signature. */
  omit?: XmlElement | undefined
}

/** The canonical form of an element as text. */
export const canonicalize = (element: XmlElement, options: Options = {}): string =>
  canonicalBytes(element, options).toString()

/** The bytes of canonicalForm(). */
export const canonicalBytes = (element: XmlElement, options: Options = {}): Buffer =>
  canonicalForm(element, options).bytes

/** A canonical form: its UTF-8 bytes, and each of them as one character. */
export type CanonicalForm = { bytes: Buffer; utf8: string }

/**
 * The canonical form of an element, without comments: what is digested and signed.
 *
 * Source: Exclusive XML Canonicalization 1.0 §3; Canonical XML 1.0 §2.3 for escapes and order, §2.4
 * for the apex of inclusive C14N.
 */
export function canonicalForm(element: XmlElement, options: Options = {}): CanonicalForm {
  const { method = 'exclusive' } = options
  const apex = method === 'exclusive' ? element : apexOf(element, method)
  const copy: Copy = {
    xml: element.xml,
    copiedTo: element.start,
    out: '',
    omit: options.omit,
    isInclusive: method !== 'exclusive',
    inclusivePrefixes: options.inclusivePrefixes ?? [],
    depth: 0,
    lastAtDepth: [],
  }
  write(copy, apex, documentScope)
  replace(copy, element.end, element.end, '')
  return { bytes: Buffer.from(copy.out, 'latin1'), utf8: copy.out }
}

/** Most of the source is canonical already: it is copied in runs between what must be replaced. */
type Copy = {
  xml: string
  copiedTo: number
  out: string
  omit: XmlElement | undefined
  isInclusive: boolean
  inclusivePrefixes: readonly string[]
  depth: number
  /** The last start tag at each depth: siblings and cousins often have the same one. */
  lastAtDepth: WrittenTag[]
}

/** How a start tag was written, for elements that have the same one. */
type WrittenTag = {
  element: XmlElement
  rendered: Scope
  inner: Scope
  /** Undefined: as it stands, but for the slash of an empty element. */
  startTag: string | undefined
}

function replace(copy: Copy, from: number, to: number, by: string) {
  copy.out += copy.xml.slice(copy.copiedTo, from) + by
  copy.copiedTo = to
}

function write(copy: Copy, element: XmlElement, rendered: Scope) {
  const { name, children, contentStart, contentEnd, end } = element
  const inner = writeStartTag(copy, element, rendered)
  let from = contentStart
  copy.depth += 1
  for (const child of children) {
    if (!element.isTextPlain) writeText(copy, element, from, child.start)
    writeChild(copy, child, inner)
    from = child.end
  }
  copy.depth -= 1
  if (!element.isTextPlain) writeText(copy, element, from, contentEnd)
  // White space in the end tag.
  const length = end - contentEnd
  if (length > 0 && length !== name.length + '</>'.length) {
    replace(copy, contentEnd, end, `</${name}>`)
  }
}

function writeChild(copy: Copy, child: XmlElement, rendered: Scope) {
  const { omit } = copy
  if (child === omit) return replace(copy, child.start, child.end, '')
  const holdsOmitted = omit !== undefined && child.start < omit.start && omit.start < child.end
  if (!child.isVerbatim || holdsOmitted) write(copy, child, rendered)
}

function writeText(copy: Copy, element: XmlElement, from: number, to: number) {
  if (from === to) return
  replace(copy, from, to, toUtf8(escapeText(textBetween(element, from, to))))
}

/** Tells what is in scope of the children. */
function writeStartTag(copy: Copy, element: XmlElement, rendered: Scope): Scope {
  const { start, contentStart, end } = element
  const isEmpty = end === contentStart
  const { inner, startTag } = writtenTag(copy, element, rendered)
  if (startTag !== undefined) replace(copy, start, contentStart, startTag)
  else if (isEmpty) replace(copy, contentStart - '/>'.length, contentStart, '>')
  if (isEmpty) copy.out += `</${element.name}>`
  return inner
}

/** Elements with the same start tag share its parts: see readStartTag(). */
function writtenTag(copy: Copy, element: XmlElement, rendered: Scope): WrittenTag {
  const { depth, lastAtDepth } = copy
  const last = depth < lastAtDepth.length ? lastAtDepth[depth] : undefined
  const isSame =
    last !== undefined &&
    last.rendered === rendered &&
    last.element.attributes === element.attributes &&
    last.element.scope === element.scope &&
    last.element.name === element.name &&
    last.element.isTagCanonical === element.isTagCanonical
  if (isSame) return last
  const inner = copy.isInclusive
    ? declareInScope(element, rendered)
    : declareNeeded(element, rendered, copy.inclusivePrefixes)
  const isVerbatim = inner === rendered && element.isTagCanonical
  const startTag = isVerbatim
    ? undefined
    : `<${element.name}${declarations(inner, rendered)}${attributes(element)}>`
  const written: WrittenTag = { element, rendered, inner, startTag }
  lastAtDepth[depth] = written
  return written
}

/** Adds the visibly utilized and the inclusive prefixes whose binding is not yet in the output. */
function declareNeeded(
  element: XmlElement,
  rendered: Scope,
  inclusivePrefixes: readonly string[],
): Scope {
  let inner = need(element.prefix, element.scope, rendered)
  for (const { prefix } of element.attributes) {
    if (prefix !== '') inner = need(prefix, element.scope, inner)
  }
  for (const token of inclusivePrefixes) {
    inner = need(token === '#default' ? '' : token, element.scope, inner)
  }
  return inner
}

/** Adds whatever came into scope after the parent, at the apex since the document began. */
function declareInScope({ scope, parent }: XmlElement, rendered: Scope): Scope {
  const outer = parent !== undefined ? parent.scope : documentScope
  let inner = rendered
  for (let at: Scope | undefined = scope; at !== undefined && at !== outer; at = at.outer) {
    inner = need(at.prefix, scope, inner)
  }
  return inner
}

function need(prefix: string, scope: Scope, rendered: Scope): Scope {
  const uri = lookup(scope, prefix)
  if (uri === undefined || uri === lookup(rendered, prefix)) return rendered
  return { prefix, uri, outer: rendered }
}

/** What was added to `outer`, in the order of C14N: by prefix, the default namespace first. */
function declarations(inner: Scope, outer: Scope): string {
  if (inner === outer) return ''
  const added: Scope[] = []
  for (let at: Scope | undefined = inner; at !== undefined && at !== outer; at = at.outer)
    added.push(at)
  if (added.length > 1) added.sort((a, b) => compare(a.prefix, b.prefix))
  // Nothing to escape: see declare().
  return added.map(({ prefix, uri }) => ` xmlns${prefix && ':'}${prefix}="${uri}"`).join('')
}

function attributes({ attributes: all }: XmlElement): string {
  const sorted = all.length > 1 ? [...all].sort(byExpandedName) : all
  let out = ''
  for (const attribute of sorted) out += ` ${attribute.name}="${canonicalValue(attribute)}"`
  return out
}

const canonicalValue = (attribute: Attribute) =>
  attribute.isPlain ? attribute.raw : toUtf8(escapeAttribute(normalizedValue(attribute)))

const byExpandedName = (a: Attribute, b: Attribute) =>
  a.namespace === b.namespace ? compare(a.local, b.local) : compare(a.namespace, b.namespace)

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Reads a PrefixList (Exclusive C14N §3): names separated by white space. */
export const prefixList = (value: string | undefined): readonly string[] | undefined =>
  value?.split(/[ \t\n]+/).filter((token) => token !== '')
