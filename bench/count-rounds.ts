import { startStack } from '#local/stack.ts'
import { createTenant } from '#test/flows/create-tenant.ts'
import { landingOf, postResponse, redeem, startLogin } from '#test/flows/hops.ts'
import { rounds } from '#test/flows/rounds.ts'

/**
 * Plays sign-ins on the local stack and counts how often each function waits for AWS, warm.
 *
 * @returns sequential round trips by function
 */
export async function countRounds(): Promise<Record<string, number>> {
  await using stack = await startStack({ memory: true, port: 0, onLog: () => undefined })
  Object.assign(process.env, stack.environmentOf('saml-acs'))
  const tenant = await createTenant(stack)
  const signIn = async () => {
    await startLogin(tenant)
    const landed = landingOf(await postResponse(tenant, tenant.respond()))
    await redeem(tenant, landed.token)
    await fetch(`${stack.url}/.well-known/jwks.json`)
    await fetch(tenant.serviceProvider.entityId)
  }
  const fewest: Record<string, number> = {}
  for (let play = 0; play < PLAYS; play++) {
    stack.clearCalls()
    await signIn()
    await stack.idle()
    for (const fn of Object.keys(stack.coldStarts())) {
      const count = rounds(stack.calls.filter((call) => call.functionName === fn))
      fewest[fn] = Math.min(fewest[fn] ?? count, count)
    }
  }
  return fewest
}

/** The first one is cold. */
const PLAYS = 6
