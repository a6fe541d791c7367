import type { Seeded } from '#local/seed/seed-answer.ts'
import type { Demo } from './demo/demo.ts'
import type { Latchkey } from './start-latchkey.ts'

/** What `--json` prints (docs/local.md). */
export const jsonSummary = ({ stack, seeded, demo }: Latchkey, logs: string) => ({
  ...seeded,
  mails: stack.mailUrl,
  logs,
  ...(demo && {
    demo: { identityProviderUrl: demo.identityProviderUrl, productUrl: demo.productUrl },
  }),
})

/** What the terminal shows when everything is ready. */
export function textSummary({ stack, seeded, demo }: Latchkey, logs: string): string {
  const { endpoint, region, accessKeyId, secretAccessKey } = seeded.aws
  return [
    `\nLatchkey is ready at ${seeded.url}\n`,
    row('Sign-in by e-mail', `${seeded.url}/login`),
    ...(demo ? [...demoLines(demo), ...adminLines(seeded)] : seedLines(seeded)),
    row('Mails', stack.mailUrl),
    row('Function logs', logs),
    row('AWS endpoint', `${endpoint} (${region}, access key ${accessKeyId}/${secretAccessKey})`),
    '\nCtrl-C ends everything.\n',
  ].join('\n')
}

const row = (name: string, value: string) => `  ${name.padEnd(20)}${value}`

const demoLines = ({ productUrl, identityProviderUrl }: Demo) => [
  row('Demo product', `${productUrl}/`),
  row('Demo provider', `${identityProviderUrl}/`),
  '',
  '  Sign in from the product (SP-initiated):',
  `    1. Open ${productUrl}/ and choose “Sign in with Acme”.`,
  '    2. Choose a person at the identity provider.',
  '    3. Read the claims that the product got. Mallory is refused: the traces (below) and the function logs say why.',
  '  Sign in from the provider (IdP-initiated):',
  `    1. Open ${identityProviderUrl}/, say where to go, and choose a person.`,
  '',
]

/** What the administration API is called with (docs/admin-api.md). */
const adminLines = ({ url, organizations }: Seeded) =>
  organizations.flatMap(({ id, apiKey }) => [
    row('Administration API', `${url}/orgs/${id}/idps`),
    row('Traces', `${url}/orgs/${id}/traces`),
    row('API key', apiKey),
  ])

const seedLines = ({ organizations, products }: Seeded) => [
  ...organizations.flatMap(({ name, domains, apiKey, identityProviders }) => [
    `  ${name} (${domains.join(', ')})`,
    row('    API key', apiKey),
    ...identityProviders.flatMap(({ name: provider, loginUrl, serviceProvider }) => [
      `    ${provider}`,
      row('    sign-in', loginUrl),
      row('    our metadata', serviceProvider.metadataUrl),
    ]),
  ]),
  ...products.flatMap(({ name, key, credential }) => [
    `  ${name} (${key})`,
    row('    credential', credential),
  ]),
  '',
]
