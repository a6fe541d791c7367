import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import type { Seeded } from '#local/seed/seed-answer.ts'
import type { Person } from './people.ts'
import type { Stage } from './play-sign-in.ts'
import { plainText } from './read-page.ts'

type Redeemed = {
  id_token: string
  user: { id: string; email: string; given_name: string; family_name: string; name: string }
  organization: Record<string, string>
  product: string
  target: string
}

type Expected = { person: Person; target: string }

/** Redeems a token as a product's backend does, and once more. */
export async function playRedeem(
  stage: Stage,
  seeded: Seeded,
  token: string,
  { person, target }: Expected,
) {
  const { checks } = stage
  const [organization] = seeded.organizations
  const response = await redeem(stage, seeded, token)
  checks.equal('status is', response.status, 200)
  const answer = (await response.json()) as Redeemed
  const { id: userId, ...user } = answer.user
  checks.equal('user id has its form:', /^usr_[0-9a-f]{32}$/.test(userId), true)
  checks.equal('user is', user, {
    email: person.email,
    given_name: person.givenName,
    family_name: person.familyName,
    name: person.displayName,
  })
  checks.equal('organization is', answer.organization, {
    id: organization?.id,
    name: organization?.name,
  })
  checks.equal('product is', answer.product, seeded.products[0]?.key)
  checks.equal('target is', answer.target, target)
  await checkJwt(stage, seeded, answer, person)

  checks.hop('The same token once more')
  const again = await redeem(stage, seeded, token)
  checks.equal('status is', again.status, 400)
  checks.equal('the answer is', await again.json(), { error: 'invalid_grant' })
}

function redeem({ checks }: Stage, { endpoints, products }: Seeded, token: string) {
  checks.hop(`POST ${endpoints.redeem}`)
  return fetch(endpoints.redeem, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${products[0]?.credential}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ token }),
  })
}

async function checkJwt(
  { checks }: Stage,
  { url, endpoints, organizations, products }: Seeded,
  { id_token: jwt, user }: Redeemed,
  person: Person,
) {
  checks.hop(`The JWT, with the keys of ${endpoints.jwks}`)
  const keys = createRemoteJWKSet(new URL(endpoints.jwks))
  const { payload, protectedHeader } = await jwtVerify(jwt, keys, { algorithms: ['RS256'] })
  const { iat = 0, exp = 0, jti = '', sid, auth_time: authTime, ...claims } = payload
  checks.equal('signature verifies; algorithm is', protectedHeader.alg, 'RS256')
  const expected: JWTPayload = {
    iss: url,
    sub: user.id,
    aud: products[0]?.key ?? '',
    org: organizations[0]?.id,
    idp: organizations[0]?.identityProviders[0]?.id,
    acr: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
    email: person.email,
    name: person.displayName,
    given_name: person.givenName,
    family_name: person.familyName,
  }
  for (const [name, value] of Object.entries(expected))
    checks.equal(`${name} is`, claims[name], value)
  checks.equal('sid has its form:', /^[\w-]{43}$/.test(String(sid)), true)
  checks.equal('and no other claims than these and times:', Object.keys(claims).length, 10)
  const now = Date.now() / 1000
  checks.equal('iat is now:', Math.abs(now - iat) < 5, true)
  checks.equal('exp is seconds later:', exp - iat, 300)
  checks.equal('jti has its form:', /^jwt_[0-9a-f]{32}$/.test(jti), true)
  checks.equal('auth_time is now:', Math.abs(now - Number(authTime)) < 10, true)
}

/** Lets the demo product redeem a token, as a browser does that follows to its landing page. */
export async function playProduct(stage: Stage, location: string, { person, target }: Expected) {
  const { checks } = stage
  checks.hop(`GET ${location.slice(0, 100)}…`)
  const landing = await fetch(location, { redirect: 'manual' })
  checks.equal('the product’s status is', landing.status, 303)
  const [cookie = ''] = landing.headers.getSetCookie()
  const next = new URL(landing.headers.get('location') ?? '', location)
  checks.equal('it sends the browser to', next.pathname + next.search, target)
  checks.hop(`GET ${next}`)
  const page = await fetch(next, { headers: { cookie: cookie.replace(/;.*/, '') } })
  checks.equal('status is', page.status, 200)
  const [, name = ''] = /signed in as <strong>([^<]*)</.exec(await page.text()) ?? []
  checks.equal('the page says that you are signed in as', plainText(name), person.displayName)
}
