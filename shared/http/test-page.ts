import type { Sources } from '../sign-in/map-profile.ts'
import type { TestResult } from '../sign-in/test-ports.ts'
import type { Tested } from '../sign-in/test-sign-in.ts'
import { escapeHtml, htmlPage } from './html.ts'
import type { HttpResponse } from './respond.ts'

/** What a test sign-in came to, for the admin who made it: nobody else has its address (R11). */
export const testPage = ({ name = 'The provider', result }: Tested): HttpResponse =>
  result.outcome === 'succeeded'
    ? htmlPage(200, 'The test sign-in works', successOf(name, result))
    : htmlPage(403, 'The test sign-in does not work', refusalOf(name, result))

const refusalOf = (name: string, { cause, stage, got, want }: TestResult) =>
  paragraph(`${name} answered, and we would have refused the sign-in. Nothing was changed.`) +
  table('Why', [
    ['Cause', [cause ?? '']],
    ['Stage', [stage ?? '']],
    ['We got', got === undefined ? [] : [got]],
    ['We want', want === undefined ? [] : [want]],
  ]) +
  paragraph('How to mend it stands in the result of the test, where you made it.')

function successOf(name: string, result: TestResult): string {
  const { nameId, authnContext, claims = [], profile, groups = [], sources = {}, notes } = result
  const { email, givenName, familyName, displayName } = profile ?? {}
  return (
    paragraph(`${name} answered as it should. Nobody was signed in and nothing was changed.`) +
    table('What we read', [
      ['NameID', [nameId?.value ?? '']],
      ['NameID format', [nameId?.format ?? 'unspecified']],
      ['E-mail', from(email, sources.email ?? 'NameID')],
      ['Given name', from(givenName, sources.givenName)],
      ['Family name', from(familyName, sources.familyName)],
      ['Display name', from(displayName, sources.displayName)],
      [groupsLabel(sources), groups],
      ['Authentication context', [authnContext ?? '']],
    ]) +
    table(
      'What the provider sent',
      claims.map((claim) => [claim.name, claim.values] as const),
    ) +
    (notes.length > 0 ? table('Warnings', [['', notes]]) : '')
  )
}

/** A value, and the attribute that it was read from. */
const from = (value: string | undefined, source: string | undefined) =>
  value === undefined ? [] : [value, `from ${source}`]

const groupsLabel = ({ groups }: Sources) =>
  groups === undefined ? 'Groups' : `Groups from ${groups}`

const paragraph = (text: string) => `<p>${escapeHtml(text)}</p>`

const table = (caption: string, rows: readonly (readonly [string, readonly string[]])[]) =>
  `<table><caption>${escapeHtml(caption)}</caption><tbody>${rows.map(row).join('')}</tbody></table>`

const row = ([name, values]: readonly [string, readonly string[]]) =>
  `<tr><th scope="row">${escapeHtml(name)}</th><td>${values.map(escapeHtml).join('<br>')}</td></tr>`
