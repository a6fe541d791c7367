/** In characters, of what the log keeps of a body. */
const MAX_LENGTH = 4096
/** Values of a body that are looked at: more would not fit anyway. */
const MAX_NODES = 500
/** Of one list or object, these tell enough. */
const MAX_VALUES = 20
const MAX_TEXT = 500

/**
 * What the log for admins keeps of a body: its form, without what it says of people. Texts become
 * their length; words of the protocol and ids of ours stay.
 */
export function redactBody(body: unknown): string {
  const text = JSON.stringify(redacted(body, '', { left: MAX_NODES }))
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text
}

/**
 * The address of a request below its directory, the same way.
 *
 * @param path for example `/Users/usr_…`
 */
export function redactPath(path: string, query: URLSearchParams): string {
  const parameters = [...query]
    .slice(0, MAX_VALUES)
    .map(([name, value]) =>
      shownParameters.has(name) ? `${name}=${redactExpression(value)}` : masked(name + value),
    )
  return redactSegments(path) + (parameters.length > 0 ? `?${parameters.join('&')}` : '')
}

/** Those that hold names of attributes, numbers and filters. */
const shownParameters = new Set([
  'filter',
  'attributes',
  'excludedAttributes',
  'startIndex',
  'count',
  'sortBy',
  'sortOrder',
])

const shownSegments = new Set([
  ...['', 'Users', 'Groups', 'Me', 'Bulk', '.search'],
  ...['ServiceProviderConfig', 'ResourceTypes', 'Schemas', 'User', 'Group'],
])

const redactSegments = (path: string) =>
  path
    .split('/', MAX_VALUES)
    .map((one) => (shownSegments.has(one) || OWN_ID.test(one) ? one : masked(one)))
    .join('/')

type Budget = { left: number }

function redacted(value: unknown, key: string, budget: Budget): unknown {
  budget.left -= 1
  if (budget.left < 0) return '…'
  if (typeof value === 'string') return redactText(key, value)
  if (typeof value === 'number')
    return countKeys.has(key.toLowerCase()) ? value : masked(`${value}`)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return redactList(value, key, budget)
  const entries = Object.entries(value)
  const kept = entries
    .slice(0, MAX_VALUES)
    .map(([name, one]) => [redactExpression(name), redacted(one, name, budget)] as const)
  const more = entries.length - kept.length
  return Object.fromEntries(more > 0 ? [...kept, ['…', more]] : kept)
}

function redactList(values: readonly unknown[], key: string, budget: Budget) {
  const kept = values.slice(0, MAX_VALUES).map((one) => redacted(one, key, budget))
  const more = values.length - kept.length
  return more > 0 ? [...kept, `… ${more}`] : kept
}

function redactText(key: string, text: string) {
  if (OWN_ID.test(text)) return text
  const redact = byKey.get(key.toLowerCase())
  return redact ? redact(text) : masked(text)
}

/** Numbers that are the protocol's, not somebody's. */
const countKeys = new Set(['count', 'startindex', 'failonerrors'])

/** A filter, a path, names of attributes: words stay, but for what is compared with. */
function redactExpression(text: string): string {
  const words = text
    .slice(0, MAX_TEXT)
    .replaceAll(LITERAL, (literal) => `"${maskedUnlessOwn(literal.replaceAll('"', ''))}"`)
    .replaceAll(COMPARED, (_, operator: string, value: string) => operator + bareLiteral(value))
    .split(/([\s[\]()"=&,]+)/)
  const shown = words
    .map((word, at) => (word.includes('@') || isProse(words, at) ? masked(word) : word))
    .join('')
  return text.length > MAX_TEXT ? `${shown}…` : shown
}

/** Of words and what is between them: one beside others by nothing that a filter knows. */
function isProse(parts: readonly string[], at: number): boolean {
  const [before = '', gap = '', word = '', nextGap = '', after = ''] = [-2, -1, 0, 1, 2].map(
    (step) => parts[at + step] ?? '',
  )
  if (at % 2 === 1 || word === '' || GRAMMAR.test(word)) return false
  const isBehind =
    /^[)\]"]*\s+$/.test(gap) && before !== '' && !JOINING.test(before) && !COMPARING.test(before)
  const isBefore = /^\s+$/.test(nextGap) && after !== '' && !GRAMMAR.test(after)
  return isBehind || isBefore
}

const COMPARING = /^(?:eq|ne|co|sw|ew|gt|ge|lt|le)$/i
const JOINING = /^(?:and|or|not)$/i
const GRAMMAR = /^(?:eq|ne|co|sw|ew|gt|ge|lt|le|pr|and|or|not)$/i

/** Also one that does not end. */
const LITERAL = /"(?:[^"\\]|\\.)*(?:"|\\?$)/gs
/** What a filter compares with although it is not quoted. */
const COMPARED = /(\b(?:eq|ne|co|sw|ew|gt|ge|lt|le)\s+)([^\s"()[\]]+)/gi

const bareLiteral = (value: string) =>
  /^(?:true|false|null|-?\d{1,6})$/i.test(value) ? value : masked(value)

const masked = (text: string) => `(${text.length})`
const maskedUnlessOwn = (text: string) => (OWN_ID.test(text) ? text : masked(text))

const OWN_ID = /^(?:usr|grp)_[0-9a-f]{32}$/

/** A word of the protocol: short, of ASCII letters, and no address. */
const ifWord = (text: string) => (/^[\w.:$-]{0,100}$/.test(text) ? text : masked(text))
const ifBoolean = (text: string) => (/^(?:true|false)$/i.test(text) ? text : masked(text))
const redactOwnPath = (text: string) =>
  text.startsWith('/') ? redactSegments(text) : redactExpression(text)

/** Texts that are words of the protocol, by the name that they come under. */
const byKey: ReadonlyMap<string, (text: string) => string> = new Map([
  ['op', ifWord],
  ['type', ifWord],
  ['method', ifWord],
  ['schemas', ifWord],
  ['path', redactOwnPath],
  ['active', ifBoolean],
  ['primary', ifBoolean],
])
