import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { isSsoTokenId } from '#shared/ids.ts'
import {
  FiguresQuery,
  NewSsoToken,
  ReceiptList,
  ReceiptQuery,
  ShownFigures,
  ShownSsoToken,
} from './schema.ts'

const ids = { ssoToken: [isSsoTokenId, 'sso_token_unknown'] } as const
const look = ['admin', 'reader'] as const

export const contract = {
  'GET /orgs/{organization}/sso-tokens': {
    summary: 'List the SSO tokens of partner portals that can be used',
    roles: look,
    answers: { 200: v.strictObject({ ssoTokens: v.array(ShownSsoToken) }) },
  },
  'POST /orgs/{organization}/sso-tokens': {
    summary: 'Create an SSO token for a partner portal; its secret is shown this once',
    roles: ['admin'],
    body: NewSsoToken,
    answers: { 201: v.strictObject({ ...ShownSsoToken.entries, secret: v.string() }) },
    refusals: [
      'organization_unknown',
      'product_unknown',
      'product_host_unknown',
      'too_many_sso_tokens',
    ],
  },
  'GET /orgs/{organization}/sso-tokens/{ssoToken}': {
    summary: 'Show an SSO token, and what was noticed of its use',
    roles: look,
    ids,
    answers: { 200: ShownSsoToken },
  },
  'DELETE /orgs/{organization}/sso-tokens/{ssoToken}': {
    summary: 'Remove an SSO token at once, with the login tokens that it has issued',
    roles: ['admin'],
    ids,
    answers: { 204: null },
  },
  'GET /orgs/{organization}/sso-tokens/{ssoToken}/receipts': {
    summary: 'List what became of the login tokens of an SSO token, newest first',
    roles: look,
    ids,
    query: ReceiptQuery,
    answers: { 200: ReceiptList },
  },
  'GET /orgs/{organization}/sso-tokens/{ssoToken}/figures': {
    summary: 'Count what became of the login tokens of an SSO token, with delays and advice',
    roles: look,
    ids,
    query: FiguresQuery,
    answers: { 200: ShownFigures },
  },
} as const satisfies Contract
