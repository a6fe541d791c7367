import { importTests } from './import-tests.ts'

await importTests('test/{infra,local,shared,stores}/**/*.test.ts')
