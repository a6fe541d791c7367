import { readdirSync, rmSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build, type Metafile, type Plugin } from 'esbuild'

const path = (relative: string) => fileURLToPath(new URL(`../${relative}`, import.meta.url))
const builtins = new Set(builtinModules)

/**
 * Turns imports of Node builtins into process.getBuiltinModule(): an ESM `import 'node:http'` builds
 * an export facade that loads all of undici, some 45 ms of a cold start (Node 24, ADR 0004).
 */
const leanBuiltins: Plugin = {
  name: 'lean-builtins',
  setup(bundler) {
    bundler.onResolve({ filter: /.*/ }, ({ path }) => {
      const name = path.replace(/^node:/, '')
      return builtins.has(name)
        ? { path: name, namespace: 'builtin', sideEffects: false }
        : undefined
    })
    bundler.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}')`,
    }))
  },
}

/** The functions there are: the folders of functions/. */
export const functionNames = (): string[] => readdirSync(path('functions')).sort()

/**
 * Bundles one function to dist/functions/<fn>/index.mjs with its source map.
 *
 * The AWS SDK's chain of credential providers is replaced by one that reads the environment, where
 * Lambda always puts them (ADR 0004).
 */
export async function bundleFunction(fn: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: path('.'),
    entryPoints: [`functions/${fn}/handler.ts`],
    outfile: `dist/functions/${fn}/index.mjs`,
    bundle: true,
    minify: true,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    alias: { '@aws-sdk/credential-provider-node': './shared/aws/environment-credentials.ts' },
    plugins: [leanBuiltins],
    logLevel: 'warning',
  })
  return metafile
}

/** Bundles every function. */
export async function bundleFunctions(): Promise<void> {
  rmSync(path('dist'), { recursive: true, force: true })
  await Promise.all(functionNames().map((fn) => bundleFunction(fn)))
}

if (import.meta.main) {
  for (const fn of functionNames()) {
    const { outputs } = await bundleFunction(fn)
    const bytes = outputs[`dist/functions/${fn}/index.mjs`]?.bytes ?? 0
    console.log(`${fn.padEnd(20)} ${(bytes / 1024).toFixed(0).padStart(5)} KB`)
  }
}
