import type { KmsAlias, KmsKey } from './key.ts'
import { type KeyFileContent, readKeyFile, writeKeyFile } from './key-file.ts'

/** Keys and aliases; a change is on disk when its call returns, or was not made at all. */
export type KeyStore = {
  key(id: string): KmsKey | undefined
  keys(): readonly KmsKey[]
  putKey(key: KmsKey): void
  alias(name: string): KmsAlias | undefined
  aliases(): readonly KmsAlias[]
  putAlias(alias: KmsAlias): void
  removeAlias(name: string): void
  /** Forgets the keys whose deletion time has come, and their aliases. */
  removeDeletedKeys(now: number): void
}

/** Opens the store of a key file, or one in memory when there is none. */
export function openKeyStore(file: string | undefined): KeyStore {
  let content: KeyFileContent = file === undefined ? { keys: [], aliases: [] } : readKeyFile(file)
  const change = (next: Partial<KeyFileContent>) => {
    const changed = { ...content, ...next }
    if (file !== undefined) writeKeyFile(file, changed)
    content = changed
  }
  return {
    key: (id) => content.keys.find((key) => key.id === id),
    keys: () => content.keys,
    putKey: (key) =>
      change({ keys: [...content.keys.filter((other) => other.id !== key.id), key] }),
    alias: (name) => content.aliases.find((alias) => alias.name === name),
    aliases: () => content.aliases,
    putAlias: (alias) => change({ aliases: [...withoutAlias(content, alias.name), alias] }),
    removeAlias: (name) => change({ aliases: withoutAlias(content, name) }),
    removeDeletedKeys(now) {
      const keys = content.keys.filter(
        (key) => key.deletionAt === undefined || key.deletionAt > now,
      )
      if (keys.length === content.keys.length) return
      const living = new Set(keys.map((key) => key.id))
      const aliases = content.aliases.filter((alias) => living.has(alias.targetKeyId))
      change({ keys, aliases })
    },
  }
}

const withoutAlias = ({ aliases }: KeyFileContent, name: string) =>
  aliases.filter((alias) => alias.name !== name)
