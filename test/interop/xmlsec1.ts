import { execFileSync, spawnSync } from 'node:child_process'
import type { KeyObject } from 'node:crypto'
import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** SAML Core 2.0 §5.4.2: what a reference may point to. */
const ids = ['protocol:Response', 'assertion:Assertion'].flatMap((name) => [
  '--id-attr:ID',
  `urn:oasis:names:tc:SAML:2.0:${name}`,
])

const signature = (number: number) => ['--node-xpath', `(//*[local-name()='Signature'])[${number}]`]

/** What Debian's xmlsec1 can do, as it says itself; throws where it is missing. */
export const xmlsec1Transforms = () =>
  execFileSync('xmlsec1', ['--list-transforms'], { encoding: 'utf8' })

/** Which of the documents xmlsec1 verifies: the signature of that number, counted from 1. */
export function verifyWithXmlsec1(
  documents: readonly string[],
  key: KeyObject,
  number: number,
): readonly boolean[] {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'xmlsec1-'))
  const keyFile = join(folder.path, 'key.pem')
  writeFileSync(keyFile, key.export({ type: 'spki', format: 'pem' }))
  const files = documents.map((xml, index) => {
    const file = join(folder.path, `${index}.xml`)
    writeFileSync(file, xml)
    return file
  })
  const options = ['--verify', ...ids, '--pubkey-pem', keyFile, ...signature(number)]
  const { stderr, error } = spawnSync('xmlsec1', [...options, ...files], { encoding: 'utf8' })
  if (error) throw error
  const verdicts = stderr.match(/^(?:OK|FAIL|ERROR)$/gm) ?? []
  return verdicts.map((verdict) => verdict === 'OK')
}

/** Has xmlsec1 fill in the one signature of a template. */
export function signWithXmlsec1(template: string, key: KeyObject): string {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'xmlsec1-'))
  const [keyFile, input, output] = ['key.pem', 'in.xml', 'out.xml'].map((name) =>
    join(folder.path, name),
  ) as [string, string, string]
  writeFileSync(keyFile, key.export({ type: 'pkcs8', format: 'pem' }))
  writeFileSync(input, template)
  const options = ['--sign', ...ids, '--privkey-pem', keyFile, '--output', output]
  execFileSync('xmlsec1', [...options, input], { stdio: ['ignore', 'ignore', 'pipe'] })
  return readFileSync(output, 'utf8')
}
