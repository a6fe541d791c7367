import { type DirectoryId, isDirectoryId } from '../ids.ts'
import { fail } from '../result.ts'
import type { ScimCall, ScimReply } from '../scim/calls.ts'
import { invalidValue, type ScimError, unsupportedType } from '../scim/errors.ts'
import { readJson } from '../scim/read-json.ts'
import { entityTag, isNamed, readTags } from '../scim/versions.ts'
import type { HttpRequest } from './request.ts'
import { type HttpResponse, respond } from './respond.ts'
import { SCIM_TYPE } from './scim-error.ts'

/** In characters: a longer filter goes to /.search. */
const MAX_QUERY = 8192

/** The directory of a path; what has not the form of one does not exist. */
export function readDirectory(request: HttpRequest): DirectoryId | undefined {
  const text = request.pathParameter('directory') ?? ''
  return isDirectoryId(text) ? text : undefined
}

/** Where a directory's resources are: what locations and references begin with. */
const scimBaseUrl = (publicUrl: string, directory: DirectoryId) =>
  `${publicUrl}/scim/v2/${directory}`

/** The request in the words of SCIM, and what is wrong with it whatever it is for. */
export function readCall(
  request: HttpRequest,
  context: { directory: DirectoryId; publicUrl: string; nowMs: number },
): { call: ScimCall; fault: ScimError | undefined } {
  const { method, query, header, pathParameter, rawQuery } = request
  const { directory, publicUrl, nowMs } = context
  const ifMatch = readTags(header('if-match'))
  const ifNoneMatch = readTags(header('if-none-match'))
  const call = {
    ...{ method, directory, query, nowMs },
    path: request.path.slice(request.path.indexOf(directory) + directory.length),
    id: pathParameter('id'),
    baseUrl: scimBaseUrl(publicUrl, directory),
    body: bodyOf(request),
    ifMatch: ifMatch.ok ? ifMatch.value : undefined,
    ifNoneMatch: ifNoneMatch.ok ? ifNoneMatch.value : undefined,
  }
  if (rawQuery.length > MAX_QUERY) return { call, fault: queryTooLong }
  const fault = [ifMatch, ifNoneMatch].find((tags) => !tags.ok)
  return { call, fault: fault && !fault.ok ? fault.error : undefined }
}

const queryTooLong = invalidValue(
  `A query has ${MAX_QUERY} characters at most; longer ones are posted to /.search`,
)

/** Some clients send no type, or that of any JSON (RFC 7644 §3.8). */
const JSON_TYPES = new Set(['application/scim+json', 'application/json', ''])

/** Read where it is asked for, and once. */
function bodyOf({ contentType, body }: HttpRequest): ScimCall['body'] {
  let read: ReturnType<ScimCall['body']> | undefined
  return () => {
    read ??= JSON_TYPES.has(contentType)
      ? readJson(body)
      : fail(unsupportedType('The body has to be application/scim+json'))
    return read
  }
}

/** A success as HTTP has it, or that it is as If-None-Match says (RFC 9110 §13.1.2). */
export function scimResponse(
  { status, resource, location, version }: ScimReply,
  { method, ifNoneMatch }: Pick<ScimCall, 'method' | 'ifNoneMatch'>,
): HttpResponse {
  const isKnown =
    method === 'GET' && version !== undefined && ifNoneMatch && isNamed(ifNoneMatch, version)
  const headers = {
    ...(location !== undefined && { location }),
    ...(version !== undefined && { etag: entityTag(version) }),
  }
  if (isKnown) return respond(304, headers)
  if (!resource) return respond(status, headers)
  return respond(status, { 'content-type': SCIM_TYPE, ...headers }, JSON.stringify(resource))
}
