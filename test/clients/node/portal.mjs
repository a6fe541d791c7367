// A portal whose session is a cookie that says who it is of: for tests only.
export function signedInUser({ headers }) {
  const name = `portal_${process.env.LATCHKEY_IDENTIFY_BY ?? 'email'}`
  const cookies = new URLSearchParams(
    (headers.cookie ?? '').replaceAll('; ', '&').replaceAll('+', '%2B'),
  )
  return cookies.get(name) ?? undefined
}
