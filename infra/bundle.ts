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
 * Bundles one function to <folder>/<fn>/index.mjs with its source map; what it imports dynamically
 * goes to files beside it.
 *
 * The AWS SDK's chain of credential providers is replaced by one that reads the environment, where
 * Lambda always puts them (ADR 0004).
 *
 * @param folder relative to the project
 */
export async function bundleFunction(fn: string, folder: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: path('.'),
    entryPoints: { index: `functions/${fn}/handler.ts` },
    outdir: `${folder}/${fn}`,
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
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

/**
 * Bundles every function into a folder of its own under dist/, so that two syntheses at once do not
 * meet. Its depth is always the same, as source maps hold paths relative to it and the bytes decide
 * what is deployed.
 *
 * @returns the folder, absolute; it is removed when the process ends
 */
export async function bundleFunctions(): Promise<string> {
  const folder = `dist/${process.pid}`
  process.once('exit', () => rmSync(path(folder), { recursive: true, force: true }))
  await Promise.all(functionNames().map((fn) => bundleFunction(fn, folder)))
  return path(folder)
}

/** Bytes that a cold start reads: the handler with all that it imports, not what it loads later. */
export function bundleSize({ outputs }: Metafile): number {
  const read = new Set(Object.keys(outputs).filter((file) => file.endsWith('/index.mjs')))
  for (const file of read) {
    const imported = (outputs[file]?.imports ?? []).filter(
      ({ kind }) => kind === 'import-statement',
    )
    for (const { path } of imported) read.add(path)
  }
  return [...read].reduce((bytes, file) => bytes + (outputs[file]?.bytes ?? 0), 0)
}
