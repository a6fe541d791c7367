import { decodeReferences, escapeAttribute, escapeText } from './characters.ts'
import { documentScope, lookup, type Scope } from './namespaces.ts'
import { type Attribute, normalizedValue, type XmlElement } from './xml-tree.ts'

type Options = {
  /** InclusiveNamespaces PrefixList; `#default` is the default namespace. */
  inclusivePrefixes?: readonly string[] | undefined
  /** An element that is left out with all below it: the enveloped signature. */
  omit?: XmlElement | undefined
}

/**
 * The canonical form of an element, without comments.
 *
 * Source: Exclusive XML Canonicalization 1.0 §3; Canonical XML 1.0 §2.3 for escapes and order.
 */
export function canonicalize(element: XmlElement, options: Options = {}): string {
  const copy: Copy = { xml: element.xml, copiedTo: element.start, out: '' }
  write(copy, element, documentScope, options)
  replace(copy, element.end, element.end, '')
  return copy.out
}

/** Most of the source is canonical already: it is copied in runs between what must be replaced. */
type Copy = { xml: string; copiedTo: number; out: string }

function replace(copy: Copy, from: number, to: number, by: string) {
  copy.out += copy.xml.slice(copy.copiedTo, from) + by
  copy.copiedTo = to
}

function write(copy: Copy, element: XmlElement, rendered: Scope, options: Options) {
  const { name, children, start, contentStart, contentEnd, end } = element
  const inner = declareNeeded(element, rendered, options.inclusivePrefixes)
  const isPlain = contentStart - start === name.length + 2 && inner === rendered
  if (!isPlain) {
    const startTag = `<${name}${declarations(inner, rendered)}${attributes(element)}>`
    replace(copy, start, contentStart, startTag)
  }
  let from = contentStart
  for (const child of children) {
    writeText(copy, from, child.start)
    if (child === options.omit) replace(copy, child.start, child.end, '')
    else write(copy, child, inner, options)
    from = child.end
  }
  writeText(copy, from, contentEnd)
  // An empty-element tag, or white space in the end tag.
  if (end - contentEnd !== name.length + 3) replace(copy, contentEnd, end, `</${name}>`)
}

/** Line ends are newlines already, so only references and `>` differ from their source. */
function writeText(copy: Copy, from: number, to: number) {
  if (from === to) return
  const raw = copy.xml.slice(from, to)
  if (raw.includes('&') || raw.includes('>')) {
    replace(copy, from, to, escapeText(decodeReferences(raw)))
  }
}

/** Adds the visibly utilized and the inclusive prefixes whose binding is not yet in the output. */
function declareNeeded(
  element: XmlElement,
  rendered: Scope,
  inclusivePrefixes: readonly string[] = [],
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

function need(prefix: string, scope: Scope, rendered: Scope): Scope {
  const uri = lookup(scope, prefix)
  if (uri === undefined || uri === lookup(rendered, prefix)) return rendered
  return { prefix, uri, outer: rendered }
}

/** What was added to `outer`, in the order of C14N: by prefix, the default namespace first. */
function declarations(inner: Scope, outer: Scope): string {
  if (inner === outer) return ''
  const added: Scope[] = []
  for (let at: Scope | undefined = inner; at && at !== outer; at = at.outer) added.push(at)
  if (added.length > 1) added.sort((a, b) => compare(a.prefix, b.prefix))
  // Nothing to escape: see declare().
  return added.map(({ prefix, uri }) => ` xmlns${prefix && ':'}${prefix}="${uri}"`).join('')
}

function attributes({ attributes: all }: XmlElement): string {
  if (all.length === 0) return ''
  const sorted = all.length > 1 ? [...all].sort(byExpandedName) : all
  let out = ''
  for (const attribute of sorted) out += ` ${attribute.name}="${canonicalValue(attribute)}"`
  return out
}

/** Nothing to do where the value holds no character that is normalized or escaped. */
const canonicalValue = (attribute: Attribute) =>
  NOT_PLAIN.test(attribute.raw) ? escapeAttribute(normalizedValue(attribute)) : attribute.raw

const NOT_PLAIN = /[&"\t\n]/

const byExpandedName = (a: Attribute, b: Attribute) =>
  a.namespace === b.namespace ? compare(a.local, b.local) : compare(a.namespace, b.namespace)

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Reads a PrefixList (Exclusive C14N §3): names separated by white space. */
export const prefixList = (value: string | undefined): readonly string[] | undefined =>
  value?.split(/[ \t\n]+/).filter((token) => token !== '')
