import { entitle } from '../products/entitle.ts'
import type { Entitle } from '../sign-in/ports.ts'
import { dynamoAccess } from './access-store.ts'
import { dynamoGroups } from './group-store.ts'
import { dynamoPeople } from './people-store.ts'
import { dynamoRules } from './rule-store.ts'

/** What rules decide for who arrives, done in the directory. */
export const liveEntitle =
  (directory: string): Entitle =>
  (arrival, act) =>
    entitle(
      {
        access: dynamoAccess(directory),
        groups: dynamoGroups(directory),
        people: dynamoPeople(directory),
        rules: dynamoRules(directory),
      },
      arrival,
      act,
    )
