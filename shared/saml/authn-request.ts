import type { RequestedAuthnContext } from '../products/types.ts'
import { isoTime } from '../time.ts'
import { escapeText, escapeValue } from './characters.ts'
import { ns } from './namespaces.ts'

export const POST_BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'

type AuthnRequest = {
  id: string
  /** Epoch seconds. */
  issueInstant: number
  /** The provider's single sign-on address. */
  destination: string
  /** Our entity ID. */
  issuer: string
  acsUrl: string
  /** Whether the person must prove themselves anew, whatever session there is. */
  forceAuthn?: boolean | undefined
  authnContext?: RequestedAuthnContext | undefined
}

/** An unsigned AuthnRequest (SAML Core 2.0 §3.4.1). The provider chooses the kind of NameID. */
export const authnRequest = (request: AuthnRequest) =>
  `<samlp:AuthnRequest xmlns:samlp="${ns.protocol}" ID="${request.id}" Version="2.0"` +
  ` IssueInstant="${isoTime(request.issueInstant)}"` +
  ` Destination="${escapeValue(request.destination)}"` +
  (request.forceAuthn ? ' ForceAuthn="true"' : '') +
  ` AssertionConsumerServiceURL="${escapeValue(request.acsUrl)}"` +
  ` ProtocolBinding="${POST_BINDING}">` +
  `<saml:Issuer xmlns:saml="${ns.assertion}">${escapeText(request.issuer)}</saml:Issuer>` +
  `<samlp:NameIDPolicy AllowCreate="true"/>${requestedAuthnContext(request.authnContext)}` +
  '</samlp:AuthnRequest>'

/** Without class references the element would say nothing, and its schema forbids that. */
function requestedAuthnContext(context: RequestedAuthnContext | undefined): string {
  if (!context || context.classRefs.length === 0) return ''
  const comparison = escapeValue(context.comparison ?? 'exact')
  const classRefs = context.classRefs.map(
    (classRef) =>
      `<saml:AuthnContextClassRef xmlns:saml="${ns.assertion}">${escapeText(classRef)}` +
      '</saml:AuthnContextClassRef>',
  )
  return (
    `<samlp:RequestedAuthnContext Comparison="${comparison}">${classRefs.join('')}` +
    '</samlp:RequestedAuthnContext>'
  )
}
