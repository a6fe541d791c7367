/** What can happen, with the version of the event's data (docs/events.md). */
export type EventType =
  | 'latchkey.organization.created.v1'
  | 'latchkey.domain.verified.v1'
  | 'latchkey.identity-provider.created.v1'
  | 'latchkey.identity-provider.updated.v1'
  | 'latchkey.identity-provider.activated.v1'
  | 'latchkey.identity-provider.deactivated.v1'
  | 'latchkey.identity-provider.removed.v1'
  | 'latchkey.identity-provider.metadata-parked.v1'
  | 'latchkey.identity-provider.certificate-expiring.v1'
  | 'latchkey.user.created.v1'
  | 'latchkey.user.updated.v1'
  | 'latchkey.sign-in.succeeded.v1'
  | 'latchkey.session.ended.v1'

/**
 * Attributes of a stored item that its event shows: everything else stays inside. The subject is
 * the attribute that names what the event is about; order is kept per subject.
 */
export const eventCatalogue = {
  'latchkey.organization.created.v1': { subject: 'orgId', shows: ['orgId', 'name'] },
  'latchkey.domain.verified.v1': { subject: 'domain', shows: ['domain', 'orgId'] },
  'latchkey.identity-provider.created.v1': { subject: 'idpId', shows: providerData() },
  'latchkey.identity-provider.updated.v1': { subject: 'idpId', shows: providerData() },
  'latchkey.identity-provider.activated.v1': { subject: 'idpId', shows: providerData() },
  'latchkey.identity-provider.deactivated.v1': { subject: 'idpId', shows: providerData() },
  'latchkey.identity-provider.removed.v1': { subject: 'idpId', shows: providerData() },
  'latchkey.identity-provider.metadata-parked.v1': {
    subject: 'idpId',
    shows: ['idpId', 'orgId', 'differences'],
  },
  'latchkey.identity-provider.certificate-expiring.v1': {
    subject: 'idpId',
    shows: ['idpId', 'orgId', 'warnings'],
  },
  'latchkey.user.created.v1': { subject: 'userId', shows: userData() },
  'latchkey.user.updated.v1': { subject: 'userId', shows: userData() },
  'latchkey.sign-in.succeeded.v1': {
    subject: 'userId',
    shows: ['userId', 'orgId', 'idpId', 'product', 'traceId'],
  },
  'latchkey.session.ended.v1': {
    subject: 'userId',
    shows: ['userId', 'orgId', 'idpId', 'sids', 'endedBy', 'traceId'],
  },
} as const satisfies Record<EventType, { subject: string; shows: readonly string[] }>

function providerData() {
  return ['idpId', 'orgId', 'name', 'kind', 'entityId', 'state', 'rev'] as const
}

function userData() {
  return [
    'userId',
    'orgId',
    'state',
    'email',
    'givenName',
    'familyName',
    'displayName',
    'rev',
  ] as const
}
