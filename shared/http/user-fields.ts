import * as v from 'valibot'
import { emailDomain } from '../users/email.ts'
import { userRoles } from '../users/types.ts'

/** What several calls about people take. */

const isEmail = (text: string) => emailDomain(text) !== undefined

export const Email = v.pipe(v.string(), v.maxLength(254), v.check(isEmail, 'one e-mail address'))
export const PersonName = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1),
  v.maxLength(256),
  v.check((text) => text.isWellFormed(), 'text'),
)
export const Role = v.picklist(userRoles)
