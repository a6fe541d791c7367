import * as v from 'valibot'
import { providerKinds } from '#shared/idps/types.ts'

const text = (description: string) =>
  v.pipe(v.string(), v.minLength(1), v.maxLength(256), v.description(description))
const pattern = (regex: RegExp, form: string, meaning = '') =>
  v.pipe(v.string(), v.regex(regex, `is not ${form}`), v.description(meaning + form))
const url = (description: string) =>
  v.pipe(
    v.string(),
    v.url('is not a URL'),
    v.regex(/^https?:\/\//, 'is not an http or https URL'),
    v.maxLength(2048),
    v.description(description),
  )
const domain = pattern(
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/,
  'a domain name in lower case',
)
const RANDOM = 'By default a random one. '

const names = v.exactOptional(v.array(text('The name of a SAML attribute')))

const AttributeNames = v.strictObject({
  email: names,
  givenName: names,
  familyName: names,
  displayName: names,
  groups: names,
  subject: names,
})

const binding = v.optional(v.picklist(['redirect', 'post']), 'redirect')
const flag = (description: string) =>
  v.exactOptional(v.pipe(v.boolean(), v.description(description)))

const Parameters = v.strictObject({
  entityId: v.pipe(v.string(), v.minLength(1), v.maxLength(1024)),
  singleSignOn: v.strictObject({ binding, url: url("The provider's sign-in address") }),
  singleLogout: v.exactOptional(
    v.strictObject({
      binding,
      url: url("The provider's sign-out address"),
      responseUrl: v.exactOptional(url('Where responses go, if to another address')),
    }),
  ),
  certificates: v.pipe(
    v.array(v.string()),
    v.minLength(1),
    v.description('Certificates that verify assertions: PEM, or the base64 of their DER'),
  ),
  wantsSignedRequests: flag('By default false'),
})

const IdentityProvider = v.pipe(
  v.strictObject({
    id: v.exactOptional(pattern(/^idp_[0-9a-f]{32}$/, 'idp_ and 32 hexadecimal digits', RANDOM)),
    name: text('What admins call it'),
    metadata: v.exactOptional(v.pipe(v.string(), v.description('SAML metadata, as XML'))),
    metadataFile: v.exactOptional(text('A file with its metadata; relative to the seed file')),
    metadataUrl: v.exactOptional(url('Where its metadata is fetched: at most 1 MB in 5 s')),
    parameters: v.exactOptional(Parameters),
    identifiers: v.optional(
      v.pipe(
        v.picklist(['shared', 'organization']),
        v.description('Which entity ID and assertion consumer service of ours it is set up with'),
      ),
      'shared',
    ),
    allowsUnsolicited: v.optional(v.boolean(), true),
    clockSkewSeconds: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3600)),
      120,
    ),
    kind: v.exactOptional(
      v.pipe(v.picklist(providerKinds), v.description('The product that it is made with')),
    ),
    attributeNames: v.exactOptional(
      v.pipe(
        AttributeNames,
        v.description('Attributes to read, first match wins; by default those of its kind'),
      ),
    ),
    signsRequests: flag('Whether our requests are signed; by default as its metadata wants it'),
    allowsSha1: flag('Whether SHA-1 signatures are taken; by default not'),
    requiresEncryption: flag('Whether a plain assertion is refused; by default not'),
    expiredCertificates: v.exactOptional(
      v.pipe(v.picklist(['warn', 'block']), v.description('By default warn')),
    ),
    routedDomains: v.exactOptional(
      v.pipe(
        v.array(domain),
        v.description('Domains whose people are sent to it; by default all of the organization'),
      ),
    ),
  }),
  v.description('It has exactly one of metadata, metadataFile, metadataUrl and parameters'),
)

const Organization = v.strictObject({
  id: v.exactOptional(pattern(/^org_[0-9a-f]{32}$/, 'org_ and 32 hexadecimal digits', RANDOM)),
  name: text('What people call it'),
  domains: v.pipe(
    v.array(domain),
    v.maxLength(99), // one transaction writes them with the organization
    v.description('Domains of its e-mail addresses, taken as verified'),
  ),
  defaultProduct: text('Key of the product for sign-ins that name none'),
  identityProviders: v.array(IdentityProvider),
  apiKey: v.exactOptional(
    pattern(
      /^key_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/,
      'key_, 32 hexadecimal digits, _ and 43 base64url characters',
      `Of the administration API, for an admin. ${RANDOM}`,
    ),
  ),
})

const Product = v.strictObject({
  key: pattern(/^[a-z0-9-]{1,64}$/, 'lower case letters, digits and hyphens, at most 64'),
  name: text('What people call it'),
  landingUrl: url('Where the browser arrives with a login token'),
  allowedPaths: v.optional(
    v.pipe(
      v.array(pattern(/^\//, 'a path, which begins with a slash')),
      v.description('Path prefixes that may be asked for as target'),
    ),
    ['/'],
  ),
  access: v.exactOptional(
    v.pipe(
      v.picklist(['everyone', 'assigned']),
      v.description('Whether everyone may use it, as by default, or who has a seat'),
    ),
  ),
  logoutUrl: v.exactOptional(url('Where the browser arrives after a logout')),
  forceAuthn: flag('Whether people prove themselves anew at each sign-in; by default not'),
  authnContext: v.exactOptional(
    v.strictObject({
      classRefs: v.pipe(v.array(text('How people must have proved themselves')), v.minLength(1)),
      comparison: v.exactOptional(
        v.pipe(
          v.picklist(['exact', 'minimum', 'maximum', 'better']),
          v.description('By default exact'),
        ),
      ),
    }),
  ),
  credential: v.exactOptional(
    pattern(
      /^cred_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/,
      'cred_, 32 hexadecimal digits, _ and 43 base64url characters',
      RANDOM,
    ),
  ),
})

/** What a new stack is filled with (docs/local.md). Unknown properties are errors. */
export const SeedFile = v.strictObject({
  organizations: v.array(Organization),
  products: v.array(Product),
})

export type Seed = v.InferOutput<typeof SeedFile>
export type SeedInput = v.InferInput<typeof SeedFile>
export type SeedProvider = Seed['organizations'][number]['identityProviders'][number]
