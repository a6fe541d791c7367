import type { IdentityProvider } from '#shared/idps/types.ts'
import { createTenant } from './create-tenant.ts'
import { runningStack } from './running-stack.ts'

/** An organization of its own for a test, on the stack that all flow tests share. */
export type Tenant = Awaited<ReturnType<typeof newTenant>>

export async function newTenant(settings: Partial<IdentityProvider> = {}) {
  const running = await runningStack()
  return { running, ...(await createTenant(running.stack, settings)) }
}
