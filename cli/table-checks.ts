import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import type { Finding } from '#shared/operations/examine.ts'

const client = () => new DynamoDBClient({ maxAttempts: 2 })

/** What only the control plane knows of a table, asked with the operator's credentials. */
export async function examineTables(table: string): Promise<Finding[]> {
  const dynamo = client()
  const TableName = table
  return Promise.all([
    attempt(`${table}: TTL`, 'cdk deploy LatchkeyData', async () => {
      const found = await dynamo.send(new DescribeTimeToLiveCommand({ TableName }))
      const { TimeToLiveStatus, AttributeName } = found.TimeToLiveDescription ?? {}
      return TimeToLiveStatus === 'ENABLED' && AttributeName === 'expiresAt'
    }),
    attempt(`${table}: point-in-time recovery`, 'cdk deploy LatchkeyData', async () => {
      const found = await dynamo.send(new DescribeContinuousBackupsCommand({ TableName }))
      const { PointInTimeRecoveryDescription } = found.ContinuousBackupsDescription ?? {}
      return PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED'
    }),
    attempt(`${table}: deletion protection`, 'cdk deploy LatchkeyData', async () => {
      const found = await dynamo.send(new DescribeTableCommand({ TableName }))
      return found.Table?.DeletionProtectionEnabled === true
    }),
  ])
}

async function attempt(
  check: string,
  advice: string,
  isOn: () => Promise<boolean>,
): Promise<Finding> {
  try {
    if (await isOn()) return { check, status: 'ok', detail: 'on' }
    return { check, status: 'fail', detail: 'off', advice }
  } catch (error) {
    const reason = error instanceof Error ? error.name : String(error)
    const detail = `your credentials do not tell (${reason})`
    return { check, status: 'warn', detail, advice: 'ask with a role that may describe tables' }
  }
}
