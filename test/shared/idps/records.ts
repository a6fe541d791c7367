import assert from 'node:assert/strict'
import type { Target } from '#shared/idps/change-provider.ts'
import type { Management } from '#shared/idps/management.ts'
import type {
  Owner,
  ProviderChange,
  ProviderRecord,
  ProviderStore,
  ScheduleStore,
} from '#shared/idps/ports.ts'
import type { IdentityProvider } from '#shared/idps/types.ts'
import type { FetchDocument } from '#shared/net/ports.ts'
import { fail, ok } from '#shared/result.ts'
import { provider } from '#test/shared/sign-in/example.ts'

export const now = 1_772_619_330

export const source = { kind: 'url', url: 'https://idp.example.com/metadata' } as const

export const recordOf = (
  changes: Partial<IdentityProvider> = {},
  management: Management = { source },
): ProviderRecord => ({
  idp: { ...provider, ...changes },
  management,
  createdAt: now,
  revisions: { idp: 1, management: 1 },
})

export const target: Target = {
  orgId: provider.orgId,
  idpId: provider.id,
  act: { actor: 'apikey:key_1', at: now },
}

export const owner: Owner = {
  id: provider.orgId,
  name: 'Acme',
  defaultProduct: 'meetings',
  domains: ['acme.example'],
  revision: 1,
  products: new Set(['meetings', 'webinars']),
}

type Answers = {
  /** What each look finds, the last one for ever. */
  found?: readonly (ProviderRecord | undefined)[]
  /** What the first writes end in. */
  errors?: readonly ('changed_meanwhile' | 'entity_id_taken')[]
}

/** Ports that answer what the test says, and remember what was written over what. */
export function portsOf({ found = [recordOf()], errors = [] }: Answers = {}) {
  const written: { before: ProviderRecord; change: ProviderChange }[] = []
  const looks: string[] = []
  const waiting = errors.values()
  const store: Pick<ProviderStore, 'find' | 'change' | 'findOwner'> & ScheduleStore = {
    findOwner: () => Promise.resolve(owner),
    listDue: () => Promise.resolve([]),
    find(orgId, idpId) {
      looks.push(`${orgId} ${idpId}`)
      return Promise.resolve(found.at(Math.min(looks.length, found.length) - 1))
    },
    change(before, change) {
      const { value: error } = waiting.next()
      if (error) return Promise.resolve(fail(error))
      written.push({ before, change })
      const { idp, management } = change
      return Promise.resolve(ok({ ...before, idp, management }))
    },
  }
  return { store, written, looks }
}

/** What was written, where it was one thing. */
export function onlyChange({ written }: Pick<ReturnType<typeof portsOf>, 'written'>) {
  const [first, second] = written
  assert.ok(first && !second)
  return first.change
}

/** Serves one document at the provider's metadata URL. */
export const serving =
  (document: string): FetchDocument =>
  (url) => {
    assert.equal(url, source.url)
    return Promise.resolve(ok(Buffer.from(document)))
  }

export const unreachable: FetchDocument = () => Promise.resolve(fail({ cause: 'timeout' }))

export const neverFetched: FetchDocument = () => assert.fail('nothing may be fetched')
