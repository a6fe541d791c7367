/** Answers what the names in a template stand for. */
export type Names = {
  /** Undefined for AWS::NoValue, which removes the property that holds it. */
  ref: (name: string) => string | undefined
  attribute: (logicalId: string, attribute: string) => string
  importValue: (exportName: string) => unknown
}

type Intrinsic = (argument: unknown, names: Names) => unknown

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, names) => names.ref(String(name)),
  'Fn::GetAtt': getAttribute,
  'Fn::ImportValue': (name, names) => names.importValue(String(resolveIntrinsics(name, names))),
  'Fn::Join': join,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::Sub': substitute,
}

/**
 * Replaces the intrinsic functions inside a template value by what they stand for. One that is not
 * known here is an error: a wrong guess would run something else than what deploys.
 *
 * Source: AWS CloudFormation User Guide, "Intrinsic function reference".
 */
export function resolveIntrinsics(value: unknown, names: Names): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolveIntrinsics(item, names)).filter((item) => item !== undefined)
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [first] = entries
  if (first && entries.length === 1) {
    const [key, argument] = first
    const intrinsic = intrinsics[key]
    if (intrinsic) return intrinsic(argument, names)
    if (key.startsWith('Fn::')) throw new Error(`local/intrinsics.ts does not know ${key}`)
  }
  return Object.fromEntries(
    entries
      .map(([key, item]) => [key, resolveIntrinsics(item, names)] as const)
      .filter(([, item]) => item !== undefined),
  )
}

/** `[logicalId, attribute]` or `logicalId.attribute`, of which only the first dot divides. */
function getAttribute(argument: unknown, names: Names) {
  const [logicalId = '', ...attribute] = Array.isArray(argument)
    ? argument.map(String)
    : String(argument).split('.')
  return names.attribute(logicalId, attribute.join('.'))
}

function join(argument: unknown, names: Names) {
  const [separator, parts] = pairOf(argument, 'Fn::Join')
  return listOf(resolveIntrinsics(parts, names), 'Fn::Join').map(String).join(String(separator))
}

function select(argument: unknown, names: Names) {
  const [index, items] = pairOf(argument, 'Fn::Select')
  const item = listOf(resolveIntrinsics(items, names), 'Fn::Select')[Number(index)]
  if (item === undefined) throw new Error(`Fn::Select finds no item ${String(index)}`)
  return item
}

function split(argument: unknown, names: Names) {
  const [separator, text] = pairOf(argument, 'Fn::Split')
  return String(resolveIntrinsics(text, names)).split(String(separator))
}

/** `${Name}`, `${LogicalId.Attribute}`, `${Variable}` of the given map, and `${!Literal}`. */
function substitute(argument: unknown, names: Names) {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}]
  const given = resolveIntrinsics(variables, names) as Record<string, unknown>
  return String(template).replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`
    if (name in given) return String(given[name])
    return String(name.includes('.') ? getAttribute(name, names) : names.ref(name))
  })
}

function pairOf(argument: unknown, intrinsic: string): [unknown, unknown] {
  const items = listOf(argument, intrinsic)
  if (items.length !== 2) throw new Error(`${intrinsic} takes two arguments`)
  return [items[0], items[1]]
}

function listOf(value: unknown, intrinsic: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${intrinsic} takes a list`)
  return value
}
