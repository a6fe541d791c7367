import { fail, type Result } from '../result.ts'
import type { Sign } from '../saml/sign-message.ts'
import { type AdmittedMessage, admitMessage } from './admit-message.ts'
import { answerLogout } from './answer-logout.ts'
import type { Arrival, Next, RefusedLogout } from './arrival.ts'
import { concludeLogout } from './conclude-logout.ts'
import { judgeMessage } from './judge-message.ts'
import type { SignOutStore } from './ports.ts'

type Ports = { signOuts: SignOutStore; sign: Sign }

/**
 * Receives a message of single logout: lets its sender in, verifies it, and does what it asks for or
 * takes it for the answer that it is. A refused message changes nothing, and its sender is not
 * answered.
 *
 * Source: SAML Profiles 2.0 §4.4; R19.
 */
export async function receiveLogoutMessage(
  ports: Ports,
  arrival: Arrival,
): Promise<Result<Next, RefusedLogout>> {
  const admitted = await admitMessage(ports.signOuts, arrival)
  if (!admitted.ok) return admitted
  const taken = await takeMessage(ports, admitted.value, arrival)
  return taken.ok ? taken : fail({ ...taken.error, bytes: arrival.message.bytes })
}

async function takeMessage(
  ports: Ports,
  admitted: AdmittedMessage,
  arrival: Arrival,
): Promise<Result<Next, RefusedLogout>> {
  const judged = judgeMessage(admitted, arrival)
  if (!judged.ok) return judged
  return arrival.parameter === 'SAMLRequest'
    ? answerLogout(ports, admitted, judged.value, arrival)
    : concludeLogout(ports.signOuts, admitted, judged.value, arrival)
}
