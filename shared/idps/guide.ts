/** What is entered in a field, or chosen in a list, at the provider. */
type GuideValue = { label: string; value: string }

export type GuideStep = { text: string; values?: readonly GuideValue[] }

/** How to set a product up as identity provider, in the words of its own pages. */
export type Guide = { title: string; steps: readonly GuideStep[] }

/** What a provider needs to know of us: the identifiers that the organization uses (R10). */
export type GuideValues = {
  entityId: string
  acsUrl: string
  sloUrl: string
  metadataUrl: string
}

/** A guide before the values are filled in. */
export type GuideOf = (values: GuideValues) => Guide

/** SAML Core 2.0 §8.3.7: the one format that promises not to change with a person's name. */
export const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'

/** A step with fields, each as [label, value]. */
export const step = (text: string, ...fields: readonly (readonly [string, string])[]): GuideStep =>
  fields.length === 0
    ? { text }
    : { text, values: fields.map(([label, value]) => ({ label, value })) }
