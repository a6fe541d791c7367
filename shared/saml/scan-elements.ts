import { code } from './characters.ts'
import { documentScope, lookup, type Scope } from './namespaces.ts'
import { readAttributes } from './scan-attributes.ts'
import { byteAt, isRepeated, plainTextEnd, spaceEnd } from './scanned-bytes.ts'
import { type Cursor, current, malformed, readName, skipName } from './xml-cursor.ts'
import { XmlError } from './xml-error.ts'
import { limits, type XmlElement } from './xml-tree.ts'

// Here they are constants of this module: V8 13.6 loads what is imported anew at each use.
const { depth: MAX_DEPTH, elements: MAX_ELEMENTS } = limits
const { lessThan, greaterThan, slash, exclamation, question } = code
const NO_CHILDREN: readonly XmlElement[] = []

/** Reads the root and all in it: one loop, as V8 13.6 optimizes what stands in one function best. */
export function readTree(cursor: Cursor): XmlElement {
  const root = readStart(cursor, undefined, 0)
  let open: XmlElement | undefined = isOpen(root) ? root : undefined
  let depth = 1
  while (open !== undefined) {
    readText(cursor, open)
    if (byteAt(cursor.position + 1) === slash) {
      readEnd(cursor, open)
      open = open.parent
      depth -= 1
    } else {
      const child = readStart(cursor, open, depth)
      if (isOpen(child)) {
        open = child
        depth += 1
      }
    }
  }
  return root
}

const isOpen = ({ end }: XmlElement) => end === OPEN

function readStart(cursor: Cursor, parent: XmlElement | undefined, depth: number): XmlElement {
  const { xml, position: start, lastAtDepth, elements } = cursor
  refuseForbidden(byteAt(start + 1), depth, elements.length)
  const outer = parent !== undefined ? parent.scope : documentScope
  const last = depth < lastAtDepth.length ? lastAtDepth[depth] : undefined
  const isTwin = last !== undefined && hasStartTagOf(cursor, last, outer)
  const model = isTwin ? last : BLANK
  const contentStart = start + (model.contentStart - model.start)
  const element: XmlElement = {
    name: model.name,
    prefix: model.prefix,
    local: model.local,
    namespace: model.namespace,
    attributes: model.attributes,
    scope: isTwin ? model.scope : outer,
    parent,
    children: NO_CHILDREN,
    xml,
    start,
    contentStart,
    contentEnd: contentStart,
    end: model.end === model.contentStart ? contentStart : OPEN,
    isTagCanonical: model.isTagCanonical,
    isTextPlain: true,
    isVerbatim: false,
  }
  if (isTwin) cursor.position = contentStart
  else readStartTag(cursor, element, last)
  lastAtDepth[depth] = element
  elements[elements.length] = element
  if (parent !== undefined) addChild(parent, element)
  return element
}

/** The end of an element whose end tag has not been read. */
const OPEN = -1

/** What an element is before its start tag has been read. */
const BLANK: XmlElement = {
  name: '',
  prefix: '',
  local: '',
  namespace: '',
  attributes: [],
  scope: documentScope,
  parent: undefined,
  children: NO_CHILDREN,
  xml: '',
  start: 0,
  contentStart: 0,
  contentEnd: 0,
  end: OPEN,
  isTagCanonical: true,
  isTextPlain: true,
  isVerbatim: false,
}

function refuseForbidden(next: number, depth: number, count: number) {
  if (next === exclamation || next === question) {
    throw new XmlError('xml_forbidden_construct', 'DOCTYPE, comment, CDATA or instruction')
  }
  if (depth >= MAX_DEPTH) throw new XmlError('xml_limit', 'nested too deeply')
  if (count >= MAX_ELEMENTS) throw new XmlError('xml_limit', 'too many elements')
}

/** Whether the start tag of that element stands here again, and means the same. */
function hasStartTagOf(cursor: Cursor, last: XmlElement, outer: Scope): boolean {
  const { position } = cursor
  const { start, contentStart, parent } = last
  const length = contentStart - start
  return (
    parent !== undefined &&
    parent.scope === outer &&
    byteAt(position + length - 1) === greaterThan &&
    isRepeated(start, position, length)
  )
}

/** A child that has been read up to its content. */
function addChild(parent: XmlElement, child: XmlElement) {
  const { children } = parent
  if (children === NO_CHILDREN) parent.children = [child]
  // Made in the line above.
  else (children as XmlElement[]).push(child)
  // Then C14N has no declaration to add where the parent has all that it needs.
  const isInScope = child.scope === parent.scope && child.prefix === parent.prefix
  child.isVerbatim = child.isTagCanonical && isInScope && isOpen(child)
  if (!child.isVerbatim) parent.isVerbatim = false
}

function readStartTag(cursor: Cursor, element: XmlElement, last: XmlElement | undefined) {
  cursor.position += 1
  const isSameName = last !== undefined && skipName(cursor, last.start + 1, last.name.length)
  const { name, prefix, local } = isSameName ? last : readName(cursor)
  element.name = name
  element.prefix = prefix
  element.local = local
  if (current(cursor) !== greaterThan) readAttributes(cursor, element)
  const isEmpty = current(cursor) === slash
  if (isEmpty) cursor.position += 1
  if (current(cursor) !== greaterThan) throw malformed('start tag')
  cursor.position += 1
  element.contentStart = element.contentEnd = cursor.position
  if (isEmpty) element.end = cursor.position
  const namespace = lookup(element.scope, prefix)
  if (namespace === undefined) throw new XmlError('xml_namespace', `unbound prefix ${prefix}`)
  element.namespace = namespace
}

/** Moves to the next `<`; the characters on the way have been checked. */
function readText(cursor: Cursor, element: XmlElement) {
  const plainEnd = plainTextEnd(cursor.position)
  cursor.position = plainEnd
  if (byteAt(plainEnd) === lessThan) return
  const end = cursor.xml.indexOf('<', plainEnd)
  if (end < 0) throw malformed('unexpected end')
  cursor.position = end
  element.isTextPlain = false
  element.isVerbatim = false
}

function readEnd(cursor: Cursor, element: XmlElement) {
  const { position } = cursor
  const { name, start, parent } = element
  const nameEnd = position + '</'.length + name.length
  if (!isRepeated(start + 1, position + 2, name.length)) throw malformed('end tag')
  const end = byteAt(nameEnd) === greaterThan ? nameEnd : spaceEnd(nameEnd)
  if (byteAt(end) !== greaterThan) throw malformed('end tag')
  if (end !== nameEnd) element.isVerbatim = false
  if (parent !== undefined && !element.isVerbatim) parent.isVerbatim = false
  element.contentEnd = position
  element.end = end + 1
  cursor.position = end + 1
}
