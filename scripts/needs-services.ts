/** Whether these Jest arguments may run a test that needs services: all do, save an explicit choice of the unit tests. */
export function needsServices(args: readonly string[]): boolean {
  if (args.includes('--listTests') || args.includes('--help')) return false;
  const projects = args.flatMap((arg, at) => {
    if (arg.startsWith('--selectProjects=')) return [arg.slice('--selectProjects='.length)];
    return arg === '--selectProjects' ? valuesAfter(args, at) : [];
  });
  return projects.length === 0 || projects.some((project) => project !== 'unit');
}

function valuesAfter(args: readonly string[], at: number): string[] {
  const rest = args.slice(at + 1);
  const end = rest.findIndex((arg) => arg.startsWith('-'));
  return end === -1 ? rest : rest.slice(0, end);
}
