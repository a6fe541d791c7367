import type { Catalogue, Product } from './types.ts'

/** Key of the product that is ours: its people administer their organization. */
export const ORGANIZATION_CENTER = 'organization-center'

/**
 * The vendor's products, and ours. It lands where only the browser that started may go on, so its
 * target is that browser's and not a path.
 */
export function withOrganizationCenter(catalogue: Catalogue, publicUrl: string): Catalogue {
  const center: Product = {
    key: ORGANIZATION_CENTER,
    name: 'Organization Center',
    landingUrl: `${publicUrl}/admin/sign-in/return`,
    allowedPaths: ['/'],
  }
  return new Map([...catalogue, [ORGANIZATION_CENTER, center]])
}
