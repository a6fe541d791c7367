import { fail, ok } from '../../result.ts'
import type { ScimCall, ScimRoute } from '../calls.ts'
import { notFound, type ScimError } from '../errors.ts'
import { listOfAll, printedSchemas, resourceTypes, serviceProviderConfig } from './documents.ts'
import { noRouteFor } from './known-paths.ts'

/** RFC 7644 §4: what a filter would leave out is just what a client comes here to learn. */
const noFilter = {
  status: 403,
  detail: 'What the service supports is not filtered (RFC 7644 §4)',
} as const satisfies ScimError

/** A route that reads nothing: what it answers, each deployment knows. */
const told = (resourceOf: (call: ScimCall) => object | undefined): ScimRoute<object> => ({
  read(call) {
    if (call.query.has('filter')) return Promise.resolve(fail(noFilter))
    const resource = resourceOf(call)
    return Promise.resolve(resource ? ok(resource) : fail(notFound('There is no such thing')))
  },
  act: (_caller, _call, resource) => Promise.resolve(ok({ status: 200, resource })),
})

const withId = (resources: readonly { id: string }[], id = '') =>
  resources.find((one) => one.id.toLowerCase() === id.toLowerCase())

export const showServiceProviderConfig = told(({ baseUrl }) => serviceProviderConfig(baseUrl))
export const listResourceTypes = told(({ baseUrl }) => listOfAll(resourceTypes(baseUrl)))
export const showResourceType = told(({ baseUrl, id }) => withId(resourceTypes(baseUrl), id))
export const listSchemas = told(({ baseUrl }) => listOfAll(printedSchemas(baseUrl)))
export const showSchema = told(({ baseUrl, id }) => withId(printedSchemas(baseUrl), id))

/** Answers what no other route takes. */
export const refuseUnknown: ScimRoute<undefined> = {
  read: () => Promise.resolve(ok(undefined)),
  act: (_caller, { method, path }) => Promise.resolve(fail(noRouteFor(method, path))),
  isRead: true,
}
