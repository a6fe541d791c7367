import * as v from 'valibot'

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
const RANDOM = 'By default a random one. '

const names = v.exactOptional(v.array(text('The name of a SAML attribute')))

const AttributeNames = v.strictObject({
  email: names,
  givenName: names,
  familyName: names,
  displayName: names,
})

const Parameters = v.strictObject({
  entityId: v.pipe(v.string(), v.minLength(1), v.maxLength(1024)),
  singleSignOnUrl: url("The provider's sign-in address, for the HTTP-Redirect binding"),
  certificates: v.pipe(
    v.array(v.string()),
    v.minLength(1),
    v.description('Certificates that verify assertions: PEM, or the base64 of their DER'),
  ),
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
    attributeNames: v.exactOptional(
      v.pipe(
        AttributeNames,
        v.description('Attributes to read, first match wins; by default the common names'),
      ),
    ),
  }),
  v.description('It has exactly one of metadata, metadataFile, metadataUrl and parameters'),
)

const Organization = v.strictObject({
  id: v.exactOptional(pattern(/^org_[0-9a-f]{32}$/, 'org_ and 32 hexadecimal digits', RANDOM)),
  name: text('What people call it'),
  domains: v.pipe(
    v.array(
      pattern(
        /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/,
        'a domain name in lower case',
      ),
    ),
    v.maxLength(99), // one transaction writes them with the organization
    v.description('Domains of its e-mail addresses, taken as verified'),
  ),
  defaultProduct: text('Key of the product for sign-ins that name none'),
  identityProviders: v.array(IdentityProvider),
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
