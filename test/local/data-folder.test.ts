import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { takeDataFolder } from '#local/data-folder.ts'

const temporary = () => mkdtempDisposableSync(join(tmpdir(), 'latchkey-data-'))

test('takeDataFolder makes the folder', () => {
  using parent = temporary()
  const { path } = takeDataFolder(join(parent.path, 'deep', 'data'))
  assert.equal(existsSync(path), true)
})

test('takeDataFolder refuses a folder that a living process has taken', () => {
  using folder = temporary()
  takeDataFolder(folder.path)
  assert.throws(() => takeDataFolder(folder.path), {
    message: `Process ${process.pid} uses the data in ${folder.path}: end it or choose another folder`,
  })
})

test('takeDataFolder gives a released folder again', () => {
  using folder = temporary()
  takeDataFolder(folder.path).release()
  assert.doesNotThrow(() => takeDataFolder(folder.path))
})

test('takeDataFolder gives a folder whose process has crashed', () => {
  using folder = temporary()
  const { pid } = spawnSync(process.execPath, ['--version'])
  writeFileSync(join(folder.path, 'lock'), String(pid))
  assert.doesNotThrow(() => takeDataFolder(folder.path))
})
