import type { FetchDocument, ResolveTxt } from '../net/ports.ts'
import { askDns } from './ask-dns.ts'
import { askFile } from './ask-file.ts'
import type { DomainClaim, ProofCheck, ProofMethod } from './types.ts'

/** Who is asked for a proof. */
export type ProofPorts = { resolveTxt: ResolveTxt; fetchDocument: FetchDocument }

/** Looks for the proof of a claim, in several places at once. */
export async function lookForProof(
  { resolveTxt, fetchDocument }: ProofPorts,
  { domain, code }: Pick<DomainClaim, 'domain' | 'code'>,
  methods: readonly ProofMethod[],
): Promise<Omit<ProofCheck, 'at'>> {
  const [dns, file] = await Promise.all([
    methods.includes('dns') ? askDns(resolveTxt, domain, code) : undefined,
    methods.includes('file') ? askFile(fetchDocument, domain, code) : undefined,
  ])
  return { ...(dns && { dns }), ...(file && { file }) }
}

/** How a check proves the domain; undefined: it does not. */
export function methodFound({ dns, file }: Omit<ProofCheck, 'at'>): ProofMethod | undefined {
  if (dns?.outcome === 'found') return 'dns'
  return file?.outcome === 'found' ? 'file' : undefined
}
