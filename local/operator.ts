/** The credentials of whoever operates the local stack: all AWS calls and operator routes are theirs. */
export const operator = { accessKeyId: 'operator', secretAccessKey: 'local' } as const
