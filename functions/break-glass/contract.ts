import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { paging } from '#shared/http/paging.ts'
import { id, next, time } from '#shared/http/wire.ts'
import { isBreakGlassId } from '#shared/ids.ts'

const BreakGlass = v.strictObject({
  id: id('bgl'),
  state: v.picklist(['requested', 'opened']),
  requestedBy: id('usr'),
  requestedAt: time,
  requestEndsAt: time,
  approvedBy: v.exactOptional(id('usr')),
  openedAt: v.exactOptional(time),
  openUntil: v.exactOptional(time),
})

export const contract = {
  'GET /orgs/{organization}/break-glass': {
    summary: 'List when emergency access was asked for and opened, newest first',
    roles: ['admin', 'reader'],
    query: v.strictObject(paging(isBreakGlassId)),
    answers: { 200: v.strictObject({ breakGlass: v.array(BreakGlass), next }) },
  },
} as const satisfies Contract
