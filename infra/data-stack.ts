import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib'
import {
  AttributeType,
  Billing,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb'
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms'
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'

/**
 * Generations of the keys that others know, the one in use first. To rotate, publish the next one
 * (`1,2`), use it once everybody knows it (`2,1`), then drop the old one (`2`).
 */
type KeyGenerations = {
  jwt: readonly number[]
  /** Of SAML, as is `encryption`. */
  signing: readonly number[]
  encryption: readonly number[]
}

type DataStackProps = StackProps & { keyGenerations?: KeyGenerations }

const firstKeys: KeyGenerations = { jwt: [1], signing: [1], encryption: [1] }

/** What outlives every deployment of code: tables, keys and queues. All of it is retained. */
export class DataStack extends Stack {
  readonly directory: TableV2
  readonly ephemeral: TableV2
  readonly jwtKeys: readonly Key[]
  readonly adminSessionKey: Key
  readonly samlSigningKeys: readonly Key[]
  readonly samlEncryptionKeys: readonly Key[]
  readonly provisioningQueue: Queue
  readonly provisioningDeadLetters: Queue
  readonly relayFailures: Queue
  readonly accessQueue: Queue
  readonly accessDeadLetters: Queue

  constructor(scope: Construct, id: string, { keyGenerations, ...props }: DataStackProps) {
    super(scope, id, props)
    const { jwt, signing, encryption } = keyGenerations ?? firstKeys
    this.directory = this.directoryTable()
    this.ephemeral = this.ephemeralTable()
    this.jwtKeys = jwt.map((generation) =>
      this.generation('JwtKey', 'latchkey/jwt', KeyUsage.SIGN_VERIFY, generation),
    )
    this.adminSessionKey = this.key(
      'AdminSessionKey',
      'latchkey/admin-session',
      KeySpec.RSA_2048,
      KeyUsage.SIGN_VERIFY,
    )
    this.samlSigningKeys = signing.map((generation) =>
      this.generation('SamlSigningKey', 'latchkey/saml-signing', KeyUsage.SIGN_VERIFY, generation),
    )
    this.samlEncryptionKeys = encryption.map((generation) =>
      this.generation(
        'SamlEncryptionKey',
        'latchkey/saml-encryption',
        KeyUsage.ENCRYPT_DECRYPT,
        generation,
      ),
    )
    this.key('DataKey', 'latchkey/data', KeySpec.SYMMETRIC_DEFAULT, KeyUsage.ENCRYPT_DECRYPT)
    this.provisioningDeadLetters = this.queue('ProvisioningDeadLetters', { fifo: true })
    this.provisioningQueue = this.provisioning(this.provisioningDeadLetters)
    this.relayFailures = this.queue('RelayFailures')
    this.accessDeadLetters = this.queue('AccessDeadLetters')
    this.accessQueue = this.queue('Access', {
      visibilityTimeout: Duration.minutes(6), // six time-outs of who reads it
      deadLetterQueue: { queue: this.accessDeadLetters, maxReceiveCount: 5 },
    })
    new CfnOutput(this, 'ProvisioningQueueUrl', { value: this.provisioningQueue.queueUrl })
    new CfnOutput(this, 'ProvisioningQueueArn', { value: this.provisioningQueue.queueArn })
  }

  /** Organizations, users and whatever else must last. Items and keys: docs/storage.md. */
  private directoryTable() {
    return new TableV2(this, 'Directory', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
  }

  /** Sign-ins under way and single-use tokens. No index and no stream: nothing here is history. */
  private ephemeralTable() {
    return new TableV2(this, 'Ephemeral', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
  }

  private key(id: string, alias: string, keySpec: KeySpec, keyUsage: KeyUsage) {
    const enableKeyRotation = keySpec === KeySpec.SYMMETRIC_DEFAULT
    return new Key(this, id, {
      alias,
      keySpec,
      keyUsage,
      enableKeyRotation,
      removalPolicy: RemovalPolicy.RETAIN,
    })
  }

  /** The first generation has no number: it was there before there were others. */
  private generation(id: string, alias: string, usage: KeyUsage, number: number) {
    const [idEnd, aliasEnd] = number === 1 ? ['', ''] : [`${number}`, `-${number}`]
    return this.key(`${id}${idEnd}`, `${alias}${aliasEnd}`, KeySpec.RSA_2048, usage)
  }

  private provisioning(deadLetters: Queue) {
    return this.queue('Provisioning', {
      fifo: true,
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      visibilityTimeout: Duration.minutes(3),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    })
  }

  private queue(id: string, props: Partial<QueueProps> = {}) {
    return new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.RETAIN,
      ...props,
    })
  }
}
