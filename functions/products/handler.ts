import { dynamoAccounts } from '#shared/aws/account-store.ts'
import { adminPorts } from '#shared/aws/admin-ports.ts'
import { dynamoCatalogue } from '#shared/aws/catalogue-store.ts'
import { dynamoPeople } from '#shared/aws/people-store.ts'
import { dynamoRules } from '#shared/aws/rule-store.ts'
import { adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json } from '#shared/http/respond.ts'
import { explainUser } from '#shared/products/explain-user.ts'
import { readHouse } from '#shared/products/judge-rules.ts'
import { contract } from './contract.ts'
import { explainedOutput, groupsOutput, productOutput } from './output.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')
const ports = {
  rules: dynamoRules(DIRECTORY_TABLE),
  accounts: dynamoAccounts(DIRECTORY_TABLE),
  catalogue: dynamoCatalogue(DIRECTORY_TABLE),
}
const people = dynamoPeople(DIRECTORY_TABLE)

export const handler = adminEndpoint(adminPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE), contract, {
  'GET /orgs/{organization}/products': async ({ orgId }) => {
    const [{ catalogue }, counts] = await Promise.all([
      ports.catalogue.find(),
      ports.accounts.listCounts(orgId),
    ])
    const products = [...catalogue.values()].map((product) => productOutput(product, counts))
    return json(200, { products })
  },

  'GET /orgs/{organization}/users/{user}/products': async ({ orgId, ids }) => {
    const [house, providers] = await Promise.all([
      readHouse(ports, orgId),
      people.findProviders(orgId),
    ])
    const person = await people.find({ orgId, userId: ids.user }, providers)
    if (!person) return refuse('user_unknown')
    const products = explainUser(person, house).map(explainedOutput)
    return json(200, { groups: person.groups.map(groupsOutput), products })
  },
})
