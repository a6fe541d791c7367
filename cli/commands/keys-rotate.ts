import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import type { Call, Command } from '#cli/command.ts'
import { type Failure, usageFailure } from '#cli/failure.ts'
import {
  KEY_FILE,
  KeyFile,
  type KeyName,
  type KeyState,
  mayStep,
  nextStep,
  type RotationStep,
} from '#shared/operations/key-rotation.ts'
import { fail, ok, type Result } from '#shared/result.ts'

const inProject = fileURLToPath(new URL(`../../${KEY_FILE}`, import.meta.url))

const names: Readonly<Record<string, KeyName>> = {
  'jwt-signing': 'jwtSigningKeys',
  'saml-signing': 'samlSigningKeys',
  'saml-encryption': 'samlEncryptionKeys',
}

const followers = {
  jwtSigningKeys: 'products',
  samlSigningKeys: 'providers',
  samlEncryptionKeys: 'providers',
} as const satisfies Record<KeyName, string>

const explanations = {
  publish: 'the next key is published beside the present one',
  use: 'the next key is used; the former one is still good',
  retire: 'the former key is good no longer',
} as const satisfies Record<RotationStep['step'], string>

const both = 'npx cdk deploy LatchkeyData LatchkeyApi'
const deployments = {
  publish: both,
  use: both,
  // LatchkeyData can drop only what LatchkeyApi has stopped to import.
  retire: 'npx cdk deploy LatchkeyApi --exclusively && npx cdk deploy LatchkeyData',
} as const satisfies Record<RotationStep['step'], string>

export const keysRotate: Command = {
  name: 'keys rotate',
  summary: 'Take the next step of a rotation of a key: publish, use, retire',
  operands: ['key'],
  options: {
    apply: { type: 'boolean', help: 'write the step, which the next deployment takes' },
    file: {
      type: 'string',
      value: 'file',
      help: `where it is written (default: ${KEY_FILE} in the project)`,
    },
  },
  details: [
    '<key> is jwt-signing (JWTs for products), saml-signing or saml-encryption. Without --apply it',
    'says what there is and what comes next. No step is left out, and each waits until products or',
    'providers can have followed the one before. That is counted from --apply: deploy right after it.',
    'Keep the file with the code that you deploy.',
  ].join('\n'),
  run: async (call) => {
    const name = names[call.operand('key')]
    if (!name) return fail(usageFailure(`there is no key '${call.operand('key')}'`))
    const file = resolve(call.text('file') ?? inProject)
    const read = readKeys(file)
    if (!read.ok) return read
    const state = read.value[name] ?? { generations: [1], changedAt: new Date(0).toISOString() }
    const next = nextStep(state.generations)
    if (!next) {
      const message = `${state.generations.join(',')} is no state of a rotation: see docs/operators.md`
      return fail({ kind: 'failed', message })
    }
    return call.flag('apply')
      ? apply(call, { file, name, keys: read.value, state, next })
      : show(call, { name, state, next })
  },
}

type Plan = { name: KeyName; state: KeyState; next: RotationStep }
type Keys = v.InferOutput<typeof KeyFile>

function show({ output }: Call, { name, state, next }: Plan): Result<void, Failure> {
  const may = mayStep(name, next, state, Date.now())
  const notBefore = may.ok ? undefined : may.error.until
  const document = { key: name, generations: state.generations, next, notBefore }
  output.answer(
    document,
    [
      `${name}: ${state.generations.join(',')} (the first one is in use)`,
      `next: ${next.step}, to ${next.generations.join(',')}: ${explanations[next.step]}`,
      notBefore === undefined ? 'now: --apply' : `not before ${notBefore}`,
    ].join('\n'),
  )
  return ok(undefined)
}

function apply(
  { output }: Call,
  { file, name, keys, state, next }: Plan & { file: string; keys: Keys },
): Result<void, Failure> {
  const may = mayStep(name, next, state, Date.now())
  if (!may.ok) {
    const reason = `${followers[name]} must have followed first`
    return fail({
      kind: 'failed',
      message: `${next.step} not before ${may.error.until}: ${reason}`,
    })
  }
  const { step, generations } = next
  const changedAt = new Date().toISOString()
  const written = { ...keys, [name]: { generations, changedAt } }
  writeFileSync(file, `${JSON.stringify(written, undefined, 2)}\n`)
  output.answer(
    { key: name, step, generations, file },
    [
      `${file}: ${name} ${generations.join(',')}: ${explanations[step]}`,
      `now: ${deployments[step]}`,
    ].join('\n'),
  )
  return ok(undefined)
}

function readKeys(file: string): Result<Keys, Failure> {
  if (!existsSync(file)) return ok({})
  try {
    return ok(v.parse(KeyFile, JSON.parse(readFileSync(file, 'utf8'))))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return fail({ kind: 'failed', message: `${file} is malformed: ${reason}` })
  }
}
