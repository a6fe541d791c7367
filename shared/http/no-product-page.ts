import { errorPage } from './html.ts'
import type { HttpResponse } from './respond.ts'

/** For somebody whom we know, and who has no seat of the product that they came for (R18). */
export const noProductPage = (product: string, traceId: string): HttpResponse =>
  errorPage(403, {
    title: `You do not have ${product} yet`,
    text:
      `Your organization has signed you in, but you have not been given access to ${product}. ` +
      'Please ask the administrator of your organization for it; then sign in again.',
    traceId,
  })
