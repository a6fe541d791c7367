import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startSes } from '#local/services/ses.ts'

test('startSes keeps the mails it is given for people and tests to read', async () => {
  const { url, stop } = await startSes()
  const sent = await fetch(`${url}/v2/email/outbound-emails`, {
    method: 'POST',
    headers: { authorization: 'AWS4-HMAC-SHA256', 'content-type': 'application/json' },
    body: JSON.stringify({
      FromEmailAddress: 'no-reply@vendor.example',
      Destination: { ToAddresses: ['ada@customer.example'] },
      Content: { Simple: { Subject: { Data: 'Invitation' }, Body: { Text: { Data: 'Welcome' } } } },
    }),
  })
  const stored = await fetch(`${url}/store`)
  const viewer = await fetch(url)
  const { emails } = (await stored.json()) as { emails: { subject: string }[] }
  await stop()
  assert.equal(sent.status, 200)
  assert.equal(emails.at(-1)?.subject, 'Invitation')
  assert.match(viewer.headers.get('content-type') ?? '', /^text\/html/)
  await assert.rejects(fetch(url))
})
