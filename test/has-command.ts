import { spawnSync } from 'node:child_process'

/** Whether a program that comes with most systems, but not with Node, is there. */
export const hasCommand = (name: string) =>
  spawnSync('sh', ['-c', 'command -v "$0"', name], { stdio: 'ignore' }).status === 0
