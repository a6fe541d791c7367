import { importTests } from './import-tests.ts'

await importTests('test/interop/**/*.test.ts')
