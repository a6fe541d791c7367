import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { documentedPath, openapi } from '#infra/openapi/document.ts'
import type { InvokeResult } from '#local/lambda/lambda-protocol.ts'
import type { HttpResponse } from '#shared/http/respond.ts'

/**
 * Every answer that a route gave while the tests of this process ran, held against OpenAPI: so each
 * test over HTTP is a contract test, too.
 */
export const answers = {
  /** `GET /orgs/{organization} 404 not_found`; of success and of pages without the cause. */
  reached: new Set<string>(),
  /** While requests come by chance: what they reach today, they may not reach tomorrow. */
  isByChance: false,
  /** Answers that the document does not allow for, with why. */
  undocumented: new Set<string>(),
}

type Media = { schema?: object }
type Documented = { $ref?: string; content?: Record<string, Media> }
type Operation = { responses: Record<string, Documented> }

const document = openapi()
const ajv = new Ajv2020({ strict: false, allErrors: true })
ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)))
ajv.addSchema(document as object, 'openapi')
const validators = new Map<string, ValidateFunction>()

/** Takes note of an answer; it is judged now and told by the test of all answers. */
export function recordAnswer(event: unknown, result: InvokeResult): void {
  if (!('payload' in result)) return // the gateway answers for a function that failed
  const { routeKey: chosen, requestContext } = event as APIGatewayProxyEventV2
  const routeKey = documentedPath(chosen.replace(/^ANY/, requestContext.http.method))
  const { statusCode, headers, body } = result.payload as HttpResponse
  const name = `${routeKey} ${statusCode}`
  const type = headers['content-type']?.split(';')[0] ?? ''
  const cause = type === 'application/problem+json' ? causeIn(body) : undefined
  if (!answers.isByChance) answers.reached.add(cause === undefined ? name : `${name} ${cause}`)
  const problem = judge(routeKey, statusCode, type, body)
  if (problem !== undefined) answers.undocumented.add(`${name} ${cause ?? ''}: ${problem}`)
}

const causeIn = (body: string) =>
  (JSON.parse(body) as { type: string }).type.replace('urn:latchkey:problem:', '')

function judge(routeKey: string, status: number, type: string, body: string) {
  const [method = '', path = ''] = routeKey.split(' ')
  const operation = document.paths[path]?.[method.toLowerCase()] as Operation | undefined
  const documented = operation?.responses[String(status)]
  if (!documented) return 'the status is not documented'
  const { content } = resolve(documented)
  if (!content) return body === '' ? undefined : 'a body is not documented'
  const media = content[type]
  if (!media) return `the type ${type} is not documented`
  if (!type.endsWith('json') || !media.schema) return undefined
  const validate = validatorOf(media.schema)
  return validate(JSON.parse(body)) ? undefined : ajv.errorsText(validate.errors)
}

function resolve(documented: Documented): Documented {
  const name = documented.$ref?.split('/').at(-1)
  if (name === undefined) return documented
  return (document.components.responses[name] ?? {}) as Documented
}

function validatorOf(schema: object): ValidateFunction {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"openapi#/components/')
  const validate = validators.get(text) ?? ajv.compile(JSON.parse(text) as object)
  validators.set(text, validate)
  return validate
}
