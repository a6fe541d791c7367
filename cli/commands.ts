import type { Command } from './command.ts'
import { accountCreate } from './commands/account-create.ts'
import { accountDelete } from './commands/account-delete.ts'
import { accountList } from './commands/account-list.ts'
import { accountUpdate } from './commands/account-update.ts'
import { credentialIssue } from './commands/credential-issue.ts'
import { credentialRevoke } from './commands/credential-revoke.ts'
import { doctor } from './commands/doctor.ts'
import { eventsFailures } from './commands/events-failures.ts'
import { eventsRedrive } from './commands/events-redrive.ts'
import { keysRotate } from './commands/keys-rotate.ts'
import { orgApiKey } from './commands/org-api-key.ts'
import { orgCreate } from './commands/org-create.ts'
import { orgDelete } from './commands/org-delete.ts'
import { orgExport } from './commands/org-export.ts'
import { orgHosts } from './commands/org-hosts.ts'
import { orgImport } from './commands/org-import.ts'
import { orgList } from './commands/org-list.ts'
import { orgShow } from './commands/org-show.ts'
import { orgUpdate } from './commands/org-update.ts'
import { productList } from './commands/product-list.ts'
import { productRemove } from './commands/product-remove.ts'
import { productSave } from './commands/product-save.ts'
import { traceTail } from './commands/trace-tail.ts'

/** All commands, in the order of the help. */
export const commands: readonly Command[] = [
  orgCreate,
  orgList,
  orgShow,
  orgUpdate,
  orgApiKey,
  orgHosts,
  orgExport,
  orgImport,
  orgDelete,
  productSave,
  productList,
  productRemove,
  credentialIssue,
  credentialRevoke,
  accountCreate,
  accountList,
  accountUpdate,
  accountDelete,
  doctor,
  traceTail,
  eventsRedrive,
  eventsFailures,
  keysRotate,
]
