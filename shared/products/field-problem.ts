/** Which field of a request is to blame, and why. */
export type FieldProblem = { field: string; cause: string; got?: string; want?: string }
