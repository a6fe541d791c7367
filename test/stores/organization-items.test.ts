import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { kindOf } from '#shared/aws/organization-items.ts'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import {
  newChangeId,
  newDirectoryId,
  newGroupId,
  newOrgId,
  newReceiptId,
  newScimTokenId,
  newSsoTokenId,
  newUserId,
} from '#shared/ids.ts'

const orgId = newOrgId()
const directory = newDirectoryId(orgId)
const ssoToken = newSsoTokenId(orgId)
const [token, user, group] = [newScimTokenId(), newUserId(), newGroupId()]

const kinds = [
  ['user name', directoryKeys.userName(orgId, 'a#b')],
  ['e-mail', directoryKeys.email(orgId, 'a@b.example')],
  ['name', directoryKeys.name(orgId, `a ${user}`)],
  ['directory', scimKeys.directory(directory)],
  ['directory', scimKeys.directoryCount(orgId)],
  ['listed SCIM token', scimKeys.listedToken(directory, token)],
  ['listed SCIM token', scimKeys.liveTokens(directory)],
  ['SCIM user', scimKeys.user(directory, user)],
  ['userName', scimKeys.userName(directory, 'a#b')],
  ['externalId', scimKeys.userExternalId(directory, 'a', user)],
  ['e-mail of a SCIM user', scimKeys.userEmail(directory, 'a', user)],
  ['listed SCIM user', scimKeys.listedUser(directory, 1, user)],
  ['count of resources', scimKeys.count(directory, 'u00')],
  ['SCIM group', scimKeys.group(directory, group)],
  ['displayName', scimKeys.groupName(directory, 'a')],
  ['externalId of a group', scimKeys.groupExternalId(directory, 'a', group)],
  ['listed SCIM group', scimKeys.listedGroup(directory, 1, group)],
  ['member', scimKeys.member(directory, group, user)],
  ['membership', scimKeys.membership(directory, group, group)],
  ['members not counted yet', scimKeys.uncounted(directory, group, 'a')],
  ['guard', scimKeys.guard(directory)],
  ['SSO token', directoryKeys.ssoToken(orgId, ssoToken)],
] as const

describe('kindOf', () => {
  for (const [name, key] of kinds) {
    test(`knows ${key.pk.split('#').toSpliced(1, 1).join('#').slice(0, 30)} as ${name}`, () => {
      assert.equal(kindOf(key, orgId)?.name, name)
    })

    test(`does not know another organization's ${name} of that key`, () => {
      assert.equal(kindOf(key, newOrgId()), undefined)
    })
  }

  for (const [name, key] of [
    ['SSO token in the schedule', directoryKeys.scheduledSsoToken(ssoToken)],
    ['SCIM token', scimKeys.token(token)],
    ['SCIM token in the schedule', scimKeys.scheduledToken(token)],
    ['group with something to finish', scimKeys.unfinished(directory, group)],
  ] as const) {
    test(`goes by whose ${name} says it is`, () => {
      assert.equal(kindOf({ ...key, orgId }, orgId)?.name, name)
      assert.equal(kindOf({ ...key, orgId: newOrgId() }, orgId), undefined)
      assert.equal(kindOf(key, orgId), undefined)
    })
  }

  const user1 = scimKeys.user(directory, user)
  const foreign = [
    ['the log of a directory', scimKeys.logged(directory, newChangeId(1))],
    ['the receipts of an SSO token', directoryKeys.receipt(ssoToken, newReceiptId(1))],
    ["another organization's SSO token", directoryKeys.ssoToken(orgId, newSsoTokenId(newOrgId()))],
    [
      "another organization's SSO token in the schedule",
      { ...directoryKeys.scheduledSsoToken(newSsoTokenId(newOrgId())), orgId },
    ],
    ['what names no directory', { ...user1, pk: `scim#{dir}#user#${user}`, orgId }],
    ['what names more than a directory', { ...user1, pk: user1.pk.replace('#user', '0#user') }],
    ['what no directory has', { ...user1, pk: `scim#${directory}#else`, orgId }],
  ] as const
  for (const [name, item] of foreign) {
    test(`does not know ${name}`, () => {
      assert.equal(kindOf(item, orgId), undefined)
    })
  }
})
