import type { IdentityProvider } from '#shared/idps/types.ts'
import type { Catalogue, Product } from '#shared/products/types.ts'
import { readResponse, type UnverifiedResponse } from '#shared/saml/read-response.ts'
import { requestHandle } from '#shared/sign-in/login-handle.ts'
import type { Found, SignInRequest } from '#shared/sign-in/ports.ts'
import type { Submission } from '#shared/sign-in/submission.ts'
import {
  type Edit,
  inOrder,
  setAttribute,
  setContent,
  unchanged,
} from '#test/fixtures/saml/edit-xml.ts'
import { keys, type SigningKey } from '#test/fixtures/saml/keys.ts'
import {
  at,
  idp as entityId,
  plainResponse,
  posted,
  requestId,
} from '#test/fixtures/saml/plain-response.ts'

/** The second at which the plain response arrives. */
export const now = at('2026-03-04T10:15:30Z')

const keyOf = (name: keyof typeof keys) => ({
  fingerprint: name,
  spki: keys[name].publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  notAfter: at('2036-01-01T00:00:00Z'),
})

/** The provider that made the plain response, with two keys as it has during a rotation. */
export const provider: IdentityProvider = {
  id: 'idp_00000000000000000000000000000001',
  orgId: 'org_00000000000000000000000000000001',
  name: 'Example',
  state: 'active',
  entityId,
  identifiers: 'shared',
  singleSignOn: { binding: 'redirect', url: 'https://idp.example.com/sso?tenant=1' },
  wantsSignedRequests: false,
  signingKeys: [keyOf('provider'), keyOf('next')],
  allowsUnsolicited: true,
  clockSkewSeconds: 120,
  verifiedDomains: ['example.com', 'example.org'],
  defaultProduct: 'meetings',
  attributeNames: {},
}

export const products: readonly Product[] = [
  {
    key: 'meetings',
    name: 'Meetings',
    landingUrl: 'https://meetings.example/landing',
    allowedPaths: ['/'],
  },
  {
    key: 'training',
    name: 'Training',
    landingUrl: 'https://training.example/in',
    allowedPaths: ['/courses'],
  },
]

export const catalogue: Catalogue = new Map(products.map((product) => [product.key, product]))

/** The request that the plain response answers. */
export const request: SignInRequest = {
  requestId,
  idpId: provider.id,
  issuedAt: now - 540,
  validUntil: now + 60,
  isUsed: false,
}

/** What is stored when the plain response arrives from somebody who was never here. */
export const found: Found = {
  idp: provider,
  subject: undefined,
  request,
  catalogue,
  rulesRev: undefined,
}

export const unsolicited: Edit = inOrder(
  setAttribute('samlp:Response', 'InResponseTo'),
  setAttribute('saml:SubjectConfirmationData', 'InResponseTo'),
)

/** Where we are: the plain response is for our shared identifiers there. */
export const publicUrl = 'https://sp.example.net'
const forUs = setContent('saml:Audience', `${publicUrl}/saml/sp`)

/** The plain response at our shared ACS, edited before the provider signed it. */
export const submission = (edit: Edit = unchanged, key?: SigningKey): Submission => ({
  samlResponse: posted(plainResponse('assertion', inOrder(forUs, edit), key)),
  relayState: requestHandle(requestId),
  scope: 'shared',
  publicUrl,
  restarts: 0,
  traceId: 'trc_00000000000000000000000000000001',
  nowMs: now * 1000,
})

/** The same, read. */
export function unverified(edit: Edit = unchanged, key?: SigningKey): UnverifiedResponse {
  const read = readResponse(submission(edit, key).samlResponse)
  if (!read.ok) throw new Error(`the example does not read: ${read.error.cause}`)
  return read.value
}
