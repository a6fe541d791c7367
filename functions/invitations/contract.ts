import type { Contract } from '#shared/http/contract.ts'
import { isInvitationId } from '#shared/ids.ts'
import { InvitationList, Inviting, Paging, ShownInvitation } from './schema.ts'

const ids = { invitation: [isInvitationId, 'invitation_unknown'] } as const

export const contract = {
  'GET /orgs/{organization}/invitations': {
    summary: 'List invitations, also those that are over, for 30 days',
    roles: ['admin', 'reader'],
    query: Paging,
    answers: { 200: InvitationList },
  },
  'POST /orgs/{organization}/invitations': {
    summary: 'Invite somebody by mail',
    roles: ['admin'],
    body: Inviting,
    isRepeatable: true,
    answers: { 201: ShownInvitation },
    refusals: [
      'organization_unknown',
      'email_in_use',
      'email_outside_domains',
      'too_many_invitations',
    ],
  },
  'GET /orgs/{organization}/invitations/{invitation}': {
    summary: 'Show an invitation, and how to accept it',
    roles: ['admin', 'reader'],
    ids,
    answers: { 200: ShownInvitation },
  },
  'DELETE /orgs/{organization}/invitations/{invitation}': {
    summary: 'Take an invitation back: the address is free at once',
    roles: ['admin'],
    ids,
    answers: { 204: null },
    refusals: ['invitation_over'],
  },
  'POST /orgs/{organization}/invitations/{invitation}/resend': {
    summary: 'Send an invitation again, also one that has expired',
    roles: ['admin'],
    ids,
    answers: { 200: ShownInvitation },
    refusals: ['invitation_over', 'resent_too_soon', 'resent_too_often', 'too_many_invitations'],
  },
} as const satisfies Contract
