/** Attributes of a user's summary that tell of products begin so. */
export const PRODUCT = 'product:'

/** Attribute of a user's summary: the accounts by which they may use the product. */
export const productAttribute = (product: string) => `${PRODUCT}${product}`
