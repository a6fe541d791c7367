import type { RefusalStore } from '../portals/ports.ts'

/** What keeps refusals is loaded once there is one. */
export const dynamoPortalRefusals = (directory: string): RefusalStore => ({
  async record(...refusal) {
    const [{ portalRefusalWrites }, { dynamoSsoAlerts }] = await Promise.all([
      import('./portal-refusal-writes.ts'),
      import('./sso-alert-store.ts'),
    ])
    await portalRefusalWrites(directory, dynamoSsoAlerts(directory)).record(...refusal)
  },
})
