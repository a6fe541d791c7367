import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The Chromium of this machine; undefined if none is installed. */
export const chromiumPath = candidates.find((path) => existsSync(path))

/** Why browser tests are skipped; false where they run. */
export const skipReason = chromiumPath
  ? false
  : 'no Chromium on this machine: apt-get install chromium'

/** Starts it without a window, and without any of the calls home that it makes by itself. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: String(chromiumPath),
    args: [
      '--no-sandbox', // which Chromium cannot have as root, as in containers
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
