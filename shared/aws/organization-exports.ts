import { isDeepStrictEqual } from 'node:util'
import type { OrgId } from '../ids.ts'
import {
  type ExportPage,
  latestItems,
  type OrganizationExports,
  type OrganizationItem,
  organizationLists,
} from '../orgs/transfer.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { rootsOf } from './organization-items.ts'
import { levelsFrom, readPartition } from './organization-walk.ts'

/** Rows of a list that are followed at once, with all that they lead to. */
const ROWS = 25
/** A page is full at so many items, or so many characters of JSON. */
const FULL = { items: 400, characters: 700_000 }

/** Exports: read only, so that an organization in use can be exported. */
export const dynamoOrganizationExports = (directory: string): OrganizationExports => ({
  async page(orgId, place, now) {
    const [organization] = await readItems([
      { table: directory, key: directoryKeys.organization(orgId) },
    ])
    const own = organization as OrganizationItem | undefined
    if (!own || own['state'] !== undefined) return undefined
    const first = place === undefined ? await levelsFrom(directory, orgId, [own]) : []
    return collect(directory, orgId, {
      first: first.flat(),
      place: place ?? `${organizationLists[0]}:`,
      now,
    })
  },
})

type Place = { position: number; after: string | undefined }
type Start = { first: readonly OrganizationItem[]; place: string; now: number }

async function collect(
  directory: string,
  orgId: OrgId,
  { first, place, now }: Start,
): Promise<ExportPage> {
  let items = first.map(exported)
  let characters = 0
  let at: Place | undefined = readPlace(place)
  while (at && items.length < FULL.items && characters < FULL.characters) {
    const rows = await rowsAt(directory, orgId, at)
    const found = (await levelsFrom(directory, orgId, rows.items)).flat()
    const lasting = found.filter((item) => lasts(item, now)).map(exported)
    items = latestItems([...items, ...lasting])
    characters += JSON.stringify(lasting).length
    at = rows.next
  }
  return { items, ...(at && { next: placeOf(at) }) }
}

/** @param place as isExportPlace() takes it */
function readPlace(place: string): Place {
  const end = place.indexOf(':')
  const position = organizationLists.findIndex((name) => name === place.slice(0, end))
  return { position, after: place.slice(end + 1) || undefined }
}

const placeOf = ({ position, after = '' }: Place) => `${organizationLists[position]}:${after}`

async function rowsAt(directory: string, orgId: OrgId, { position, after }: Place) {
  const partitions: readonly string[] = organizationLists.map((name) => rootsOf(orgId)[name])
  const pk = partitions[position] ?? ''
  const { items, isLast } = await readPartition(directory, pk, { after, limit: ROWS })
  const isEnd = isLast && position + 1 === partitions.length
  const following = isLast
    ? { position: position + 1, after: undefined }
    : { position, after: items.at(-1)?.sk }
  return { items, next: isEnd ? undefined : following }
}

const lasts = ({ expiresAt }: OrganizationItem, now: number) =>
  typeof expiresAt !== 'number' || expiresAt > now

/** Without what happened last: that is no state, and it happened already. */
function exported({ evt: _, mail: __, ...item }: OrganizationItem): OrganizationItem {
  if (isDeepStrictEqual(JSON.parse(JSON.stringify(item)), item)) return item
  throw new Error(`JSON cannot hold an item of kind ${item.pk.split('#', 1).join('')}`)
}
