import type { Role } from '#shared/admin/caller.ts'
import type { Contract } from '#shared/http/contract.ts'
import { isIdpId, isTestId } from '#shared/ids.ts'
import * as answers from './answers.ts'
import {
  CertificateBody,
  Confirmation,
  Creation,
  GuideQuery,
  ListQuery,
  SettingsPatch,
  SourceBody,
} from './schema.ts'

const look = ['admin', 'reader', 'setup', 'emergency'] as const satisfies readonly Role[]
const configure = ['admin', 'setup', 'emergency'] as const satisfies readonly Role[]
const decide = ['admin', 'emergency'] as const satisfies readonly Role[]

const idp = [isIdpId, 'provider_unknown'] as const
const test = [isTestId, 'test_unknown'] as const
const ids = { idp }

/** A change that answers with the provider as it is then. */
const change = {
  roles: configure,
  ids,
  ifMatch: 'heeded',
  answers: { 200: answers.Provider },
} as const

const refusals = ['provider_active'] as const

export const contract = {
  'GET /orgs/{organization}/idps': {
    summary: 'List the identity providers of an organization',
    roles: look,
    query: ListQuery,
    answers: { 200: answers.ProviderList },
  },
  'POST /orgs/{organization}/idps': {
    summary:
      'Create an identity provider from a URL, a file or parameters; it is inactive at first',
    roles: configure,
    body: Creation,
    isRepeatable: true,
    answers: { 201: answers.Provider },
    refusals: [
      'organization_unknown',
      'source_refused',
      'settings_refused',
      'entity_id_taken',
      'too_many_providers',
      'predecessor_unknown',
    ],
  },
  'POST /orgs/{organization}/idps/preview': {
    summary: 'Show what a URL, a file or parameters say of a provider, and store nothing',
    roles: configure,
    body: SourceBody,
    answers: { 200: answers.Preview },
    refusals: ['source_refused'],
  },
  'GET /orgs/{organization}/idps/identifiers': {
    summary: 'Show what to enter at a provider that is still to be created',
    roles: look,
    query: GuideQuery,
    answers: { 200: answers.Identifiers },
  },
  'GET /orgs/{organization}/idps/guide': {
    summary: 'Show the setup steps for a provider that is still to be created',
    roles: look,
    query: GuideQuery,
    answers: { 200: answers.Guide },
  },
  'GET /orgs/{organization}/idps/{idp}': {
    summary: 'Show an identity provider: settings, connection, certificates, warnings, tasks',
    roles: look,
    ids,
    answers: { 200: answers.Provider },
  },
  'PATCH /orgs/{organization}/idps/{idp}': {
    ...change,
    summary: 'Change settings of an identity provider (RFC 7396)',
    ifMatch: 'required',
    body: SettingsPatch,
    refusals: [...refusals, 'organization_unknown', 'settings_refused', 'entity_id_taken'],
  },
  'DELETE /orgs/{organization}/idps/{idp}': {
    summary: 'Remove an identity provider; its name confirms it',
    roles: decide,
    ids,
    ifMatch: 'heeded',
    query: Confirmation,
    answers: { 204: null },
    refusals: ['confirmation_wrong'],
  },
  'PUT /orgs/{organization}/idps/{idp}/connection': {
    ...change,
    summary: 'Take the connection from another URL, file or parameters',
    ifMatch: 'required',
    body: SourceBody,
    refusals: [...refusals, 'source_refused', 'entity_id_taken'],
  },
  'POST /orgs/{organization}/idps/{idp}/connection/restore': {
    ...change,
    summary: 'Bring back the connection before the present one',
    ifMatch: 'required',
    refusals: [...refusals, 'nothing_to_restore', 'entity_id_taken'],
  },
  'POST /orgs/{organization}/idps/{idp}/parked/apply': {
    ...change,
    summary: 'Take over the change that was found at the metadata URL',
    ifMatch: 'required',
    refusals: [...refusals, 'nothing_parked', 'entity_id_taken'],
  },
  'POST /orgs/{organization}/idps/{idp}/parked/discard': {
    ...change,
    summary: 'Decline the change that was found at the metadata URL',
    refusals: [...refusals, 'nothing_parked'],
  },
  'POST /orgs/{organization}/idps/{idp}/refresh': {
    ...change,
    summary: 'Read the metadata URL now',
    refusals: [...refusals, 'no_metadata_url', 'metadata_refused'],
  },
  'POST /orgs/{organization}/idps/{idp}/certificates': {
    ...change,
    summary: 'Add a certificate that verifies assertions',
    body: CertificateBody,
    refusals: [...refusals, 'certificate_refused', 'certificate_known', 'certificates_too_many'],
  },
  'DELETE /orgs/{organization}/idps/{idp}/certificates/{fingerprint}': {
    ...change,
    summary: 'Remove a certificate, unless it is the last one',
    refusals: [...refusals, 'certificate_unknown', 'certificate_last'],
  },
  'POST /orgs/{organization}/idps/{idp}/activate': {
    ...change,
    summary: 'Let people sign in by an identity provider',
    roles: decide,
    refusals: ['certificates_expired'],
  },
  'POST /orgs/{organization}/idps/{idp}/deactivate': {
    ...change,
    summary: 'Block every path of an identity provider',
    roles: decide,
  },
  'GET /orgs/{organization}/idps/{idp}/identifiers': {
    summary: 'Show what to enter at the provider, and what it was told before',
    roles: look,
    ids,
    answers: { 200: answers.Identifiers },
  },
  'GET /orgs/{organization}/idps/{idp}/guide': {
    summary: "Show the setup steps with the organization's own values",
    roles: look,
    ids,
    query: GuideQuery,
    answers: { 200: answers.Guide },
  },
  'GET /orgs/{organization}/idps/{idp}/tasks': {
    summary: 'List what an admin still has to change at the provider',
    roles: look,
    ids,
    answers: { 200: answers.Tasks },
  },
  'POST /orgs/{organization}/idps/{idp}/tasks/{task}/done': {
    ...change,
    summary: 'Say that the provider has been updated',
    refusals: [...refusals, 'task_unknown'],
  },
  'POST /orgs/{organization}/idps/{idp}/tests': {
    summary: 'Make the address of a test sign-in, which signs nobody in',
    roles: configure,
    ids,
    answers: { 201: answers.Test },
    refusals,
  },
  'GET /orgs/{organization}/idps/{idp}/tests/{test}': {
    summary: 'Show what came of a test sign-in: claims, mapping and warnings, or why it is refused',
    roles: look,
    ids: { idp, test },
    answers: { 200: answers.TestOutcome },
  },
} as const satisfies Contract
