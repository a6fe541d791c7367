import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { formFields, jsonBody, onlyValue, readRequest } from '#shared/http/request.ts'
import { apiEvent } from './api-event.ts'

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'

/** The request that API Gateway makes of a body: in base64 unless it takes it for text. */
const posted = (contentType: string, body: string, isBase64Encoded: boolean) =>
  readRequest(
    apiEvent({
      headers: { 'content-type': contentType },
      body: isBase64Encoded ? Buffer.from(body).toString('base64') : body,
      isBase64Encoded,
    }),
  )

describe('readRequest', () => {
  test('reads method, path, parameters, query, headers and id', () => {
    const request = readRequest(
      apiEvent({
        method: 'GET',
        rawPath: '/saml/org_1/sp',
        rawQueryString: 'a=1&b=%2F&b=+',
        pathParameters: { organization: 'org_1' },
        headers: { 'if-none-match': '"x"' },
      }),
    )
    assert.equal(request.method, 'GET')
    assert.equal(request.path, '/saml/org_1/sp')
    assert.equal(request.pathParameter('organization'), 'org_1')
    assert.equal(request.pathParameter('idp'), undefined)
    assert.deepEqual(
      [...request.query],
      [
        ['a', '1'],
        ['b', '/'],
        ['b', ' '],
      ],
    )
    assert.equal(request.header('if-none-match'), '"x"')
    assert.equal(request.header('authorization'), undefined)
    assert.equal(request.requestId, 'request-1')
  })

  test('reads what has no parameters, no content type and no body', () => {
    const request = readRequest(apiEvent())
    assert.equal(request.pathParameter('organization'), undefined)
    assert.equal(request.contentType, '')
    assert.equal(request.body, '')
  })

  test('decodes a body in base64 and takes another as it is', () => {
    assert.equal(posted(FORM, 'a=ä', true).body, 'a=ä')
    assert.equal(posted(JSON_TYPE, '{"a":"ä"}', false).body, '{"a":"ä"}')
    assert.equal(posted(JSON_TYPE, 'YQ==', false).body, 'YQ==')
  })

  test('takes a media type without parameters and without regard to case', () => {
    assert.equal(posted('Application/JSON; charset=UTF-8', '', false).contentType, JSON_TYPE)
    assert.equal(posted(` ${FORM} `, '', true).contentType, FORM)
  })

  test('gives back any body, however it is carried', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (body, isBase64Encoded) => {
        assert.equal(posted(FORM, body, isBase64Encoded).body, body)
      }),
    )
  })
})

describe('onlyValue', () => {
  const cases = [
    ['the only one', 'a=1&b=2', '1'],
    ['an empty one', 'a=&b=2', ''],
    ['nothing where there is none', 'b=2', undefined],
    ['nothing where there are two', 'a=1&a=2', undefined],
    ['nothing where there are two that are equal', 'a=1&a=1', undefined],
    ['nothing where one of two is empty', 'a=&a=1', undefined],
  ] as const
  for (const [name, query, value] of cases) {
    test(`answers ${name}`, () => {
      assert.equal(onlyValue(new URLSearchParams(query), 'a'), value)
    })
  }

  test('answers a value exactly where a field is not repeated', () => {
    const field = fc.tuple(fc.constantFrom('a', 'b', '__proto__'), fc.string())
    fc.assert(
      fc.property(fc.array(field, { maxLength: 4 }), (fields) => {
        const values = fields.filter(([name]) => name === 'a').map(([, value]) => value)
        const only = onlyValue(new URLSearchParams(fields), 'a')
        assert.equal(only, values.length === 1 ? values[0] : undefined)
      }),
    )
  })
})

describe('formFields', () => {
  test('reads a form in base64, as API Gateway hands it on', () => {
    const fields = formFields(posted(FORM, 'SAMLResponse=YQ%3D%3D&RelayState=a+b', true))
    assert.deepEqual(
      [...(fields ?? [])],
      [
        ['SAMLResponse', 'YQ=='],
        ['RelayState', 'a b'],
      ],
    )
  })

  test('reads a form of the media type with parameters', () => {
    assert.ok(formFields(posted(`${FORM};charset=utf-8`, 'a=1', true)))
  })

  for (const contentType of [JSON_TYPE, 'text/plain', 'multipart/form-data', '']) {
    test(`refuses ${contentType || 'a body without a type'}`, () => {
      assert.equal(formFields(posted(contentType, 'a=1', false)), undefined)
    })
  }
})

describe('formFields, of what is like no form of ours,', () => {
  const large = [
    ['many fields', 'a&'.repeat(500_000)],
    [
      'more fields than any form of ours',
      Array.from({ length: 17 }, (_, i) => `f${i}=1`).join('&'),
    ],
    ['more than any response', `SAMLResponse=${'a'.repeat(1280 * 1024)}`],
  ] as const
  for (const [name, body] of large) {
    test(`does not parse ${name}`, () => {
      const start = process.cpuUsage()
      assert.equal(formFields(posted(FORM, body, false)), undefined)
      assert.ok(process.cpuUsage(start).user < 500_000) // parsed, the first takes seconds
    })
  }

  test('parses a form of sixteen fields, and a response of 256 KB', () => {
    const fields = Array.from({ length: 16 }, (_, i) => `f${i}=1`).join('&')
    assert.equal([...(formFields(posted(FORM, fields, false)) ?? [])].length, 16)
    const response = encodeURIComponent(Buffer.alloc(256 * 1024, 0xff).toString('base64'))
    assert.ok(formFields(posted(FORM, `SAMLResponse=${response}`, false)))
  })
})

describe('jsonBody', () => {
  test('reads none that is longer than any call of ours', () => {
    assert.equal(
      jsonBody(posted(JSON_TYPE, JSON.stringify('a'.repeat(16 * 1024)), false)),
      undefined,
    )
  })

  test('reads JSON', () => {
    assert.deepEqual(jsonBody(posted(JSON_TYPE, '{"token":"a"}', false)), { token: 'a' })
    assert.deepEqual(jsonBody(posted(`${JSON_TYPE}; charset=utf-8`, '[1]', false)), [1])
  })

  const refused = [
    ['broken JSON', JSON_TYPE, '{"token":'],
    ['nothing', JSON_TYPE, ''],
    ['a form', FORM, 'token=a'],
    ['JSON of another type', 'text/plain', '{"token":"a"}'],
    ['JSON in base64 that is not marked as such', JSON_TYPE, 'eyJhIjoxfQ=='],
  ] as const
  for (const [name, contentType, body] of refused) {
    test(`answers nothing for ${name}`, () => {
      assert.equal(jsonBody(posted(contentType, body, false)), undefined)
    })
  }

  test('throws at no input', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (body) => {
        assert.doesNotThrow(() => jsonBody(posted(JSON_TYPE, body, false)))
      }),
    )
  })
})
