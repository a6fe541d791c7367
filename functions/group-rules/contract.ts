import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { id, next, time } from '#shared/http/wire.ts'
import { DryRun, PeopleDryRun, PeopleQuery, RuleOutput, RulesInput } from './schema.ts'

const Rules = v.strictObject({ rules: v.array(RuleOutput) })

const because = v.array(v.strictObject({ group: v.string(), rule: id('rul') }))
const seat = { account: id('acc'), product: v.string() }

const Judgement = v.strictObject({
  seats: v.array(
    v.strictObject({
      ...seat,
      because,
      held: v.exactOptional(
        v.strictObject({
          state: v.picklist(['granted', 'queued']),
          grantedBy: v.string(),
          since: time,
        }),
      ),
      decision: v.picklist(['give', 'keep', 'take']),
      outlook: v.string(),
    }),
  ),
  attributes: v.array(
    v.strictObject({
      product: v.string(),
      name: v.string(),
      value: v.string(),
      group: v.string(),
      rule: id('rul'),
      over: v.array(v.strictObject({ group: v.string(), rule: id('rul'), value: v.string() })),
    }),
  ),
})

const given = v.array(v.strictObject({ ...seat, state: v.picklist(['granted', 'queued']) }))

export const contract = {
  'GET /orgs/{organization}/group-rules': {
    summary: 'Show the rules that give products to groups',
    roles: ['admin', 'reader'],
    answers: { 200: Rules },
  },
  'PUT /orgs/{organization}/group-rules': {
    summary: 'Replace the rules that give products to groups',
    roles: ['admin'],
    ifMatch: 'required',
    body: RulesInput,
    answers: { 200: Rules },
    refusals: ['rules_refused'],
  },
  'POST /orgs/{organization}/group-rules/dry-run': {
    summary: 'Show what rules, present or proposed, mean for a user or for groups; change nothing',
    roles: ['admin'],
    body: DryRun,
    answers: { 200: Judgement },
    refusals: ['rules_refused', 'user_unknown'],
  },
  'POST /orgs/{organization}/group-rules/dry-run/users': {
    summary: 'Show who would gain and lose what by rules, present or proposed; change nothing',
    roles: ['admin'],
    query: PeopleQuery,
    body: PeopleDryRun,
    answers: {
      200: v.strictObject({
        users: v.array(v.strictObject({ id: id('usr'), ...Judgement.entries })),
        next,
      }),
    },
    refusals: ['rules_refused'],
  },
  'POST /orgs/{organization}/group-rules/apply': {
    summary: 'Do now what the rules decide, for some people a call',
    roles: ['admin'],
    query: PeopleQuery,
    answers: {
      200: v.strictObject({
        users: v.array(
          v.strictObject({
            id: id('usr'),
            given,
            taken: v.array(v.strictObject(seat)),
            missed: v.array(v.strictObject({ ...seat, because, cause: v.string() })),
          }),
        ),
        next,
      }),
    },
  },
} as const satisfies Contract
