import type { ScimRoute } from './calls.ts'

/** A route that reads only, and whose code is loaded once a request needs it. */
export const lazyRead = (load: () => Promise<ScimRoute<unknown>>): ScimRoute<unknown> => ({
  isRead: true,
  read: async (call) => (await load()).read(call),
  act: async (caller, call, read) => (await load()).act(caller, call, read),
})
