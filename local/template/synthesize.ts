import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/**
 * Bundles the functions and writes the CloudFormation templates of infra/ to a folder.
 * Any AWS account and region of the environment is ignored: here is neither.
 */
export async function synthesize(folder: string, app = 'infra/app.ts'): Promise<string> {
  const { CDK_DEFAULT_ACCOUNT: _, CDK_DEFAULT_REGION: __, ...environment } = process.env
  const variables = { ...environment, CDK_OUTDIR: folder, CDK_VALIDATION: 'false' }
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  try {
    await promisify(execFile)(process.execPath, [app], { cwd, env: variables })
    return folder
  } catch (error) {
    const { stderr } = error as { stderr?: string } // of execFile's own error
    throw new Error(`infra/app.ts failed:\n${stderr?.trim()}`, { cause: error })
  }
}
