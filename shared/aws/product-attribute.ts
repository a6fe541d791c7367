/** Attribute of a user's summary: by how many accounts they may use the product. */
export const productAttribute = (product: string) => `product:${product}`
