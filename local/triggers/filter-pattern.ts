/** Whether an event passes a filter. */
export type EventFilter = (event: unknown) => boolean

/** Whether the value of one field passes; undefined is a field that is not there. */
type Test = (value: unknown) => boolean

/**
 * Reads event filter patterns, each as JSON; an event passes if it matches one of them, or if there
 * are none. A pattern that Lambda knows and this does not is an error here, never a wrong match.
 *
 * Source: AWS Lambda Developer Guide, "Filter rule syntax"; EventBridge User Guide, "Comparison
 * operators".
 */
export function eventFilter(patterns: readonly string[]): EventFilter {
  const tests = patterns.map((pattern) => patternTest(JSON.parse(pattern), '$'))
  return (event) => tests.length === 0 || tests.some((test) => test(event))
}

function patternTest(pattern: unknown, path: string): Test {
  if (!isObject(pattern)) throw new Error(`Filter pattern: ${path} is not an object`)
  const fields = Object.entries(pattern).map(([name, rule]) => fieldTest(name, rule, path))
  return (value) => elements(value).some((element) => fields.every((test) => test(element)))
}

function fieldTest(name: string, rule: unknown, parent: string): Test {
  const path = `${parent}.${name}`
  if (name === '$or') return alternatives(rule, path)
  const test = Array.isArray(rule) ? anyRule(rule, path) : patternTest(rule, path)
  return (value) => test(isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined)
}

function alternatives(rule: unknown, path: string): Test {
  if (!Array.isArray(rule)) throw new Error(`Filter pattern: ${path} is not a list`)
  const tests = rule.map((pattern, position) => patternTest(pattern, `${path}[${position}]`))
  return (value) => tests.some((test) => test(value))
}

/** A list stands for each of its elements, an empty one for a field that is not there. */
const elements = (value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) return [value]
  return value.length > 0 ? value : [undefined]
}

/** A field passes if one of its rules does. */
function anyRule(rules: readonly unknown[], path: string): Test {
  const tests = rules.map((rule) => ruleTest(rule, path))
  return (value) => elements(value).some((element) => tests.some((test) => test(element)))
}

function ruleTest(rule: unknown, path: string): Test {
  if (!isObject(rule)) return (value) => value === rule
  const [[name = '', operand] = [], ...others] = Object.entries(rule)
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined
  const test = others.length === 0 ? operator?.(operand) : undefined
  if (!test)
    throw new Error(`Filter pattern: ${path} has a rule unknown here: ${JSON.stringify(rule)}`)
  return test
}

/** What an operator makes of its operand; undefined when it cannot read it. */
const operators: Record<string, (operand: unknown) => Test | undefined> = {
  // A field with fields of its own does not exist in this sense: only leaves do.
  exists: (operand) =>
    typeof operand === 'boolean'
      ? (value) => (value !== undefined && !isObject(value)) === operand
      : undefined,
  prefix: prefixTest,
  suffix: suffixTest,
  'equals-ignore-case': (operand) =>
    textTest(operand, (text, other) => text.toLowerCase() === other.toLowerCase()),
  'anything-but': anythingBut,
  numeric: (operand) => (Array.isArray(operand) ? numericTest(operand) : undefined),
}

function textTest(operand: unknown, test: (text: string, operand: string) => boolean) {
  if (typeof operand !== 'string') return undefined
  return (value: unknown) => typeof value === 'string' && test(value, operand)
}

function prefixTest(operand: unknown) {
  return textTest(operand, (text, start) => text.startsWith(start))
}

function suffixTest(operand: unknown) {
  return textTest(operand, (text, end) => text.endsWith(end))
}

function anythingBut(operand: unknown): Test | undefined {
  const excluded = [operand].flat().map((rule) => (isScalar(rule) ? same(rule) : affix(rule)))
  if (excluded.length === 0 || excluded.includes(undefined)) return undefined
  return (value) => isScalar(value) && !excluded.some((test) => test?.(value))
}

const same =
  (rule: unknown): Test =>
  (value) =>
    value === rule

/** Inside anything-but, text can be excluded by how it begins or ends. */
function affix(rule: unknown): Test | undefined {
  if (!isObject(rule)) return undefined
  const { prefix, suffix, ...others } = rule
  if (Object.keys(others).length > 0) return undefined
  if (suffix === undefined) return prefixTest(prefix)
  return prefix === undefined ? suffixTest(suffix) : undefined
}

const comparisons: Record<string, (value: number, bound: number) => boolean> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
}

/** Reads [">", 0, "<=", 5]. Numbers only: a DynamoDB attribute's N is text, as on AWS. */
function numericTest([sign, bound, ...rest]: readonly unknown[]): Test | undefined {
  const compare = typeof sign === 'string' ? comparisons[sign] : undefined
  if (!compare || typeof bound !== 'number') return undefined
  const others = rest.length > 0 ? numericTest(rest) : () => true
  if (!others) return undefined
  return (value) => typeof value === 'number' && compare(value, bound) && others(value)
}

const isScalar = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
