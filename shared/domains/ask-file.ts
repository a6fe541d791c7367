import type { FetchCause, FetchDocument } from '../net/ports.ts'
import type { Refusal } from '../saml/errors.ts'
import { proofUrl, proofValue } from './proof.ts'
import { shownText } from './shown-text.ts'
import type { FileFinding } from './types.ts'

const limits = { limitBytes: 64 * 1024, timeoutMs: 5000, staysOnHost: true } as const

/** Looks for the file on the domain's own web server (R2). Blanks around the text do not count. */
export async function askFile(
  fetchDocument: FetchDocument,
  domain: string,
  code: string,
): Promise<FileFinding> {
  const fetched = await fetchDocument(proofUrl(domain), limits)
  if (!fetched.ok) return findingOf(fetched.error)
  const text = fetched.value
    .toString('utf8')
    .replace(/^\u{FEFF}/u, '')
    .trim()
  if (text === proofValue(code)) return { outcome: 'found' }
  return { outcome: 'other_value', got: [shownText(text)] }
}

/** What a download that failed says of the file. */
function findingOf({ cause, got }: Refusal<FetchCause>): FileFinding {
  switch (cause) {
    case 'redirect_elsewhere':
      return { outcome: 'redirected', ...(got && { where: shownText(got) }) }
    case 'redirect_forbidden':
      return { outcome: 'redirected' }
    case 'address_forbidden':
    case 'too_large':
      return { outcome: cause }
    case 'timeout':
    case 'tls_failed':
      return { outcome: 'could_not_ask', cause, ...(got && { got }) }
    case 'unreachable':
      return got === 'ENOTFOUND'
        ? { outcome: 'nothing_there' }
        : { outcome: 'could_not_ask', cause, ...(got && { got }) }
    default:
      return ofStatus(Number(/^status_(\d+)$/.exec(cause)?.[1] ?? 0))
  }
}

/** Success without a document, 404 and 410 say that there is none; all else says nothing of it. */
function ofStatus(status: number): FileFinding {
  const isAbsent = (status > 200 && status < 300) || status === 404 || status === 410
  if (isAbsent) return { outcome: 'nothing_there', status }
  return {
    outcome: 'could_not_ask',
    cause: 'server_error',
    ...(status > 0 && { got: `${status}` }),
  }
}
