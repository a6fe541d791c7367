import { execFileSync } from 'node:child_process'
import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SigningKey } from '#test/fixtures/saml/keys.ts'

/** RetrievalMethod and DataReference name these by their Id. */
const ids = ['EncryptedData', 'EncryptedKey'].flatMap((name) => [
  '--id-attr:Id',
  `http://www.w3.org/2001/04/xmlenc#:${name}`,
])

function run(options: readonly string[], files: Record<string, string>): string {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'xmlsec1-'))
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder.path, name), content)
  const output = ['--output', 'out.xml']
  const [mode = '', ...rest] = options
  execFileSync('xmlsec1', [mode, ...ids, ...output, ...rest], {
    cwd: folder.path,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return readFileSync(join(folder.path, 'out.xml'), 'utf8')
}

/** The document with its first EncryptedData decrypted in place; throws where that fails. */
export const decryptWithXmlsec1 = (xml: string, { privateKey }: SigningKey) =>
  run(['--decrypt', '--privkey-pem', 'key.pem', 'in.xml'], {
    'key.pem': String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    'in.xml': xml,
  })

/** Has xmlsec1 fill in the values of an EncryptedData template: what it makes of a document. */
export const encryptWithXmlsec1 = (
  plaintext: string,
  template: string,
  { publicKey, keyBits }: { publicKey: SigningKey['publicKey']; keyBits: number },
) =>
  run(
    [
      '--encrypt',
      '--pubkey-pem',
      'key.pem',
      '--session-key',
      `aes-${keyBits}`,
      '--xml-data',
      'in.xml',
      'template.xml',
    ],
    {
      'key.pem': String(publicKey.export({ type: 'spki', format: 'pem' })),
      'in.xml': plaintext,
      'template.xml': template,
    },
  )
