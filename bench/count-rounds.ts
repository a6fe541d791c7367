import { type LocalStack, startStack } from '#local/stack.ts'
import { createTenant } from '#test/flows/create-tenant.ts'
import { landingOf, postResponse, redeem, startLogin } from '#test/flows/hops.ts'
import { issued, newPerson, newPortal, open } from '#test/flows/portal.ts'
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
  const portal = await newPortal(tenant)
  const { email } = await newPerson(tenant)
  const comeFromPortal = async () => {
    const { url } = await issued(tenant, portal.text, { email })
    await redeem(tenant, landingOf(await open(url)).token)
  }
  const ofProviders = await fewestRounds(stack, signIn)
  const ofPortals = await fewestRounds(stack, comeFromPortal)
  const functions = Object.keys({ ...ofProviders, ...ofPortals })
  const most = (fn: string) => Math.max(ofProviders[fn] ?? 0, ofPortals[fn] ?? 0)
  return Object.fromEntries(functions.map((fn) => [fn, most(fn)]))
}

async function fewestRounds(stack: LocalStack, play: () => Promise<void>) {
  const fewest: Record<string, number> = {}
  stack.faults.onCall = () => 'slow' // so that calls that are sent together meet
  for (let count = 0; count < PLAYS; count++) {
    stack.clearCalls()
    await play()
    await stack.idle()
    for (const fn of Object.keys(stack.coldStarts())) {
      const times = rounds(stack.calls.filter((call) => call.functionName === fn))
      fewest[fn] = Math.min(fewest[fn] ?? times, times)
    }
  }
  return fewest
}

/** The first one is cold. */
const PLAYS = 6
