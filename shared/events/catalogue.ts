import { ssoTokenData } from './portal-data.ts'
import { directoryData, groupData, memberData, scimTokenData } from './scim-data.ts'

/** What can happen, with the version of the event's data (docs/events.md). */
export type EventType =
  | 'latchkey.organization.created.v1'
  | 'latchkey.organization.updated.v1'
  | 'latchkey.organization.deleted.v1'
  | 'latchkey.domain.claimed.v1'
  | 'latchkey.domain.verified.v1'
  | 'latchkey.domain.record-missing.v1'
  | 'latchkey.domain.record-found.v1'
  | 'latchkey.domain.lapsed.v1'
  | 'latchkey.domain.released.v1'
  | 'latchkey.identity-provider.created.v1'
  | 'latchkey.identity-provider.updated.v1'
  | 'latchkey.identity-provider.activated.v1'
  | 'latchkey.identity-provider.deactivated.v1'
  | 'latchkey.identity-provider.removed.v1'
  | 'latchkey.identity-provider.metadata-parked.v1'
  | 'latchkey.identity-provider.certificate-expiring.v1'
  | 'latchkey.user.created.v1'
  | 'latchkey.user.updated.v1'
  | 'latchkey.user.suspended.v1'
  | 'latchkey.user.reactivated.v1'
  | 'latchkey.user.deleted.v1'
  | 'latchkey.user.restored.v1'
  | 'latchkey.user.merged.v1'
  | 'latchkey.user.role-changed.v1'
  | 'latchkey.user.signed-out-everywhere.v1'
  | 'latchkey.user.subject-linked.v1'
  | 'latchkey.user.subject-unlinked.v1'
  | 'latchkey.user.directory-linked.v1'
  | 'latchkey.user.directory-unlinked.v1'
  | 'latchkey.invitation.created.v1'
  | 'latchkey.invitation.resent.v1'
  | 'latchkey.invitation.accepted.v1'
  | 'latchkey.invitation.revoked.v1'
  | 'latchkey.account.created.v1'
  | 'latchkey.account.updated.v1'
  | 'latchkey.account.removed.v1'
  | 'latchkey.product-access.granted.v1'
  | 'latchkey.product-access.queued.v1'
  | 'latchkey.product-access.removed.v1'
  | 'latchkey.group-rules.updated.v1'
  | 'latchkey.api-key.created.v1'
  | 'latchkey.api-key.revoked.v1'
  | 'latchkey.break-glass.requested.v1'
  | 'latchkey.break-glass.opened.v1'
  | 'latchkey.directory.created.v1'
  | 'latchkey.directory.updated.v1'
  | 'latchkey.directory.paused.v1'
  | 'latchkey.directory.resumed.v1'
  | 'latchkey.directory.removed.v1'
  | 'latchkey.scim-token.created.v1'
  | 'latchkey.scim-token.revoked.v1'
  | 'latchkey.scim-token.expiring.v1'
  | 'latchkey.sso-token.created.v1'
  | 'latchkey.sso-token.removed.v1'
  | 'latchkey.sso-token.alerted.v1'
  | 'latchkey.sign-in.succeeded.v1'
  | 'latchkey.session.ended.v1'
  | 'latchkey.group.created.v1'
  | 'latchkey.group.updated.v1'
  | 'latchkey.group.deleted.v1'
  | 'latchkey.group.member-added.v1'
  | 'latchkey.group.member-removed.v1'

/**
 * Attributes of a stored item that its event shows: everything else stays inside. The subject is
 * the attribute that names what the event is about; order is kept per subject.
 */
