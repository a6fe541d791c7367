import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as v from 'valibot'

const Resource = v.object({
  Type: v.string(),
  Properties: v.optional(v.record(v.string(), v.unknown()), {}),
})
const Output = v.object({
  Value: v.unknown(),
  Export: v.optional(v.object({ Name: v.unknown() })),
})
const TemplateFile = v.object({
  Resources: v.record(v.string(), Resource),
  Outputs: v.optional(v.record(v.string(), Output), {}),
  Parameters: v.optional(v.record(v.string(), v.object({ Default: v.optional(v.string()) })), {}),
})
const AssetsFile = v.object({
  files: v.record(
    v.string(),
    v.object({
      source: v.object({ path: v.string() }),
      destinations: v.record(v.string(), v.object({ objectKey: v.string() })),
    }),
  ),
})
const Manifest = v.object({
  artifacts: v.record(
    v.string(),
    v.object({
      type: v.string(),
      properties: v.optional(
        v.object({ templateFile: v.optional(v.string()), file: v.optional(v.string()) }),
      ),
    }),
  ),
})

/** A synthesized stack as CloudFormation would get it, its intrinsic functions unresolved. */
export type Stack = v.InferOutput<typeof TemplateFile> & { name: string }

/**
 * What `cdk synth` wrote: every stack, and the absolute folder of each asset by the object key it
 * would have in S3.
 */
export type Assembly = { stacks: readonly Stack[]; assetFolders: ReadonlyMap<string, string> }

/** Reads all stacks that the manifest of an assembly folder lists. */
export function readAssembly(folder: string): Assembly {
  const read = (file: string): unknown => JSON.parse(readFileSync(resolve(folder, file), 'utf8'))
  const artifacts = Object.entries(v.parse(Manifest, read('manifest.json')).artifacts)
  return {
    stacks: artifacts.flatMap(([name, { type, properties }]) =>
      type === 'aws:cloudformation:stack' && properties?.templateFile
        ? { name, ...v.parse(TemplateFile, read(properties.templateFile)) }
        : [],
    ),
    assetFolders: new Map(
      artifacts.flatMap(([, { type, properties }]) =>
        type === 'cdk:asset-manifest' && properties?.file
          ? assetFolders(v.parse(AssetsFile, read(properties.file)), folder)
          : [],
      ),
    ),
  }
}

const assetFolders = ({ files }: v.InferOutput<typeof AssetsFile>, folder: string) =>
  Object.values(files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map(
      ({ objectKey }) => [objectKey, resolve(folder, source.path)] as const,
    ),
  )
