import { execFile } from 'node:child_process'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** SAML Core 2.0 §1.3.4: what a reference may point to. */
const ids = ['protocol:Response', 'assertion:Assertion'].flatMap((name) => [
  '--id-attr:ID',
  `urn:oasis:names:tc:SAML:2.0:${name}`,
])

const pem = (certificate: string) =>
  `-----BEGIN CERTIFICATE-----\n${certificate.replaceAll(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`

/**
 * Whether Debian's xmlsec1 verifies the signature of that number, counted from 1 in document order,
 * with the key of that certificate. Of KeyInfo it is left nothing but key names to go by.
 */
export async function verifiesWithXmlsec1(
  xml: string,
  signature: number,
  certificate: string,
): Promise<boolean> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'xmlsec1-'))
  const [document, key] = [join(folder.path, 'response.xml'), join(folder.path, 'key.pem')]
  writeFileSync(document, xml)
  writeFileSync(key, pem(certificate))
  const start = `(//*[local-name()='Signature'])[${signature}]`
  const keys = ['--enabled-key-data', 'key-name', '--pubkey-cert-pem', key]
  const references = ['--enabled-reference-uris', 'same-doc']
  const options = [...ids, ...keys, ...references, '--node-xpath', start]
  try {
    const { stdout, stderr } = await run('xmlsec1', ['--verify', ...options, document])
    return /^SignedInfo References \(ok\/all\): 1\/1$/m.test(stdout + stderr)
  } catch (error) {
    // It ends with 1 where a signature is bad; a tool that is not there is another matter.
    if (error instanceof Error && 'code' in error && error.code === 1) return false
    throw error
  }
}
