import { allowedLanding, findLanding, type Landing } from '../products/landing.ts'
import type { Catalogue } from '../products/types.ts'
import type { Judged } from './judge-response.ts'

export type ChosenLanding = {
  landing: Landing
  /** Whether it is the default because something else was asked for and is not on the list. */
  isSubstitute: boolean
}

/**
 * What the browser asked for if it is on the list, else the provider's default page (R18). What was
 * asked for is in our own request; of an unsolicited response, in its RelayState.
 */
export function chooseLanding(
  { idp, request }: Pick<Judged, 'idp' | 'request'>,
  catalogue: Catalogue,
  relayState: string | undefined,
): ChosenLanding {
  const byDefault = { product: idp.defaultProduct }
  const wanted = request
    ? allowedLanding(catalogue, request.product ?? idp.defaultProduct, request.target)
    : relayState
      ? findLanding(catalogue, relayState)
      : byDefault
  return { landing: wanted ?? byDefault, isSubstitute: wanted === undefined }
}
