import type { Result } from '../../result.ts'
import type { ResourceType } from '../attributes.ts'
import type { ScimCall } from '../calls.ts'
import type { Projection } from '../documents/projection.ts'
import type { ScimError } from '../errors.ts'
import type { StartedFilter } from './filtered.ts'
import type { Listed, SearchPorts } from './search-ports.ts'

/** How the resources of one type are found and shown. */
export type Source<Resource extends Listed> = {
  type: ResourceType
  /** For one request. */
  pagesFor(call: Pick<ScimCall, 'directory' | 'baseUrl'>, projection: Projection): Pages<Resource>
}

export type Pages<Resource extends Listed> = {
  by: SearchPorts<Resource>
  /** What else can be read before anybody knows who asks. */
  begin?(started: StartedFilter<Resource['id']> | undefined): Promise<void>
  /** The resources of a page, as they are answered. */
  show(resources: readonly Resource[]): Promise<Result<readonly object[], ScimError>>
}
