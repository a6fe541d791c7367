/**
 * Settings of every SDK client: three attempts, and time-outs that let all of them fit into an
 * endpoint's ten seconds. Region and endpoint come from the environment (AWS_REGION,
 * AWS_ENDPOINT_URL_*), so that code knows nothing of where it runs.
 */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2500 },
} as const
