/** What is wrong in a seed file, and where: `organizations[0].domains[1]`; empty: the whole file. */
export type SeedProblem = { path: string; problem: string }

export const seedProblem = (path: readonly (string | number)[], problem: string): SeedProblem => ({
  path: path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, ''),
  problem,
})

/** One line a problem, as the terminal shows them. */
export const describeProblems = (problems: readonly SeedProblem[]) =>
  problems.map(({ path, problem }) => (path === '' ? problem : `${path}: ${problem}`)).join('\n')