export const eventCatalogue = {
  'latchkey.organization.created.v1': { subject: 'orgId', shows: organizationData() },
  'latchkey.organization.updated.v1': { subject: 'orgId', shows: organizationData() },
  'latchkey.organization.deleted.v1': { subject: 'orgId', shows: organizationData() },
  'latchkey.domain.claimed.v1': { subject: 'domain', shows: ['domain', 'orgId'] },
  'latchkey.domain.verified.v1': { subject: 'domain', shows: ['domain', 'orgId', 'method'] },
  'latchkey.domain.record-missing.v1': {
    subject: 'domain',
    shows: ['domain', 'orgId', 'missingSince', 'graceEndsAt'],
  },
  'latchkey.domain.record-found.v1': { subject: 'domain', shows: ['domain', 'orgId', 'method'] },
  'latchkey.domain.lapsed.v1': { subject: 'domain', shows: ['domain', 'orgId', 'missingSince'] },
  'latchkey.domain.released.v1': { subject: 'domain', shows: ['domain', 'orgId', 'formerState'] },
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
  'latchkey.user.suspended.v1': { subject: 'userId', shows: userData() },
  'latchkey.user.reactivated.v1': { subject: 'userId', shows: userData() },
  'latchkey.user.deleted.v1': { subject: 'userId', shows: userData() },
  'latchkey.user.restored.v1': { subject: 'userId', shows: userData() },
  'latchkey.user.merged.v1': { subject: 'userId', shows: [...userData(), 'mergedInto'] },
  'latchkey.user.role-changed.v1': { subject: 'userId', shows: userData() },
  'latchkey.user.signed-out-everywhere.v1': { subject: 'userId', shows: ['userId', 'orgId'] },
  'latchkey.user.subject-linked.v1': { subject: 'userId', shows: ['userId', 'orgId', 'idpId'] },
  'latchkey.user.subject-unlinked.v1': { subject: 'userId', shows: ['userId', 'orgId', 'idpId'] },
  'latchkey.user.directory-linked.v1': { subject: 'userId', shows: directoryLinkData() },
  'latchkey.user.directory-unlinked.v1': { subject: 'userId', shows: directoryLinkData() },
  'latchkey.invitation.created.v1': { subject: 'userId', shows: invitationData() },
  'latchkey.invitation.resent.v1': { subject: 'userId', shows: invitationData() },
  'latchkey.invitation.accepted.v1': { subject: 'userId', shows: invitationData() },
  'latchkey.invitation.revoked.v1': { subject: 'userId', shows: invitationData() },
  'latchkey.account.created.v1': { subject: 'accountId', shows: accountData() },
  'latchkey.account.updated.v1': { subject: 'accountId', shows: accountData() },
  'latchkey.account.removed.v1': { subject: 'accountId', shows: accountData() },
  'latchkey.product-access.granted.v1': { subject: 'userId', shows: accessData() },
  'latchkey.product-access.queued.v1': { subject: 'userId', shows: accessData() },
  'latchkey.product-access.removed.v1': { subject: 'userId', shows: accessData() },
  'latchkey.group-rules.updated.v1': { subject: 'orgId', shows: ['orgId', 'rev'] },
  'latchkey.api-key.created.v1': { subject: 'keyId', shows: ['keyId', 'orgId', 'role', 'label'] },
  'latchkey.api-key.revoked.v1': { subject: 'keyId', shows: ['keyId', 'orgId', 'role', 'label'] },
  'latchkey.break-glass.requested.v1': { subject: 'orgId', shows: ['orgId', 'breakGlassId'] },
  'latchkey.break-glass.opened.v1': {
    subject: 'orgId',
    shows: ['orgId', 'breakGlassId', 'openUntil', 'approvedBy'],
  },
  'latchkey.directory.created.v1': { subject: 'directoryId', shows: directoryData },
  'latchkey.directory.updated.v1': { subject: 'directoryId', shows: directoryData },
  'latchkey.directory.paused.v1': { subject: 'directoryId', shows: directoryData },
  'latchkey.directory.resumed.v1': { subject: 'directoryId', shows: directoryData },
  'latchkey.directory.removed.v1': { subject: 'directoryId', shows: directoryData },
  'latchkey.scim-token.created.v1': {
    subject: 'directoryId',
    shows: [...scimTokenData, 'expiresAt'],
  },
  'latchkey.scim-token.revoked.v1': { subject: 'directoryId', shows: scimTokenData },
  'latchkey.scim-token.expiring.v1': {
    subject: 'directoryId',
    shows: [...scimTokenData, 'expiresAt', 'daysLeft'],
  },
  'latchkey.sso-token.created.v1': {
    subject: 'ssoTokenId',
    shows: [...ssoTokenData, 'endsAt'],
  },
  'latchkey.sso-token.removed.v1': { subject: 'ssoTokenId', shows: ssoTokenData },
  'latchkey.sso-token.alerted.v1': { subject: 'ssoTokenId', shows: [...ssoTokenData, 'alert'] },
  'latchkey.sign-in.succeeded.v1': {
    subject: 'userId',
    shows: ['userId', 'orgId', 'idpId', 'ssoTokenId', 'product', 'traceId'],
  },
  'latchkey.session.ended.v1': {
    subject: 'userId',
    shows: ['userId', 'orgId', 'idpId', 'sids', 'endedBy', 'traceId'],
  },
  'latchkey.group.created.v1': { subject: 'groupId', shows: groupData },
  'latchkey.group.updated.v1': { subject: 'groupId', shows: groupData },
  'latchkey.group.deleted.v1': { subject: 'groupId', shows: groupData },
  'latchkey.group.member-added.v1': { subject: 'groupId', shows: memberData },
  'latchkey.group.member-removed.v1': { subject: 'groupId', shows: memberData },
} as const satisfies Record<EventType, { subject: string; shows: readonly string[] }>

function providerData() {
  return ['idpId', 'orgId', 'name', 'kind', 'entityId', 'state', 'rev'] as const
}

function organizationData() {
  return ['orgId', 'name', 'joinPolicy', 'rev'] as const
}

function directoryLinkData() {
  return ['userId', 'orgId', 'directoryId', 'scimUserId', 'how'] as const
}

function invitationData() {
  return ['invitationId', 'userId', 'orgId', 'role', 'endsAt'] as const
}

function accountData() {
  return ['accountId', 'orgId', 'name', 'reference', 'seats', 'overAllocation', 'rev'] as const
}

function accessData() {
  return ['userId', 'orgId', 'accountId', 'product', 'state', 'grantedBy'] as const
}

function userData() {
  return [
    'userId',
    'orgId',
    'state',
    'role',
    'email',
    'userName',
    'givenName',
    'familyName',
    'displayName',
    'rev',
  ] as const
}
