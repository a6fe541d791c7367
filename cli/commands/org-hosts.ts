import type { Command } from '#cli/command.ts'
import { usageFailure } from '#cli/failure.ts'
import { type Host, hostText } from '#cli/organization.ts'
import { fail, ok } from '#shared/result.ts'

export const orgHosts: Command = {
  name: 'org hosts',
  summary: 'Show or set the hosts of its own that products answer at for an organization',
  operands: ['organization'],
  options: {
    set: {
      type: 'string',
      value: 'product=host',
      multiple: true,
      help: 'all that there are to be',
    },
    none: { type: 'boolean', help: 'take all of them away' },
  },
  details: 'SSO tokens of partner portals that name a host that is taken away work no longer.',
  async run({ operand, texts, flag, service, output }) {
    const hosts = texts('set').map(readHost)
    const wrong = texts('set').find((_, index) => hosts[index] === undefined)
    if (wrong !== undefined) return fail(usageFailure(`'${wrong}' is not product=host`))
    if (flag('none') && hosts.length > 0)
      return fail(usageFailure('--set and --none exclude each other'))
    const path = ['operator', 'orgs', operand('organization'), 'product-hosts']
    const isChange = flag('none') || hosts.length > 0
    const answer = await (isChange
      ? service.call({ method: 'PUT', path, body: { hosts }, isRepeatable: true })
      : service.call({ method: 'GET', path }))
    if (!answer.ok) return answer
    const shown = (answer.value.body['hosts'] ?? []) as Host[]
    output.answer(answer.value.body, shown.map(hostText).join('\n') || 'none')
    return ok(undefined)
  },
}

function readHost(text: string): Host | undefined {
  const [, product, host] = /^([^=]+)=([^=]+)$/.exec(text) ?? []
  return product && host ? { product, host } : undefined
}
