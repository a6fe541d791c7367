import { dynamoAccess } from '#shared/aws/access-store.ts'
import { dynamoAccounts } from '#shared/aws/account-store.ts'
import { adminPorts } from '#shared/aws/admin-ports.ts'
import { dynamoCatalogue } from '#shared/aws/catalogue-store.ts'
import { dynamoPeople } from '#shared/aws/people-store.ts'
import { dynamoRules } from '#shared/aws/rule-store.ts'
import { adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json } from '#shared/http/respond.ts'
import type { OrgId } from '#shared/ids.ts'
import { capacityIn, judgeRules, readHouse } from '#shared/products/judge-rules.ts'
import type { Rule } from '#shared/products/rules.ts'
import { problemsOf, saveRules } from '#shared/products/save-rules.ts'
import { applyToPeople, foreseePeople } from '#shared/products/walk-people.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { contract } from './contract.ts'
import { appliedOutput, judgementOutput, shownRules, walkedOutput } from './output.ts'
import { rulesOf, userIdOf } from './schema.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')
const ports = {
  rules: dynamoRules(DIRECTORY_TABLE),
  accounts: dynamoAccounts(DIRECTORY_TABLE),
  catalogue: dynamoCatalogue(DIRECTORY_TABLE),
  access: dynamoAccess(DIRECTORY_TABLE),
  people: dynamoPeople(DIRECTORY_TABLE),
}

/** Of the ten seconds that a call has. */
const APPLYING_MS = 5000

const RULES = '/orgs/{organization}/group-rules'

export const handler = adminEndpoint(adminPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE), contract, {
  [`GET ${RULES}`]: async ({ orgId }) => shownRules(await ports.rules.find(orgId)),

  [`PUT ${RULES}`]: async ({ orgId, body, seen, actor, now }) => {
    const isSeen = (rev: number) => !seen || seen.includes(String(rev))
    const wanted = { orgId, rules: rulesOf(body.rules), isSeen }
    const saved = await saveRules(ports, wanted, { actor, at: now })
    return saved.ok ? shownRules(saved.value) : refuse(saved.error.cause, problemsIn(saved.error))
  },

  [`POST ${RULES}/dry-run`]: async ({ orgId, body }) => {
    const house = await readHouse(ports, orgId)
    const rules = proposed(body.rules) ?? house.rules
    const problems = problemsOf(rules, house)
    if (body.rules && problems.length > 0) return refuse('rules_refused', { problems })
    const person = 'user' in body ? await findPerson(orgId, body.user) : newcomer(body.groups)
    if (!person) return refuse('user_unknown')
    return json(200, judgementOutput(judgeRules(rules, person, capacityIn(house))))
  },

  [`POST ${RULES}/dry-run/users`]: async ({ orgId, body, query }) => {
    const house = await readHouse(ports, orgId)
    const rules = proposed(body.rules) ?? house.rules
    const problems = problemsOf(rules, house)
    if (body.rules && problems.length > 0) return refuse('rules_refused', { problems })
    const walk = { orgId, rules, house, after: query.cursor }
    return walkedOutput(await foreseePeople(ports.people, walk), judgementOutput)
  },

  [`POST ${RULES}/apply`]: async ({ orgId, query, actor }) => {
    const { rules } = await ports.rules.find(orgId)
    const startedMs = epochMilliseconds()
    const isLate = () => epochMilliseconds() - startedMs > APPLYING_MS
    const walk = { orgId, rules, after: query.cursor }
    const act = { actor, nowMs: startedMs }
    return walkedOutput(await applyToPeople(ports, walk, { act, isLate }), appliedOutput)
  },
})

const problemsIn = (error: object) =>
  'problems' in error ? { problems: error.problems as readonly object[] } : {}

const proposed = (inputs: Parameters<typeof rulesOf>[0] | undefined): Rule[] | undefined =>
  inputs && rulesOf(inputs)

const findPerson = async (orgId: OrgId, user: string) =>
  ports.people.find({ orgId, userId: userIdOf(user) }, await ports.people.findProviders(orgId))

/** Somebody in these groups who has nothing yet. */
const newcomer = (names: readonly string[]) => ({ groups: [{ names }], accesses: [] })
