import { join } from 'node:path'
import { type Settings, startPortal } from '#test/clients/portal.ts'

/** A folder with a web root in PHP's own server, a session store and a log that we read. */
export const startPhp = (folder: string, path: string, ini: Settings, environment: Settings) => {
  const options = {
    display_errors: '1', // so that what a page should not tell would be seen
    error_reporting: '-1',
    log_errors: '1',
    html_errors: '0',
    variables_order: 'EGPCS',
    'session.save_path': folder,
    ...ini,
  }
  const args = Object.entries(options).flatMap(([name, value]) => ['-d', `${name}=${value}`])
  return startPortal({
    command: ['php', ...args, '-S', '127.0.0.1:0', '-t', join(folder, 'www')],
    environment,
    announcement: /Development Server \((http:\/\/127\.0\.0\.1:\d+)\) started/,
    path,
  })
}
