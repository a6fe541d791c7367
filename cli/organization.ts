export type Host = { product: string; host: string }

/** A host that a product answers at for it. */
export const hostText = ({ product, host }: Host) => `${product}=${host}`

/** An organization as the service shows it, for people. */
export const organizationText = (organization: Record<string, unknown>) =>
  [
    ['id', organization['id']],
    ['name', organization['name']],
    ['state', organization['state']],
    ['default product', organization['defaultProduct']],
    ['join policy', organization['joinPolicy']],
    ['verified domains', (organization['verifiedDomains'] as string[]).join(', ') || 'none'],
    ['product hosts', (organization['productHosts'] as Host[]).map(hostText).join(', ') || 'none'],
    ['created', organization['createdAt']],
  ]
    .map(([name, value]) => `${String(name).padEnd(18)}${value}`)
    .join('\n')
