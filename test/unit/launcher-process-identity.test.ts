import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseProcStat, processIdentity, stopProcess } from '../../scripts/services/process-identity';

const idle = ['-e', 'setInterval(() => undefined, 1000)'];

describe('process identity', () => {
  it('reads state and start time of a program whose name holds spaces and parentheses', () => {
    const fields = Array.from({ length: 50 }, (_, at) => `f${at + 3}`);
    expect(parseProcStat(`42 (my (odd) name) ${fields.join(' ')}`)).toEqual({ state: 'f3', startTime: 'f22' });
  });

  it('is the same text for the same process and undefined once it has ended', async () => {
    const child = spawn(process.execPath, idle, { stdio: 'ignore' });
    await once(child, 'spawn');
    const identity = processIdentity(child.pid!);
    expect(identity).toBeDefined();
    expect(identity).not.toBe(processIdentity(process.pid));
    expect(processIdentity(child.pid!)).toBe(identity);
    await stopProcess(child.pid!, { identity });
    expect(processIdentity(child.pid!)).toBeUndefined();
  });

  it('leaves a process alone whose number once belonged to another one', async () => {
    const child = spawn(process.execPath, idle, { stdio: 'ignore' });
    await once(child, 'spawn');
    await stopProcess(child.pid!, { identity: 'another run of the machine 12345' });
    expect(processIdentity(child.pid!)).toBeDefined();
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  it('kills a process that ignores the request to end', async () => {
    const script = "process.on('SIGTERM', () => undefined); console.log('ready'); setInterval(() => undefined, 1000)";
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    const exit = once(child, 'exit');
    await stopProcess(child.pid!, { identity: processIdentity(child.pid!), graceMs: 100 });
    expect((await exit)[1]).toBe('SIGKILL');
  });
});
