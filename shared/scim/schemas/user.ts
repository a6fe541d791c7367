import { attribute, type ResourceType, type Schema } from '../attributes.ts'
import { enterpriseUser } from './enterprise-user.ts'
import { listOf } from './multi-valued.ts'

const text = (name: string, description: string) => attribute({ name, description })

/** RFC 7643 §4.1. `groups` and who is in them are asked for: lists would read each user's. */
const userSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'User account',
  attributes: [
    attribute({
      name: 'userName',
      description: 'Name that is unique in the directory, in any letter case',
      required: true,
      uniqueness: 'server',
    }),
    attribute({
      name: 'name',
      description: "Components of the user's name",
      subAttributes: [
        text('formatted', 'Full name as it is shown'),
        text('familyName', 'Family name'),
        text('givenName', 'Given name'),
        text('middleName', 'Middle names'),
        text('honorificPrefix', 'Prefix, such as a title'),
        text('honorificSuffix', 'Suffix, such as III'),
      ],
    }),
    text('displayName', 'Name that is shown'),
    text('nickName', 'Casual name'),
    attribute({
      name: 'profileUrl',
      description: 'Page about the user',
      type: 'reference',
      referenceTypes: ['external'],
      caseExact: true,
    }),
    text('title', 'Title, such as Vice President'),
    text('userType', 'Relation to the organization, such as Employee'),
    text('preferredLanguage', 'Languages as Accept-Language has them'),
    text('locale', 'Locale, such as en-US'),
    text('timezone', 'Time zone, such as America/Los_Angeles'),
    attribute({ name: 'active', description: 'Whether the user may sign in', type: 'boolean' }),
    attribute({
      name: 'password',
      description: 'Taken and thrown away: people sign in at their identity provider',
      mutability: 'writeOnly',
      returned: 'never',
    }),
    listOf('emails', { of: 'e-mail address', types: ['work', 'home', 'other'] }),
    listOf('phoneNumbers', {
      of: 'phone number',
      types: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
    }),
    listOf('ims', { of: 'instant messaging address' }),
    listOf('photos', {
      of: 'photo',
      types: ['photo', 'thumbnail'],
      value: { type: 'reference', referenceTypes: ['external'], caseExact: true },
    }),
    attribute({
      name: 'addresses',
      description: 'Every postal address of the user',
      multiValued: true,
      subAttributes: [
        text('formatted', 'Address as it is shown'),
        text('streetAddress', 'Street and number'),
        text('locality', 'City'),
        text('region', 'State or region'),
        text('postalCode', 'Postal code'),
        text('country', 'Country'),
        attribute({
          name: 'type',
          description: 'What the address is for',
          canonicalValues: ['work', 'home', 'other'],
        }),
        attribute({
          name: 'primary',
          description: 'Whether it is the preferred address; true of one at most',
          type: 'boolean',
        }),
      ],
    }),
    attribute({
      name: 'groups',
      description: 'Groups that the user is a direct member of; answered where it is asked for',
      multiValued: true,
      mutability: 'readOnly',
      returned: 'request',
      subAttributes: [
        attribute({
          name: 'value',
          description: "The group's id",
          mutability: 'readOnly',
          caseExact: true,
        }),
        attribute({
          name: '$ref',
          description: 'URI of the group',
          type: 'reference',
          referenceTypes: ['Group'],
          mutability: 'readOnly',
          caseExact: true,
        }),
        attribute({
          name: 'display',
          description: "The group's displayName",
          mutability: 'readOnly',
        }),
        attribute({
          name: 'type',
          description: 'direct: members of a group that is in a group are not listed',
          mutability: 'readOnly',
          canonicalValues: ['direct'],
        }),
      ],
    }),
    listOf('entitlements', { of: 'entitlement' }),
    listOf('roles', { of: 'role' }),
    listOf('x509Certificates', { of: 'certificate', value: { caseExact: true } }),
  ],
}

export const userType: ResourceType = {
  name: 'User',
  endpoint: '/Users',
  description: 'User account',
  schema: userSchema,
  extensions: [enterpriseUser],
}
