import {
  entraGuide,
  googleGuide,
  jumpcloudGuide,
  oktaGuide,
  oneloginGuide,
} from './cloud-guides.ts'
import type { Guide, GuideOf, GuideValues } from './guide.ts'
import { adfsGuide, keycloakGuide, otherGuide, shibbolethGuide } from './server-guides.ts'
import type { ProviderKind } from './types.ts'

const guides: Readonly<Record<ProviderKind, GuideOf>> = {
  'entra-id': entraGuide,
  okta: oktaGuide,
  jumpcloud: jumpcloudGuide,
  adfs: adfsGuide,
  google: googleGuide,
  onelogin: oneloginGuide,
  keycloak: keycloakGuide,
  shibboleth: shibbolethGuide,
  other: otherGuide,
}

/**
 * What an IT admin does at the provider, in order, with this organization's own values (R14). The
 * attributes are those that the preset of the kind reads (`presets.ts`).
 */
export const setupGuide = (kind: ProviderKind, values: GuideValues): Guide => guides[kind](values)
