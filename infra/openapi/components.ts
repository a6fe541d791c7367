import type { JsonSchema } from './schemas.ts'

type Kind = 'schemas' | 'responses'

/** Refers to a part of the document by name; the first one to say it gives it its name. */
export type Refer = (kind: Kind, name: string, content: JsonSchema) => { $ref: string }

/** Parts that several operations have in common: said once. */
export function collectComponents() {
  const names = new Map<string, string>()
  const collected: Record<Kind, Record<string, JsonSchema>> = { schemas: {}, responses: {} }
  const refer: Refer = (kind, name, content) => {
    const text = JSON.stringify([kind, content])
    const known = names.get(text) ?? name
    names.set(text, known)
    collected[kind][known] = content
    return { $ref: `#/components/${kind}/${known}` }
  }
  return { refer, collected }
}
