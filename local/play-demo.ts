import { checks } from './demo/checks.ts'
import { people } from './demo/people.ts'
import { playEvents } from './demo/play-events.ts'
import { playProduct, playRedeem } from './demo/play-redeem.ts'
import {
  playAcs,
  playIdpInitiated,
  playMetadata,
  playRefusal,
  playSpInitiated,
  type Stage,
} from './demo/play-sign-in.ts'
import { type Latchkey, startLatchkey } from './start-latchkey.ts'

const [ada, zoe] = people
const mallory = people.at(-1)

/** Starts everything in memory, plays the demo without a browser, and ends everything. */
async function main(): Promise<boolean> {
  const played = checks(console.log)
  try {
    console.log('Starting Latchkey, a product and an identity provider …')
    await using latchkey = await startLatchkey({
      port: 0,
      seed: 'demo',
      onLog: () => {},
      onProblem: played.broke,
      onDeath: played.broke,
    })
    await play(latchkey, stageOf(latchkey, played))
  } catch (error) {
    played.broke(error)
  }
  return played.close()
}

function stageOf({ seeded, demo }: Latchkey, played: Stage['checks']): Stage {
  const [organization] = seeded.organizations
  const provider = organization?.identityProviders[0]
  const product = seeded.products[0]
  if (!provider || !product || !demo) throw new Error('the demo has not been seeded')
  return {
    checks: played,
    loginUrl: provider.loginUrl,
    ours: provider.serviceProvider,
    identityProviderUrl: demo.identityProviderUrl,
    landingUrl: product.landingUrl,
  }
}

async function play({ stack, seeded, demo }: Latchkey, stage: Stage) {
  if (!ada || !zoe || !mallory) throw new Error('the demo needs people')
  await playMetadata(stage)

  const agenda = '/rooms/42?view=agenda'
  const solicited = await playSpInitiated(stage, ada, { product: 'meetings', target: agenda })
  const first = await playAcs(stage, solicited, agenda)
  await playRedeem(stage, seeded, first.token, { person: ada, target: agenda })
  stage.checks.hop('The same response once more')
  await playRefusal(stage, solicited)

  const unsolicited = await playIdpInitiated(stage, zoe, `${demo?.productUrl}/rooms/7`)
  const second = await playAcs(stage, unsolicited, '/rooms/7')
  await playProduct(stage, second.location, { person: zoe, target: '/rooms/7' })
  stage.checks.hop('The same response once more')
  await playRefusal(stage, unsolicited)

  const foreign = await playIdpInitiated(stage, mallory, 'meetings')
  await playRefusal(stage, foreign)

  await stack.idle()
  await playEvents(stage, seeded, [ada, zoe])
}

process.exit((await main()) ? 0 : 1)
