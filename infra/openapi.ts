import { writeFileSync } from 'node:fs'
import { openapi } from './openapi/document.ts'

/** Writes docs/openapi.json; a test fails where it is not what this would write. */
const file = new URL('../docs/openapi.json', import.meta.url)
writeFileSync(file, `${JSON.stringify(openapi(), undefined, 2)}\n`)
