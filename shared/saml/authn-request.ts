import { isoTime } from '../time.ts'
import { escapeAttribute, escapeText } from './characters.ts'
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
}

/** An unsigned AuthnRequest (SAML Core 2.0 §3.4.1). The provider chooses the kind of NameID. */
export const authnRequest = ({ id, issueInstant, destination, issuer, acsUrl }: AuthnRequest) =>
  `<samlp:AuthnRequest xmlns:samlp="${ns.protocol}" ID="${id}" Version="2.0"` +
  ` IssueInstant="${isoTime(issueInstant)}" Destination="${escapeAttribute(destination)}"` +
  ` AssertionConsumerServiceURL="${escapeAttribute(acsUrl)}" ProtocolBinding="${POST_BINDING}">` +
  `<saml:Issuer xmlns:saml="${ns.assertion}">${escapeText(issuer)}</saml:Issuer>` +
  `<samlp:NameIDPolicy AllowCreate="true"/></samlp:AuthnRequest>`
