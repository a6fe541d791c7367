#!/usr/bin/env node
// Runs cli/main.ts, by the Node 24 that is installed with the project where this one is older.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const main = new URL('main.ts', import.meta.url)

if (Number.parseInt(process.versions.node, 10) >= 24) {
  await import(main.href)
} else {
  runBy(bundledNode())
}

function bundledNode() {
  try {
    return createRequire(import.meta.url).resolve(`node-linux-${process.arch}/bin/node`)
  } catch {
    console.error(
      'latchkey needs Node 24: run `npm install` in the project, or use Node 24 or later',
    )
    process.exit(1)
  }
}

function runBy(node) {
  const args = [fileURLToPath(main), ...process.argv.slice(2)]
  const child = spawn(node, args, { stdio: 'inherit' })
  // Ctrl-C reaches both; what is sent to this process alone is passed on.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
