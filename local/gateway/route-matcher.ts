import type { RouteDefinition } from '#local/template/template.ts'

export type RouteMatch = { route: RouteDefinition; pathParameters: Record<string, string> }

/** Finds the route of a request; the path is decoded. */
export type RouteMatcher = (method: string, path: string) => RouteMatch | undefined

type Segment = { kind: 'static' | 'parameter' | 'greedy'; name: string }
type CompiledRoute = { route: RouteDefinition; method: string; segments: readonly Segment[] }

/**
 * Chooses among routes as an HTTP API does: a full match of the path beats a greedy one, which beats
 * $default; then a named method beats ANY; then, from left to right, text beats {parameter}, and the
 * longer text before {greedy+} wins. A path that ends in a slash is another path.
 *
 * Source: API Gateway Developer Guide, "Create routes for HTTP APIs", "Routing API requests".
 */
export function routeMatcher(routes: readonly RouteDefinition[]): RouteMatcher {
  const compiled = routes
    .map(compile)
    .sort((one, other) => (precedence(one) < precedence(other) ? -1 : 1))
  return (method, path) => {
    const parts = path.split('/').slice(1)
    for (const candidate of compiled) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue
      const pathParameters = matchPath(candidate.segments, parts)
      if (pathParameters) return { route: candidate.route, pathParameters }
    }
    return undefined
  }
}

const routeKeyPattern = /^(ANY|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/(\S*)$/

const isDefault = ({ routeKey }: RouteDefinition) => routeKey === '$default'

function compile(route: RouteDefinition): CompiledRoute {
  if (isDefault(route)) return { route, method: 'ANY', segments: [] }
  const [, method = '', path = ''] = routeKeyPattern.exec(route.routeKey) ?? []
  if (!method) throw new Error(`Not a route key of an HTTP API: ${route.routeKey}`)
  return { route, method, segments: path.split('/').map(segmentOf) }
}

function segmentOf(text: string): Segment {
  const [, name, plus] = /^\{([^{}+]+)(\+?)\}$/.exec(text) ?? []
  if (name === undefined) return { kind: 'static', name: text }
  return { kind: plus ? 'greedy' : 'parameter', name }
}

const ranks = { static: 'a', parameter: 'b', greedy: 'c' } as const

/** Sorts before the routes that it beats. */
function precedence({ route, method, segments }: CompiledRoute): string {
  if (isDefault(route)) return 'c'
  const reach = segments.at(-1)?.kind === 'greedy' ? 'b' : 'a'
  return [reach, method === 'ANY' ? 'b' : 'a', ...segments.map(({ kind }) => ranks[kind])].join('')
}

/** The parameters of a path that matches; $default, without segments, matches all. */
function matchPath(
  segments: readonly Segment[],
  parts: readonly string[],
): Record<string, string> | undefined {
  const last = segments.at(-1)
  if (!last) return {}
  if (parts.length < segments.length) return undefined
  if (parts.length > segments.length && last.kind !== 'greedy') return undefined
  const captured: [string, string][] = []
  for (const [position, { kind, name }] of segments.entries()) {
    const value = parts.slice(position, kind === 'greedy' ? undefined : position + 1).join('/')
    if (!isMatch({ kind, name }, value)) return undefined
    if (kind !== 'static') captured.push([name, value])
  }
  return Object.fromEntries(captured)
}

const isMatch = ({ kind, name }: Segment, value: string) =>
  kind === 'static' ? value === name : value !== ''
