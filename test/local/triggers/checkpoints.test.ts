import assert from 'node:assert/strict'
import { mkdtempDisposable, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileCheckpoints, memoryCheckpoints } from '#local/triggers/checkpoints.ts'

const temporaryFolder = () => mkdtempDisposable(join(tmpdir(), 'latchkey-checkpoints-'))

test('file checkpoints are empty at first and outlive their maker', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'streams', 'relay.json')
  assert.deepEqual(await fileCheckpoints(path).load(), {})
  await fileCheckpoints(path).save({ 'shard-1': '10' })
  await fileCheckpoints(path).save({ 'shard-1': '11', 'shard-2': '1' })
  assert.deepEqual(await fileCheckpoints(path).load(), { 'shard-1': '11', 'shard-2': '1' })
  assert.deepEqual(await readdir(dirname(path)), ['relay.json'])
})

for (const content of ['', '{"shard-1":', '{"shard-1":7}', '7']) {
  test(`a checkpoint file with ${JSON.stringify(content)} is an error that names it`, async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'relay.json')
    await writeFile(path, content)
    await assert.rejects(fileCheckpoints(path).load(), {
      message: `Cannot read the checkpoints in ${path}`,
    })
  })
}

test('memory checkpoints keep what was saved, not what became of it', async () => {
  const checkpoints = memoryCheckpoints()
  assert.deepEqual(await checkpoints.load(), {})
  const positions = { 'shard-1': '10' }
  await checkpoints.save(positions)
  positions['shard-1'] = '99'
  const loaded = await checkpoints.load()
  loaded['shard-1'] = '98'
  assert.deepEqual(await checkpoints.load(), { 'shard-1': '10' })
})
