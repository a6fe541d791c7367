import { PutItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { CompletedTest, SignInTest, TestStore } from '../sign-in/test-ports.ts'
import { dynamo, readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'
import { update } from './item-writes.ts'

type TestItem = Omit<SignInTest, 'id'> & { pk: string; testId: SignInTest['id']; expiresAt: number }

const testItem = ({ id, ...rest }: SignInTest): TestItem => ({
  ...ephemeralKeys.test(id),
  testId: id,
  ...rest,
  expiresAt: rest.validUntil,
})

/** The item as a test. */
export function testOf(item: object): SignInTest {
  const { pk: _, testId, expiresAt: __, ...rest } = item as TestItem
  return { id: testId, ...rest }
}

/** Test sign-ins: an hour each; completeTest() of the sign-in store adds what came of one. */
export const dynamoTests = (ephemeral: string): TestStore => ({
  async create(test) {
    const Item = toItem(testItem(test))
    await dynamo.send(new PutItemCommand({ TableName: ephemeral, Item }))
  },

  async find(id) {
    const [item] = await readItems([{ table: ephemeral, key: ephemeralKeys.test(id) }])
    return item && testOf(item)
  },
})

/**
 * Spends the request of a test, as that of a sign-in is spent, and keeps what came of it: two writes
 * of one transaction.
 */
export const testWrites = (ephemeral: string, test: CompletedTest): TransactWriteItem[] => [
  {
    Update: update(ephemeral, {
      key: ephemeralKeys.login(test.handle),
      set: { testedAt: test.at },
      condition: 'attribute_not_exists(#testedAt) AND #idpId = :idp AND #validUntil > :now',
      values: { idp: test.idpId, now: test.at },
    }),
  },
  {
    Update: update(ephemeral, {
      key: ephemeralKeys.test(test.testId),
      set: { at: test.at, result: test.result },
      condition: '#idpId = :idp AND attribute_not_exists(#at)',
      values: { idp: test.idpId },
    }),
  },
]
