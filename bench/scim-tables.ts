import { startDynamodb } from '#local/services/dynamodb.ts'
import { provisionTables } from '#local/services/provision-tables.ts'

const names = { directory: 'bench-directory', ephemeral: 'bench-ephemeral' }
const region = 'us-east-1'

/**
 * Starts a DynamoDB Local of its own, in memory, with the tables that the functions use, and points
 * the SDK clients of this process at it. Without streams: what reads them costs a write nothing.
 */
export async function startTables() {
  const { url, stop } = await startDynamodb()
  const tables = Object.values(names).map((name) => ({
    name,
    keySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' as const },
      ...(name === names.directory ? [{ AttributeName: 'sk', KeyType: 'RANGE' as const }] : []),
    ],
    attributes: [
      { AttributeName: 'pk', AttributeType: 'S' as const },
      ...(name === names.directory ? [{ AttributeName: 'sk', AttributeType: 'S' as const }] : []),
    ],
    indexes: [],
  }))
  try {
    await provisionTables(tables, { endpoint: url, region })
  } catch (error) {
    await stop()
    throw error
  }
  Object.assign(process.env, {
    ...{ AWS_ENDPOINT_URL_DYNAMODB: url, AWS_REGION: region },
    ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    ...{ DIRECTORY_TABLE: names.directory, EPHEMERAL_TABLE: names.ephemeral },
    PUBLIC_URL: 'https://signin.vendor.example',
  })
  return { ...names, [Symbol.asyncDispose]: stop }
}
