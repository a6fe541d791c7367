import type { Filter, PatchPath } from '#shared/scim/filter/types.ts'

/** A filter as a parser must understand it, fully bracketed, names as the registry spells them. */
export function spelled(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.of.map(spelled).join(` ${filter.kind} `)})`
    case 'not':
      return `not (${spelled(filter.of)})`
    case 'some':
      return `${named(filter.ref.path)}[${spelled(filter.where)}]`
    case 'present':
      return `${named(filter.ref.path)} pr`
    case 'compare':
      return `${named(filter.ref.path)} ${filter.op} ${JSON.stringify(filter.value)}`
    default:
      return filter satisfies never
  }
}

export const spelledPath = ({ ref, where, sub }: PatchPath) =>
  `${named(ref.path)}${where ? `[${spelled(where)}]` : ''}${sub ? `.${sub.name}` : ''}`

function named([first = '', ...rest]: readonly string[]): string {
  return rest.length === 0 ? first : `${first}${first.includes(':') ? ':' : '.'}${rest.join('.')}`
}
