import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Portal, type Settings, startPortal } from '#test/clients/portal.ts'
import { startPhp } from './php.ts'

const debianWordPress = '/usr/share/wordpress'
const mariadbd = '/usr/sbin/mariadbd'
const plugin = join(import.meta.dirname, '../../../clients/wordpress/latchkey-redirect.php')
const own = (name: string) => join(import.meta.dirname, 'wordpress', name)

export const hasWordPress = existsSync(join(debianWordPress, 'wp-load.php')) && existsSync(mariadbd)

/** Debian's WordPress with a database of its own and the plugin, installed and activated. */
export type WordPress = AsyncDisposable & {
  /** What WordPress reads from the plugin's head. */
  plugin: Record<string, string>
  start: (settings: Settings) => Promise<Portal>
}

export async function installWordPress(): Promise<WordPress> {
  await using resources = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-wordpress-'))
  resources.defer(() => rmSync(folder, { recursive: true }))
  const www = join(folder, 'www')
  cpSync(debianWordPress, www, { recursive: true, verbatimSymlinks: true })
  for (const name of ['plugins/latchkey-redirect', 'mu-plugins']) {
    mkdirSync(join(www, 'wp-content', name), { recursive: true })
  }
  copyFileSync(own('wp-config.php'), join(www, 'wp-config.php'))
  copyFileSync(plugin, join(www, 'wp-content/plugins/latchkey-redirect/latchkey-redirect.php'))
  copyFileSync(own('portal-session.php'), join(www, 'wp-content/mu-plugins/portal-session.php'))

  const socket = join(folder, 'database.sock')
  resources.use(await startDatabase(join(folder, 'database'), socket))
  const env = { ...process.env, PORTAL_DATABASE: socket }
  const installed = execFileSync('php', [own('install.php'), www], { env, encoding: 'utf8' })

  const running = resources.move()
  return {
    plugin: JSON.parse(installed),
    start: (settings) => {
      const environment = { ...settings, PORTAL_DATABASE: socket }
      return startPhp(folder, '/wp-admin/admin-post.php?action=latchkey_redirect', {}, environment)
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

async function startDatabase(folder: string, socket: string) {
  const user = process.getuid?.() === 0 ? ['--user=root'] : []
  const settings = ['--no-defaults', `--datadir=${folder}`, ...user]
  execFileSync('mariadb-install-db', [...settings, '--auth-root-authentication-method=normal'])
  const database = await startPortal({
    command: [mariadbd, ...settings, `--socket=${socket}`, '--skip-networking'],
    announcement: /(ready for connections)/,
    path: '',
  })
  execFileSync('mariadb', [`--socket=${socket}`, '--user=root', '-e', 'CREATE DATABASE wordpress'])
  return database
}
