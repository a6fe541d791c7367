import { isDeepStrictEqual } from 'node:util'
import type { OrgId } from '../ids.ts'
import type { ExportPage, OrganizationExports, OrganizationItem } from '../orgs/transfer.ts'
import { readItems } from './dynamo.ts'
import { directoryKeys } from './keys.ts'
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
      place: place ?? `${rootNames(orgId)[0]}:`,
      now,
    })
  },
})

const rootNames = (orgId: OrgId): string[] => Object.keys(rootsOf(orgId))

type Place = { position: number; after: string | undefined }
type Start = { first: readonly OrganizationItem[]; place: string; now: number }

async function collect(
  directory: string,
  orgId: OrgId,
  { first, place, now }: Start,
): Promise<ExportPage> {
  const items = first.map(exported)
  let characters = 0
  let at = readPlace(orgId, place)
  while (at && items.length < FULL.items && characters < FULL.characters) {
    const rows = await rowsAt(directory, orgId, at)
    const found = (await levelsFrom(directory, orgId, rows.items)).flat()
    const lasting = found.filter((item) => lasts(item, now)).map(exported)
    items.push(...lasting)
    characters += JSON.stringify(lasting).length
    at = rows.next
  }
  return { items, ...(at && { next: placeOf(orgId, at) }) }
}

function readPlace(orgId: OrgId, place: string): Place | undefined {
  const [, name = '', after = ''] = /^([a-z]+):(.*)$/s.exec(place) ?? []
  const position = rootNames(orgId).indexOf(name)
  return position < 0 ? undefined : { position, after: after === '' ? undefined : after }
}

const placeOf = (orgId: OrgId, { position, after = '' }: Place) =>
  `${rootNames(orgId)[position]}:${after}`

async function rowsAt(directory: string, orgId: OrgId, { position, after }: Place) {
  const roots = Object.values(rootsOf(orgId))
  const pk = roots[position] ?? ''
  const { items, isLast } = await readPartition(directory, pk, { after, limit: ROWS })
  const isEnd = isLast && position + 1 === roots.length
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
