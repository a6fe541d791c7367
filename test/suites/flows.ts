import { importTests } from './import-tests.ts'

// All that is in no other suite. What answers over HTTP belongs here: test/whole-run has to hear it.
await importTests('test/!(infra|interop|local|shared|stores)/**/*.test.ts')
