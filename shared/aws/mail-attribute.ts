import { newMailId } from '../ids.ts'
import type { MailKind, WantedMail } from '../mails/types.ts'

/**
 * A mail about a change, written with it as attribute `mail`: the stream carries it to what sends
 * mails, so there is no change without its mail and no mail without its change (ADR 0015).
 *
 * @param at epoch seconds
 */
export const mail = (kind: MailKind, at: number): WantedMail => ({ id: newMailId(), kind, at })
